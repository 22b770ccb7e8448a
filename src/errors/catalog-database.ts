import { entry } from './entry.ts';

/** 4xxx: the database, and the files that are read into it. */
export const databaseErrors = {
  'sql-failed': entry<{ message: string; hint?: string | undefined }>({
    code: 'TS4001',
    message: (p) => p.message,
    hint: (p) => p.hint,
  }),
  'sandbox-refused': entry<{ message: string }>({
    code: 'TS4009',
    message: (p) => `The sandbox refuses this statement: ${p.message.replace(/\.$/, '')}.`,
    hint: (p) =>
      /extension/i.test(p.message)
        ? 'Extensions are loaded before the sandbox closes: list them under `extensions:` in the output of the profile (docs/sandbox.md).'
        : 'Statements may read and write the files that the project works with, and no others (docs/sandbox.md). In the output of the profile, allow a folder with `sandbox: {allow: [../exports]}`, or switch it off with `sandbox: false`.',
  }),
  'database-locked': entry<{ path: string; holder: string }>({
    code: 'TS4002',
    message: (p) => `${p.path} is in use by ${p.holder}.`,
    hint: () => 'Wait for it to end or stop it. Nothing was changed.',
  }),
  'database-open-failed': entry<{ path: string; message: string }>({
    code: 'TS4003',
    message: (p) => `Can't open the database ${p.path}: ${p.message}`,
    hint: () =>
      'Check that the folder exists and is writable, and that the file is a DuckDB database.',
  }),
  'landing-folder-missing': entry<{ source: string; folder: string }>({
    code: 'TS4005',
    message: (p) => `Landing source ${p.source} reads ${p.folder}, which does not exist.`,
    hint: () => 'Create the folder, or correct `landing.path` of the source.',
  }),
  'landing-file-unreadable': entry<{ file: string; problem: string }>({
    code: 'TS4006',
    message: (p) => `Landing file ${p.file} ${p.problem}.`,
    hint: () => 'Nothing of this delivery was loaded. Correct or remove the file and run again.',
  }),
  'landing-header-mismatch': entry<{
    file: string;
    missing: readonly string[];
    unexpected: readonly string[];
    near?: string | undefined;
  }>({
    code: 'TS4007',
    message: (p) => {
      const differences = [
        ...(p.missing.length > 0 ? [`missing ${p.missing.join(', ')}`] : []),
        ...(p.unexpected.length > 0 ? [`unexpected ${p.unexpected.join(', ')}`] : []),
      ];
      return `The header of landing file ${p.file} is not the declared one: ${differences.join(' and ')}.`;
    },
    hint: (p) =>
      p.near ??
      'Nothing of this delivery was loaded. Correct the file, or the `columns` of the source.',
  }),
  'database-setup-failed': entry<{ purpose: string; message: string }>({
    code: 'TS4008',
    message: (p) => `Setting up the database failed at ${p.purpose}: ${p.message}`,
    hint: () => 'Correct `extensions`, `secrets` or `attach` of the output in profiles.yml.',
  }),
  'landing-files-missing': entry<{ source: string; files: string; count: number; rows: number }>({
    code: 'TS4015',
    message: (p) =>
      `${p.count} file(s) that ${p.source} was loaded from are no longer in the landing folder: ${p.files}. Their ${p.rows} row(s) stay.`,
    hint: () =>
      'Put the files back, or say in the `landing:` block of the source what becomes of such rows: `on_missing_file: remove` takes them away, `keep` leaves them.',
  }),
  'landing-files-refused': entry<{
    node: string;
    deliveries: number;
    files: readonly string[];
  }>({
    code: 'TS4016',
    message: (p) =>
      `${p.node}: ${p.files.length} files were refused, and nothing of their ${p.deliveries} ${p.deliveries === 1 ? 'delivery' : 'deliveries'} was loaded.\n${p.files.join('\n')}`,
    hint: () => 'The other deliveries are loaded. These are tried again in the next run.',
  }),
  'landing-delivery-bad': entry<{
    file: string;
    bad: number;
    records: number;
    codes: string;
    rule: string;
    sample: readonly string[];
  }>({
    code: 'TS4017',
    message: (p) =>
      `${p.bad === p.records ? `All ${p.records}` : `${p.bad} of the ${p.records}`} records of the delivery are bad (${p.codes} in ${p.file}): nothing of it was loaded (${p.rule}).\n${p.sample.map((line) => `  ${line}`).join('\n')}`,
    hint: () =>
      'Correct the file, or the `columns` and `expectations` it is held to. How many bad records a delivery may have is said by `max_bad_rows` and `max_bad_ratio` of the source.',
  }),
  'landing-not-added': entry<{ path: string; problem: string }>({
    code: 'TS4021',
    message: (p) => `${p.path} is not added as a landing source: ${p.problem}.`,
    hint: () => 'Nothing was written.',
  }),
  'contract-not-written': entry<{ source: string; problem: string; columns: string }>({
    code: 'TS4022',
    message: (p) =>
      `The contract of ${p.source} can't be written: ${p.problem}. It would get:\n${p.columns}`,
    hint: () => 'Nothing was written. Edit the columns of the source by hand.',
  }),
};
