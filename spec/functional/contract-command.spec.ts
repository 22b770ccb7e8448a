import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const contract = (...args: readonly string[]) =>
  runTsdbt(['contract', ...args], { cwd: project.root });
const read = (path: string) => readFileSync(join(project.root, path), 'utf8');
const model = (names: string) => ({
  'models/raw_feed.sql': `{{ config(materialized='landing') }}\nselect ${names}, processing_date, _file, _line from {{ source('landing', 'feed') }}\n`,
});

const yaml = `# what lands
sources:
  - name: landing # all of it
    tables:
      - name: feed
        landing: { path: 'landing/**/*.csv', format: csv }
        columns:
          - { name: id,   data_type: integer } # key
          - name: amount
            # in euros
            data_type: decimal(5, 2)
            description: "what it cost"
          - { name: day, data_type: date, format: '%d.%m.%Y' }
          - name: note

        # end of the table
      - name: other
        description: no files
`;
const files: ProjectFiles = {
  'models/feed.yml': yaml,
  ...model('id, amount, day, note'),
  'landing/1.csv': 'id,amount,day,note\n1,1.50,01.02.2026,x\n',
};

interface Entry {
  readonly kind: string;
  readonly name: string;
  readonly values: number;
  readonly files: number;
  readonly found: string;
  readonly example: object;
}

describe('diff', () => {
  test('what lands as declared is no drift', async () => {
    project = projectFixture(files);
    const { exitCode, output } = await contract('diff');
    expect(exitCode, output).toBe(0);
    expect(output).toContain('landing.feed (models/feed.yml), 1 file, 1 record: as declared');
  });

  test('shows new, missing and other columns, with counts and places', async () => {
    project = projectFixture({
      ...files,
      'landing/2.csv':
        'id,amount,day,mail\n3000000000,1.505,2026-02-01,a@b\n4,12345.1,13.02.2026,\n',
      'landing/3.csv': Buffer.from('504b0304', 'hex'),
    });
    const { exitCode, output } = await contract('diff', '--select', 'source:landing.feed');
    expect(exitCode).toBe(1);
    for (const line of [
      'new      mail  varchar, in 1 of 2 files, 1 value, as "a@b" in landing/2.csv:2',
      'missing  note  not in 1 of 2 files, as in landing/2.csv:1',
      'type     id  1 value can\'t be read as integer, as "3000000000" in landing/2.csv:2; bigint reads all',
      'type     amount  2 values can\'t be read as decimal(5, 2), as "1.505" in landing/2.csv:2; decimal(18, 3) reads all',
      'type     day  1 value can\'t be read as date, as "2026-02-01" in landing/2.csv:2; varchar reads all',
      'file     landing/3.csv  Landing file landing/3.csv is a zip file.',
    ])
      expect(output).toContain(line);
    const json = await contract('diff', '--output', 'json');
    expect(json.exitCode).toBe(1);
    const [source] = JSON.parse(json.stdout) as { source: string; drift: Entry[] }[];
    expect(source?.source).toBe('landing.feed');
    expect(source?.drift.find(({ name }) => name === 'id')).toMatchObject({
      kind: 'type_mismatch',
      values: 1,
      found: 'bigint',
      example: { value: '3000000000', file: 'landing/2.csv', line: 2 },
    });
    // Neither the files of the project nor a database is written.
    expect(read('models/feed.yml')).toBe(yaml);
    expect(() => read('target/shop.duckdb')).toThrow();
  });

  test('a JSON source may leave keys out, and lacks a column only where no object has it', async () => {
    const source = (more: string) => ({
      'models/feed.yml': `
sources:
  - name: landing
    tables:
      - name: feed
        landing: {path: 'landing/*.json'${more}}
        columns: [{name: id, data_type: integer}, {name: gone}, {name: tags, data_type: 'integer[]'}]
`,
    });
    project = projectFixture({
      ...source(''),
      ...model('id, gone, tags'),
      'landing/a.json': '[{"id": 1, "x": {"y": 1}}, {"id": 2, "tags": [1, "a"]}]',
      'landing/b.json': '[{"id": 3, "gone": "g"}]',
    });
    const { output } = await contract('diff');
    expect(output).toContain('new      x  json, in 1 of 2 files');
    expect(output).not.toContain('missing');
    expect(output).toContain("type     tags  1 value can't be read as integer[]");
    project.write(source(', new_column: ignore, missing_column: fail'));
    const strict = await contract('diff');
    expect(strict.output).not.toContain('new ');
    expect(strict.output).toContain('missing  gone  not in 1 of 2 files, as in landing/a.json');
  });

  test('a selector that picks no landing source is an error', async () => {
    project = projectFixture({ 'models/a.sql': 'select 1 as id\n' });
    const { exitCode, output } = await contract('diff');
    expect(exitCode).toBe(2);
    expect(output).toContain('no landing sources');
  });
});

