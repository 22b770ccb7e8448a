import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

const project = (format: 'csv' | 'json' | 'jsonl') => ({
  'project.yml': 'name: shop\n',
  'models/shop.yml': `
sources:
  - name: landing
    tables:
      - name: people
        landing: {path: 'landing/{processing_date}/*.${format}', format: ${format}}
        columns: [{name: id, data_type: integer}, {name: name}]
models:
  - name: raw_people
    config: {materialized: landing}
`,
  'models/raw_people.sql':
    "select id, nullif(name, '') as name, processing_date, _file, _line from {{ source('landing', 'people') }}\n",
});

async function load(format: 'csv' | 'json' | 'jsonl', contents: string | Uint8Array) {
  fixture = projectFixture({
    ...project(format),
    [`landing/2026-01-28/people.${format}`]: contents,
  });
  const run = await runTsdbt(['build'], { cwd: fixture.root });
  const database = join(fixture.root, 'target/shop.duckdb');
  const rows = async () =>
    (await queryDatabase(database, 'select id, name, _line from raw_people order by _line')).map(
      (row) => Object.values(row).join(' '),
    );
  const quarantined = async () =>
    (
      await queryDatabase(
        database,
        'select code, line, raw, reason from raw_people__quarantine order by line',
      )
    ).map((row) => Object.values(row));
  return { run, rows, quarantined };
}

describe('CSV', () => {
  test('empty file: no record, and it says so', async () => {
    const { run, rows } = await load('csv', '');
    expect(run.output).toMatch(/people\.csv.*empty/);
    expect(run.exitCode).toBe(0);
    expect(await rows()).toEqual([]);
  });

  test('header only', async () => {
    const { run, rows } = await load('csv', 'id,name\n');
    expect(run.exitCode).toBe(0);
    expect(await rows()).toEqual([]);
  });

  test('wrong header: nothing is loaded', async () => {
    const { run } = await load('csv', 'id,nmae\n1,Ada\n');
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain(
      'TS4007: The header of landing file landing/2026-01-28/people.csv is not the declared one: missing name and unexpected nmae.',
    );
  });

  test('byte order mark', async () => {
    const { rows } = await load('csv', '\ufeffid,name\n1,Ada\n');
    expect(await rows()).toEqual(['1 Ada 2']);
  });

  test('CRLF, and a last line without an end', async () => {
    const { rows } = await load('csv', 'id,name\r\n1,Ada\r\n2,Bo');
    expect(await rows()).toEqual(['1 Ada 2', '2 Bo 3']);
  });

  test('an unterminated quote takes only its own line', async () => {
    const { rows, quarantined, run } = await load(
      'csv',
      'id,name\n1,"Ada\n2,Bo\n3,"Cy, the third"\n',
    );
    expect(run.exitCode).toBe(0);
    expect(await rows()).toEqual(['2 Bo 3', '3 Cy, the third 4']);
    expect((await quarantined()).map((row) => row.slice(0, 3))).toEqual([
      ['malformed_record', '2', '1,"Ada'],
    ]);
  });

  test('a line of 10 MB', async () => {
    const { rows, quarantined } = await load(
      'csv',
      `id,name\n1,Ada\n2,${'x'.repeat(10_000_000)}\n3,Cy\n`,
    );
    expect(await rows()).toEqual(['1 Ada 2', '3 Cy 4']);
    expect((await quarantined()).map((row) => row.slice(0, 2))).toEqual([
      ['malformed_record', '3'],
    ]);
  });

  test('bytes that are not UTF-8', async () => {
    const bad = Buffer.concat([
      Buffer.from('id,name\n1,Ada\n2,'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('\n3,Cy\n'),
    ]);
    const { rows, quarantined } = await load('csv', bad);
    expect(await rows()).toEqual(['1 Ada 2', '3 Cy 4']);
    expect((await quarantined()).map((row) => row.slice(0, 2))).toEqual([
      ['malformed_record', '3'],
    ]);
  });

  test('a value that is not of its type', async () => {
    const { rows, quarantined } = await load('csv', 'id,name\none,Ada\n2,Bo\n');
    expect(await rows()).toEqual(['2 Bo 3']);
    const [[code, line, raw, reason]] = (await quarantined()) as [unknown[]];
    expect([code, line, raw]).toEqual(['unreadable_value', '2', 'one,Ada']);
    expect(reason).toContain('id');
  });

  test('wrong number of fields', async () => {
    const { rows, quarantined } = await load('csv', 'id,name\n1,Ada,more\n2\n3,Cy\n');
    expect(await rows()).toEqual(['3 Cy 4']);
    expect((await quarantined()).map((row) => row.slice(0, 2))).toEqual([
      ['malformed_record', '2'],
      ['malformed_record', '3'],
    ]);
  });
});

describe('JSON', () => {
  test('broken at the end: the file is refused, since records may be missing', async () => {
    const { run } = await load('json', '[\n{"id": 1, "name": "Ada"},\n{"id": 2, "na');
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('TS4006: Landing file landing/2026-01-28/people.json');
    expect(run.output).toContain('records may be missing (bytes 29 to 41, from line 3)');
    expect(run.output).toContain('incomplete_file: warn');
  });

  test('not an array', async () => {
    const { run } = await load('json', '{"id": 1}');
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('TS4006: Landing file landing/2026-01-28/people.json');
  });

  test('a truncated line of JSON lines', async () => {
    const { rows, quarantined } = await load(
      'jsonl',
      '{"id": 1, "name": "Ada"}\n{"id": 2, "na\n{"id": 3, "name": "Cy"}\n',
    );
    expect(await rows()).toEqual(['1 Ada 1', '3 Cy 3']);
    expect((await quarantined()).map((row) => row.slice(0, 3))).toEqual([
      ['malformed_record', '2', '{"id": 2, "na'],
    ]);
  });
});

describe('the folder', () => {
  test('missing before the first file: a warning; after it: an error', async () => {
    fixture = projectFixture(project('csv'));
    const { root } = fixture;
    const early = await runTsdbt(['build'], { cwd: root });
    expect(early.exitCode).toBe(0);
    expect(early.output).toContain(
      'Landing source landing.people reads landing, which does not exist yet.',
    );
    fixture.write({ 'landing/2026-01-28/people.csv': 'id,name\n1,Ada\n' });
    expect((await runTsdbt(['build'], { cwd: root })).exitCode).toBe(0);
    rmSync(join(root, 'landing'), { recursive: true });
    const gone = await runTsdbt(['build'], { cwd: root });
    expect(gone.exitCode).toBe(1);
    expect(gone.output).toContain(
      'TS4005: Landing source landing.people reads landing, which does not exist.',
    );
  });

  test('a landing source read by a model that is none', async () => {
    fixture = projectFixture({
      ...project('csv'),
      'models/other.sql': "select * from {{ source('landing', 'people') }}",
    });
    const run = await runTsdbt(['build'], { cwd: fixture.root });
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain(
      'reads the landing folder landing.people, which only a model with materialized: landing can do',
    );
  });
});
