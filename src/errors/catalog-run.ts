import { entry } from './entry.ts';

/** 5xxx: what a run came to; 9xxx: a bug in tsdbt. A failing data test is a result, not an error. */
export const runErrors = {
  'merge-key-null': entry<{ node: string; keys: readonly string[]; count: string; rows: string }>({
    code: 'TS5001',
    message: (p) =>
      `${p.node}: ${p.count} row(s) of the batch have no value for the merge key (${p.keys.join(', ')}). Nothing was written.\n${p.rows}`,
    hint: () =>
      'Filter or fill these rows, or set `on_null_key: match`, `warn` or `keep` on the model.',
  }),
  'merge-key-duplicate': entry<{
    node: string;
    keys: readonly string[];
    count: string;
    rows: string;
  }>({
    code: 'TS5002',
    message: (p) =>
      `${p.node}: ${p.count} merge key value(s) (${p.keys.join(', ')}) occur more than once in the batch. Nothing was written.\n${p.rows}`,
    hint: () =>
      'Keep one row a key in the model (qualify row_number() …), or set `on_duplicate_key: latest_by(<column>)`, `warn` or `keep`.',
  }),
  'schema-change-refused': entry<{
    node: string;
    added: readonly string[];
    removed: readonly string[];
    retyped: readonly string[];
  }>({
    code: 'TS5003',
    message: (p) =>
      `${p.node}: the columns changed and on_schema_change is "fail". Added: ${list(p.added)}. Removed: ${list(p.removed)}. Other type: ${list(p.retyped)}.`,
    hint: () =>
      'Run with --full-refresh, or set on_schema_change to append_new_columns or sync_all_columns.',
  }),
  'expectation-failed': entry<{ node: string; expectation: string; count: number; sample: string }>(
    {
      code: 'TS5004',
      message: (p) =>
        `${p.node}: ${p.count} row(s) break the expectation "${p.expectation}", whose on_violation is fail. Nothing was loaded.\n${p.sample}`,
      hint: () => 'Mend the file and run again, or set on_violation to quarantine.',
    },
  ),
  'records-unaccounted': entry<{
    node: string;
    file: string;
    records: number;
    loaded: number;
    quarantined: number;
    dropped: number;
  }>({
    code: 'TS5005',
    message: (p) =>
      `${p.node}: ${p.file} has ${p.records} records, but ${p.loaded} were loaded, ${p.quarantined} quarantined and ${p.dropped} dropped. Nothing was loaded.`,
    hint: () =>
      'A landing model must give one row for each row of its landing source: no joins that multiply, no filter, no grouping. Declare filters as expectations.',
  }),
  'landing-model-invalid': entry<{ node: string; problem: string }>({
    code: 'TS5006',
    message: (p) => `${p.node} ${p.problem}.`,
  }),
  'run-cancelled': entry<Record<string, never>>({
    code: 'TS5007',
    message: () => 'Cancelled before it was done. Its changes were rolled back.',
  }),
  'test-result-invalid': entry<{ node: string; problem: string }>({
    code: 'TS5008',
    message: (p) => `${p.node}: ${p.problem}.`,
  }),
  'columns-missing': entry<{ node: string; missing: readonly string[]; given: readonly string[] }>({
    code: 'TS5009',
    message: (p) =>
      `${p.node}: the query no longer gives ${list(p.missing)}, which the table has. It gives ${list(p.given)}. Nothing was written.`,
    hint: () =>
      'Run with --full-refresh, or set on_schema_change: append_new_columns leaves such columns empty, sync_all_columns drops them.',
  }),
  'contract-broken': entry<{ node: string; differences: string }>({
    code: 'TS5010',
    message: (p) =>
      `${p.node}: the query does not give the columns of its contract. Nothing was written.\n${p.differences}`,
    hint: () => 'Cast or rename in the query, or mend `columns` of the model.',
  }),
  'contract-incomplete': entry<{ node: string; problem: string }>({
    code: 'TS5011',
    message: (p) => `${p.node}: the contract is enforced, but ${p.problem}.`,
  }),
  'retry-impossible': entry<{ file: string; problem: string }>({
    code: 'TS5012',
    message: (p) => `Nothing to retry: ${p.file} ${p.problem}.`,
    hint: () => 'Start with tsdbt build (or run, test, seed); retry goes on from what it leaves.',
  }),
  'snapshot-invalid': entry<{ node: string; problem: string }>({
    code: 'TS5013',
    message: (p) => `${p.node}: ${p.problem}.`,
  }),
  'values-would-change': entry<{
    node: string;
    changed: readonly string[];
    of: 'batch' | 'table';
    canWiden: boolean;
  }>({
    code: 'TS5014',
    message: (p) =>
      `${p.node}: a cast to the ${p.of === 'batch' ? "table's type" : "query's type"} would change ${p.changed.join('; ')}. Nothing was written.`,
    hint: (p) =>
      p.canWiden
        ? 'Set `on_schema_change: append_new_columns`, which widens such columns, cast in the query, or run with --full-refresh.'
        : 'Cast in the query to say what becomes of such values, or, for a model, run with --full-refresh.',
  }),
  'not-built': entry<{
    target: string;
    missing: readonly string[];
    readers: readonly string[];
    command: string;
  }>({
    code: 'TS5015',
    message: (p) =>
      `Not built yet in this target (${p.target}): ${firstOf(p.missing)}. ${p.readers.length === 1 ? 'A selected node reads' : `${p.readers.length} selected nodes read`} ${p.missing.length === 1 ? 'it' : 'them'}: ${firstOf(p.readers, 3)}.`,
    hint: (p) => `Build ${p.missing.length === 1 ? 'it' : 'them'} first: \`${p.command}\`.`,
  }),
  'landing-columns-changed': entry<{ node: string; changes: string }>({
    code: 'TS5016',
    message: (p) =>
      `The landing model "${p.node}" no longer gives the columns of its table: ${p.changes}. Nothing was loaded.`,
    hint: () =>
      'Run with --reload or --full-refresh to build the table again from the landing files; all of them must still be there.',
  }),
  'unit-test-column-unknown': entry<{
    column: string;
    where: string;
    known: readonly string[];
    near: string | undefined;
  }>({
    code: 'TS5020',
    message: (p) => `${p.where} has no column "${p.column}". Its columns: ${list(p.known)}.`,
    hint: (p) =>
      p.near === undefined ? 'Rename or remove the column.' : `Did you mean "${p.near}"?`,
  }),
  'unit-test-input-missing': entry<{ test: string; input: string }>({
    code: 'TS5021',
    message: (p) => `${p.test} gives no rows for ${p.input}, which the model reads.`,
    hint: (p) => `Add it to \`given\`: {input: ${p.input}, rows: []} stands for an empty relation.`,
  }),
  'unit-test-invalid': entry<{ test: string; problem: string }>({
    code: 'TS5022',
    message: (p) => `${p.test}: ${p.problem}.`,
  }),
  'materialization-result': entry<{ node: string; materialization: string }>({
    code: 'TS5030',
    message: (p) =>
      `${p.node}: the materialization "${p.materialization}" does not return what it built.`,
    hint: () => "End it with {{ return({'relations': [target_relation]}) }}.",
  }),
  'materialization-main-missing': entry<{ node: string }>({
    code: 'TS5031',
    message: (p) => `${p.node}: its materialization runs no statement named "main".`,
    hint: () => "Run the statement that builds the node in {% call statement('main') %}.",
  }),
  'audit-rejected': entry<{
    node: string;
    failed: readonly string[];
    total: number;
    kept: string | undefined;
  }>({
    code: 'TS5040',
    message: (p) =>
      `${p.node}: ${p.failed.length} of ${p.total} test(s) fail on the new content, so it was not published: ${list(p.failed)}. What was there before stays.${p.kept === undefined ? '' : ` The rejected rows are in ${p.kept}.`}`,
    hint: () =>
      'Mend the model or what it reads. `audit: none` on the model publishes before its tests run.',
  }),
  'audit-run-impossible': entry<{ node: string; problem: string }>({
    code: 'TS5051',
    message: (p) =>
      `${p.node} can't be part of one transaction for the whole run: it ${p.problem}.`,
    hint: () => 'Build it by itself, or with --audit node.',
  }),
  'python-model-not-run': entry<{ name: string }>({
    code: 'TS5052',
    message: (p) => `The model "${p.name}" is written in Python, which is not run here.`,
    hint: (p) => `Write it in SQL, or leave it out with what reads it: --exclude ${p.name}+`,
  }),
  'function-not-described': entry<{ name: string }>({
    code: 'TS5065',
    message: (p) => `No property file says what the function "${p.name}" takes and gives.`,
    hint: (p) =>
      `Describe it: "functions: [{name: ${p.name}, arguments: [{name: …, data_type: …}], returns: {data_type: …}}]".`,
  }),
  'function-not-run': entry<{ name: string; kind: string; adapter: string }>({
    code: 'TS5066',
    message: (p) => `The function "${p.name}" is ${p.kind}, which ${p.adapter} has no way to make.`,
    hint: (p) => `Write it in SQL, or leave it out with what calls it: --exclude ${p.name}+`,
  }),
  'seed-empty': entry<{ seed: string }>({
    code: 'TS5062',
    message: (p) => `${p.seed}: its file has no header.`,
    hint: () => 'Its first line names the columns.',
  }),
  'seed-row': entry<{ seed: string; problem: string }>({
    code: 'TS5063',
    message: (p) => `${p.seed}: ${p.problem}.`,
    hint: () =>
      'A value with the delimiter, a quote or a line break in it stands in double quotes.',
  }),
  'seed-values': entry<{ seed: string; count: number; samples: readonly string[] }>({
    code: 'TS5067',
    message: (p) =>
      `${p.seed}: ${p.count} value${p.count === 1 ? ' is' : 's are'} not exactly of the type that column_types names; nothing was loaded.\n${p.samples.map((line) => `  ${line}`).join('\n')}`,
    hint: () => 'Correct the file, or name a type in `column_types` that holds the values.',
  }),
  'pointer-taken': entry<{ node: string; name: string; by: string }>({
    code: 'TS5064',
    message: (p) =>
      `${p.node}: the view "${p.name}" can't lead to it, because ${p.by} stands there.`,
    hint: () =>
      'Give one of them another alias, or set `latest_version_pointer: {enabled: false}`.',
  }),
  'freshness-unknown': entry<{ source: string }>({
    code: 'TS5060',
    message: (p) => `Nothing says when the rows of the source ${p.source} came.`,
    hint: () =>
      'Name a column of its table as `loaded_at_field`, give a `loaded_at_query`, or set `freshness: null`.',
  }),
  'freshness-unreadable': entry<{ source: string; problem: string }>({
    code: 'TS5061',
    message: (p) => `The age of the source ${p.source} can't be told: ${p.problem}.`,
    hint: () => 'Cast it in loaded_at_field: `created::timestamp`.',
  }),
  'clone-of-itself': entry<{ node: string; relation: string }>({
    code: 'TS5050',
    message: (p) =>
      `${p.node} stands at ${p.relation} in the state, and that is where its clone would be made.`,
    hint: () => 'Choose a target with another schema or database: --target.',
  }),
  'internal-error': entry<{ message: string }>({
    code: 'TS9001',
    message: (p) => `Internal error: ${p.message}`,
    hint: () =>
      'This is a bug in tsdbt. Run again with TSDBT_DEBUG=1 for the stack, and report it.',
  }),
};

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

/** A list that stays readable. */
function firstOf(names: readonly string[], most = 8): string {
  const more = names.length - most;
  return more > 1 ? `${list(names.slice(0, most))} and ${more} more` : list(names);
}
