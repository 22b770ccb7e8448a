import { tables } from './state-tables.ts';

/** A column of a table that tsdbt itself keeps. */
export interface KeptColumn {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

export const quarantineDescription =
  'Records of landing files that were not loaded, with the reason and their original text.';

/** Columns of the quarantine beside each landing model, in their order. */
export const quarantineColumns: readonly KeptColumn[] = [
  { name: 'code', type: 'varchar', description: 'Name of the rule that the record breaks.' },
  { name: 'reason', type: 'varchar', description: 'What is wrong with the record, for people.' },
  { name: 'file', type: 'varchar', description: 'Path of the file, relative to the project.' },
  { name: 'line', type: 'bigint', description: 'Line of the file that the record starts on.' },
  { name: 'record', type: 'bigint', description: 'Number of the record in its file, from 1.' },
  { name: 'raw', type: 'varchar', description: 'Text of the record as it is in the file.' },
  { name: 'processing_date', type: 'date', description: 'Date of the delivery.' },
  { name: 'batch', type: 'bigint', description: 'Number of the load that brought the record.' },
];

export const ledgerDescription =
  'The ledger of loaded files: one row for each landing model and file.';

const ledgerTexts: Readonly<Record<keyof typeof tables.landing_files, string>> = {
  node: 'Unique id of the landing model that loaded the file.',
  source: 'Unique id of the landing source that the file belongs to.',
  file: 'Path of the file, relative to the project.',
  processing_date: 'Date of the delivery.',
  size: 'Bytes of the file.',
  modified_at: 'Last change of the content, UTC.',
  sha256: 'Fingerprint of the content, which decides whether the file is new.',
  records: 'Records in the file: loaded, quarantined and dropped ones.',
  loaded: 'Records that became rows.',
  quarantined: 'Records in the quarantine of the model.',
  dropped: 'Records that a rule or `quarantine drop` left out.',
  batch: 'Number of the load.',
  loaded_at: 'Time of the load, UTC.',
  relation: 'Schema and name of the table that the file was loaded into.',
  changed_at: "Last change of the file's entry on disk (ctime), UTC.",
  inode: 'Number of the file on its disk.',
  verified_at: 'Last time that the content was compared with the fingerprint, UTC.',
  missing_since: 'Time at which the file was found to be gone, UTC; null while it is there.',
  watermark: 'Newest event time that was loaded before the file, UTC.',
  header: 'Header of a CSV file with quarantined records, as a JSON list.',
  rules: 'Fingerprints of the SQL, the expectations and the source that the file was loaded by.',
};

/** Columns of the ledger `landing_files`, in their order. */
export const ledgerColumns: readonly KeptColumn[] = Object.entries(tables.landing_files).map(
  ([name, type]) => ({
    name,
    type: type.replace(' not null', ''),
    description: ledgerTexts[name as keyof typeof ledgerTexts],
  }),
);
