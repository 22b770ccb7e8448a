import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Json } from '../../src/contracts/json.ts';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { type Counted, countCsv, countJson, countJsonl, occurrences } from './count-records.ts';
import { type Format, type MutatedFile, mutatedFile } from './mutated-file.ts';
import { Trials } from './trials.ts';

/** How many files are changed and loaded; `TSDBT_MUTATED_FILES=20000` for the full size. */
const size = Number(process.env['TSDBT_MUTATED_FILES'] ?? 1000);
const first = Number(process.env['TSDBT_FIRST_MUTATED_FILE'] ?? 1);
const filesPerBuild = 400;
const formats: readonly Format[] = ['csv', 'json', 'jsonl'];

const source = (format: Format, more: string) => `
      - name: ${format}
        landing: {path: ['landing/${format}/*.${format}', 'landing/${format}/*.${format}.gz'], format: ${format}, delivery: file, max_bad_ratio: 1, warn_bad_ratio: 1${more}}
        columns:
          - {name: id, data_type: integer}
          - {name: name}
          - {name: amount, data_type: 'decimal(12, 2)'}
          - {name: day, data_type: date}
          - {name: note}`;

const model = (format: Format) =>
  `select id, name, amount, day, note${format === 'csv' ? '' : ', _rescued'}, processing_date, _file, _line from {{ source('landing', '${format}') }}\n`;

/** With `incompleteFile: 'warn'` what can be told apart in a broken JSON array is loaded. */
const sources = (incompleteFile: 'refuse' | 'warn') => ({
  'models/sources.yml': `sources:
  - name: landing
    tables:${source('csv', '')}${source('json', `, new_column: rescue, incomplete_file: ${incompleteFile}`)}${source('jsonl', ', new_column: rescue')}
models:
${formats.map((format) => `  - {name: raw_${format}, config: {materialized: landing}}`).join('\n')}
`,
});

const project = {
  'project.yml': 'name: shop\n',
  ...sources('refuse'),
  ...Object.fromEntries(formats.map((format) => [`models/raw_${format}.sql`, model(format)])),
};

type Found = Readonly<Record<string, Json>>;

interface Counts {
  rows: number;
  untouched: number;
  swallowed: number;
  uncounted: number;
  incomplete: number;
}

/** What a build made of the files. */
interface Outcome {
  readonly output: string;
  readonly ledger: ReadonlyMap<string, Found>;
  readonly loaded: ReadonlyMap<string, readonly Found[]>;
  readonly quarantined: ReadonlyMap<string, readonly Found[]>;
}