describe('accept', () => {
  test('changes the columns and nothing else of the file, and all loads', async () => {
    project = projectFixture({
      ...files,
      'landing/2.csv':
        'id,amount,day,E-Mail\n3000000000,1.505,2026-02-01,a@b\n4,12345.1,13.02.2026,\n',
    });
    const { exitCode, output } = await contract('accept');
    expect(exitCode, output).toBe(0);
    expect(output).toContain('Wrote models/feed.yml');
    expect(output).toContain(
      'Next: add e_mail to raw_feed (models/raw_feed.sql), which is not changed',
    );
    expect(read('models/feed.yml')).toBe(`# what lands
sources:
  - name: landing # all of it
    tables:
      - name: feed
        landing: { path: 'landing/**/*.csv', format: csv }
        columns:
          - { name: id,   data_type: bigint } # key
          - name: amount
            # in euros
            data_type: decimal(18, 3)
            description: "what it cost"
          - { name: day, data_type: varchar }
          - name: note
            optional: true
          - { name: e_mail, from: E-Mail, optional: true }

        # end of the table
      - name: other
        description: no files
`);
    expect((await contract('diff')).exitCode).toBe(0);
    const build = await runTsdbt(['build'], { cwd: project.root });
    expect(build.exitCode, build.output).toBe(0);
    expect(build.output).toContain('3 rows');
    const again = await contract('accept');
    expect(again.output).toContain('as declared');
  });

  test('edits columns in one line, and files with CRLF', async () => {
    const written = `sources:\r\n- name: landing\r\n  tables:\r\n  - name: feed\r\n    landing: {path: 'landing/*.csv'}\r\n    columns: [{name: id, data_type: integer}, {name: name}]\r\n`;
    project = projectFixture({
      'models/feed.yml': written,
      ...model('id, name'),
      'landing/a.csv': 'id,no\n1.5,3\n',
    });
    const { exitCode, output } = await contract('accept', '--output', 'json');
    expect(exitCode, output).toBe(0);
    expect(read('models/feed.yml')).toBe(
      written.replace(
        '[{name: id, data_type: integer}, {name: name}]',
        '[{name: id, data_type: "decimal(18, 1)"}, {name: name, optional: true}, { name: "no", data_type: integer }]',
      ),
    );
  });

  test('columns that stand elsewhere are shown, not written', async () => {
    const written = `
columns: &columns
  - {name: id, data_type: integer}
sources:
  - name: landing
    tables:
      - name: feed
        landing: {path: 'landing/*.csv'}
        columns: *columns
`;
    project = projectFixture({
      'dbt_project.yml': 'name: shop\n',
      'models/feed.yml': written.replace('columns: &columns', 'anchors: &columns'),
      ...model('id'),
      'landing/a.csv': 'id,x\n1,3\n',
    });
    const { exitCode, output } = await contract('accept');
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain('TS4022');
    expect(output).toContain('- { name: x, data_type: integer }');
    expect(read('models/feed.yml')).toContain('columns: *columns');
  });
});