test(`${size} landing files with changed bytes: every record is loaded, quarantined or refused by name`, {
  timeout: 7_200_000,
}, async () => {
  const trials = new Trials('mutated landing files');
  const counts = { refused: 0, rows: 0, untouched: 0, swallowed: 0, uncounted: 0, incomplete: 0 };
  const fixture = projectFixture(project);
  try {
    for (let from = first; from < first + size; from += filesPerBuild) {
      const count = Math.min(filesPerBuild, first + size - from);
      const files = Array.from({ length: count }, (_, index) =>
        mutatedFile(from + index, formats[(from + index) % 3]!),
      );
      for (const part of ['landing', 'target'])
        rmSync(join(fixture.root, part), { recursive: true, force: true });
      const isOdd = ((from - first) / filesPerBuild) % 2 === 1;
      fixture.write(sources(isOdd ? 'warn' : 'refuse'));
      fixture.write(Object.fromEntries(files.map(({ path, content }) => [path, content])));
      const outcome = await load(fixture.root);
      for (const file of files) {
        const problem = outcome.ledger.has(file.path)
          ? problemOfLoaded(file, outcome, counts)
          : problemOfRefused(file, outcome);
        if (!outcome.ledger.has(file.path)) counts.refused++;
        trials.note(
          problem === undefined
            ? undefined
            : `${file.path} (${file.changes.join('; ')}): ${problem}`,
        );
      }
    }
  } finally {
    fixture.remove();
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  expect(trials.report()).toContain(`${size} trials, 0 failures`);
  // What the spec lets pass must stay rare, or it would show nothing.
  expect(counts.swallowed).toBeLessThan(counts.untouched / 200);
  expect(counts.uncounted).toBeLessThan(size / 3);
  expect(counts.incomplete).toBeLessThan(size / 20);
});

async function load(root: string): Promise<Outcome> {
  const { output } = await runTsdbt(['build'], { cwd: root });
  if (/TS9001|TS4001/.test(output)) throw new Error(output);
  const database = join(root, 'target/shop.duckdb');
  const all = (sql: (format: Format) => string) =>
    queryDatabase(database, formats.map(sql).join(' union all '));
  const ledger = await queryDatabase(
    database,
    'select file, records, loaded, quarantined, dropped from _tsdbt.landing_files',
  );
  const loaded = await all(
    (format) =>
      `select _file as file, id::varchar as id, name, amount::varchar as amount, day::varchar as day, coalesce(note, '') as note, ${format === 'csv' ? "''" : "coalesce(_rescued::varchar, '')"} as rescued from raw_${format}`,
  );
  const quarantined = await all((format) => `select file, raw from raw_${format}__quarantine`);
  return {
    output,
    ledger: new Map(ledger.map((entry) => [String(entry['file']), entry])),
    loaded: byFile(loaded),
    quarantined: byFile(quarantined),
  };
}

function byFile(rows: readonly Found[]): ReadonlyMap<string, readonly Found[]> {
  const found = new Map<string, Found[]>();
  for (const row of rows) {
    const file = String(row['file']);
    const list = found.get(file);
    if (list === undefined) found.set(file, [row]);
    else list.push(row);
  }
  return found;
}

function problemOfRefused(file: MutatedFile, { output }: Outcome): string | undefined {
  const line = output.split('\n').find((text) => text.includes(`${file.path}`));
  if (line === undefined) return 'neither loaded nor named';
  const mayBe =
    file.isTorn ||
    isWide(file.bytes) ||
    (file.format === 'csv' && file.headTouched) ||
    (file.format === 'json' && countJson(file.bytes).records === undefined);
  return mayBe ? undefined : `refused for no reason: ${line}`;
}

function problemOfLoaded(file: MutatedFile, outcome: Outcome, counts: Counts): string | undefined {
  const entry = outcome.ledger.get(file.path)!;
  const loaded = outcome.loaded.get(file.path) ?? [];
  const quarantined = outcome.quarantined.get(file.path) ?? [];
  if (Number(entry['loaded']) !== loaded.length) return 'the ledger has another number of rows';
  if (Number(entry['quarantined']) !== quarantined.length)
    return 'the ledger has another number of quarantined records';
  const records = loaded.length + quarantined.length + Number(entry['dropped']);
  if (Number(entry['records']) !== records) return 'the ledger does not balance';
  // Records may be missing then, and that is said with the name of the file.
  const mayMiss = outcome.output.includes(`${file.path}: `);
  if (mayMiss) counts.incomplete++;
  if (file.content.length === 0) return records === 0 ? undefined : 'an empty file has records';
  const counted = count(file);
  if (counted.records === undefined || isWide(file.bytes)) counts.uncounted++;
  else if (counted.records !== records) return `${records} records, not ${counted.records}`;
  counts.rows += records;
  return problemOfRows(file, loaded, quarantined, counted, counts, mayMiss);
}

function problemOfRows(
  file: MutatedFile,
  loaded: readonly Found[],
  quarantined: readonly Found[],
  counted: Counted,
  counts: Counts,
  mayMiss: boolean,
): string | undefined {
  const rows = new Map<string, number>();
  for (const { id, name, amount, day, note } of loaded) {
    const key = JSON.stringify([id, name, amount, day, note]);
    rows.set(key, (rows.get(key) ?? 0) + 1);
  }
  // A broken element may hide where the next one starts; a quote, where its field ends.
  const spans = file.format === 'json' ? quarantined.map(({ raw }) => String(raw)) : counted.spans;
  for (const { id, name, amount, day, note, marker } of file.untouched) {
    counts.untouched++;
    const times = rows.get(JSON.stringify([id, name, amount, day, note])) ?? 0;
    if (times === 1) continue;
    if (times === 0 && mayMiss) continue;
    if (times === 0 && spans.some((span) => span.includes(marker))) counts.swallowed++;
    else return `the untouched row ${marker} is there ${times} times`;
  }
  const text = file.bytes.toString('latin1');
  const kept = [
    ...loaded.map(({ id, name, amount, day, note, rescued }) =>
      [id, name, amount, day, note, rescued].join('\n'),
    ),
    ...quarantined.map(({ raw }) => String(raw)),
  ].join('\n');
  for (const { marker } of file.rows) {
    const [there, found] = [occurrences(text, marker), occurrences(kept, marker)];
    if (mayMiss ? found > there : there !== found)
      return `${marker} is ${there} times in the file, ${found} times in tables`;
  }
  return undefined;
}

function count({ format, bytes }: MutatedFile): Counted {
  if (format === 'csv') return countCsv(bytes, 5);
  return format === 'jsonl' ? countJsonl(bytes) : countJson(bytes);
}

/** Whether a file starts like UTF-16, which is then read as such. */
function isWide(bytes: Buffer): boolean {
  return ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex'));
}
