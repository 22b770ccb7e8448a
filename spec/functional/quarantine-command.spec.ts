import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { type LandingProject, landingProject } from '../landing-project.ts';

const lenient = "{path: 'landing/**/*.csv', format: csv, max_bad_ratio: 1}";

let project: LandingProject;
afterEach(() => project.close());

const quarantine = (...args: readonly string[]) =>
  runTsdbt(['quarantine', ...args], { cwd: project.root });
const rows = () =>
  project.rows("select id, coalesce(name, '-'), _file, _line from raw_feed order by _file, _line");
const held = () =>
  project.rows(
    'select code, file, line, record, reason from raw_feed__quarantine order by file, record',
  );
const balance = () =>
  project.rows(
    'select file, records, loaded, quarantined, dropped from _tsdbt.landing_files order by file',
  );
const rule = (expression: string, action = 'quarantine') =>
  `expectations: [{name: named, expression: "${expression}", on_violation: ${action}}]`;
/** Replaces what follows `config:` in the model's properties. */
function editModel(model: string): void {
  const { root } = project;
  const text = yaml.replace(/(config: \{materialized: landing\}\n {4}).*/, `$1${model}`);
  writeFileSync(join(root, 'models/feed.yml'), text);
}
function editColumns(columns: string): void {
  writeFileSync(
    join(project.root, 'models/feed.yml'),
    yaml.replace(/columns: .*/, `columns: ${columns}`),
  );
}
const yaml = `
sources:
  - name: landing
    tables:
      - name: feed
        landing: ${lenient}
        columns: [{name: id, data_type: integer}, {name: name}]
models:
  - name: raw_feed
    config: {materialized: landing}
    description: x
`;

describe('replay', () => {
  test('applies the rules of today to the stored text, without the files', async () => {
    project = landingProject({ landing: lenient, model: rule('name is not null') });
    // The header has another order than the columns that are declared.
    project.write({
      'landing/a.csv': 'name,id\nAda,1\n,2\n"B\nb",x\n',
      'landing/b.csv': 'id,name\n4,\n5,"Ema\n',
    });
    expect((await project.build()).exitCode).toBe(0);
    expect(await balance()).toEqual(['landing/a.csv 3 1 2 0', 'landing/b.csv 2 0 2 0']);
    project.remove('landing');
    editModel('description: no rule any more');
    const { exitCode, output } = await quarantine('replay');
    expect(exitCode, output).toBe(0);
    expect(output).toContain('raw_feed: of 4 records 2 loaded, 0 dropped, 2 still in quarantine.');
    expect(await rows()).toEqual([
      '1 Ada landing/a.csv 2',
      '2 - landing/a.csv 3',
      '4 - landing/b.csv 2',
    ]);
    expect((await held()).map((text) => text.split(' ').slice(0, 4).join(' '))).toEqual([
      'unreadable_value landing/a.csv 4 3',
      'malformed_record landing/b.csv 3 2',
    ]);
    expect(await balance()).toEqual(['landing/a.csv 3 2 1 0', 'landing/b.csv 2 1 1 0']);
    // A type of today reads what that of yesterday could not.
    editColumns('[{name: id}, {name: name}]');
    writeFileSync(
      join(project.root, 'models/raw_feed.sql'),
      "select try_cast(id as integer) as id, name, processing_date, _file, _line from {{ source('landing', 'feed') }}",
    );
    expect((await quarantine('replay', '--code', 'unreadable_value')).exitCode).toBe(0);
    expect((await rows()).length).toBe(4);
    expect(await balance()).toEqual(['landing/a.csv 3 3 0 0', 'landing/b.csv 2 1 1 0']);
    // Incremental models see the rows as a batch of its own.
    expect(await project.rows('select max(_batch) from raw_feed')).toEqual(['3']);
  });

  test('what stays has the code and the reason of today', async () => {
    project = landingProject({ landing: lenient, model: rule('id > 1') });
    project.write({ 'landing/a.csv': 'id,name\n1,Ada\n2,Bo\n' });
    await project.build();
    editModel('expectations: [{name: other, expression: "id > 10", message: too small}]');
    expect((await quarantine('replay')).output).toContain('0 loaded, 0 dropped, 1 still');
    expect(await held()).toEqual(['other landing/a.csv 2 1 too small']);
    editModel(rule('id > 10', 'drop'));
    expect((await quarantine('replay')).output).toContain('0 loaded, 1 dropped, 0 still');
    expect(await balance()).toEqual(['landing/a.csv 2 1 0 1']);
  });

  test('a duplicate of a row that is loaded stays a duplicate', async () => {
    project = landingProject({
      landing: lenient,
      model: 'expectations: [{name: once, unique: id, order_by: name}]',
    });
    project.write({ 'landing/a.csv': 'id,name\n1,Ada\n1,Bo\n' });
    await project.build();
    expect((await quarantine('replay')).output).toContain('0 loaded, 0 dropped, 1 still');
    expect(await held()).toEqual(['once landing/a.csv 3 2 duplicate of line 2 of landing/a.csv']);
    expect(await rows()).toEqual(['1 Ada landing/a.csv 2']);
  });

  test('a rule with on_violation fail changes nothing', async () => {
    project = landingProject({ landing: lenient, model: rule('name is not null') });
    project.write({ 'landing/a.csv': 'id,name\n1,\n2,Bo\n' });
    await project.build();
    editModel(rule('name is not null', 'fail'));
    const { exitCode, output } = await quarantine('replay');
    expect(exitCode).not.toBe(0);
    expect(output).toContain('TS5004');
    expect(await balance()).toEqual(['landing/a.csv 2 1 1 0']);
    expect(await project.rows('select max(batch) from _tsdbt.batches')).toEqual(['1']);
  });

  test('texts that were cut or replaced stay', async () => {
    project = landingProject({
      landing: "{path: 'landing/*.csv', format: csv, max_line_bytes: 200000}",
      model: rule('length(name) < 5'),
    });
    const bad = Buffer.concat([Buffer.from('id,name\n1,'), Buffer.from([0xff]), Buffer.from('\n')]);
    project.write({
      'landing/long.csv': `id,name\n1,${'x'.repeat(70_000)}\n2,Bo\n`,
      'landing/odd.csv': Buffer.concat([bad, Buffer.from('2,Bo\n')]),
    });
    await project.build();
    editModel('description: no rule any more');
    const { output } = await quarantine('replay');
    expect(output).toContain('of 2 records 0 loaded, 0 dropped, 2 still in quarantine');
    expect(output).toContain("2 records can't be read again: only a part of their text is kept");
    expect(await balance()).toEqual(['landing/long.csv 2 1 1 0', 'landing/odd.csv 2 1 1 0']);
  });

  test('JSON arrays and JSON lines', async () => {
    for (const [format, text] of [
      ['json', '[{"id": 1, "name": "Ada"}, {"id": 2}, {"id": 3}]'],
      ['jsonl', '{"id": 1, "name": "Ada"}\n{"id": 2}\n{"id": 3}\n'],
    ]) {
      project = landingProject({
        landing: `{path: 'landing/*.${format}', format: ${format}}`,
        model: rule('name is not null'),
        files: { [`landing/a.${format}`]: text! },
      });
      await project.build();
      const yml = yaml
        .replace(/landing: \{.*/, `landing: {path: 'landing/*.${format}', format: ${format}}`)
        .replace('description: x', rule('id <> 3'));
      writeFileSync(join(project.root, 'models/feed.yml'), yml);
      expect((await quarantine('replay')).output).toContain('of 2 records 1 loaded');
      expect(await rows()).toEqual([`1 Ada landing/a.${format} 1`, `2 - landing/a.${format} 2`]);
      expect(await balance()).toEqual([`landing/a.${format} 3 2 1 0`]);
      if (format === 'json') project.close();
    }
  });
});

describe('list, show and drop', () => {
  test('count, print, and forget when --yes is given', async () => {
    project = landingProject({ landing: lenient, model: rule('name is not null') });
    project.write({
      'landing/a.csv': 'id,name\n1,\n2,Bo\nx,Cy\n',
      'landing/b.csv': 'id,name\n3,\n4,D\n',
    });
    expect((await quarantine('list')).output).toContain('Nothing is in quarantine.');
    await project.build();
    const { output } = await quarantine('list');
    expect(output).toContain('raw_feed  named  2 records of 2 files');
    expect(output).toContain('raw_feed  unreadable_value  1 record of 1 file');
    const shown = await quarantine(
      'show',
      '--select',
      'raw_feed',
      '--code',
      'named',
      '--output',
      'json',
    );
    const [first] = JSON.parse(shown.stdout) as { model: string; records: { raw: string }[] }[];
    expect(first?.records.map(({ raw }) => raw)).toEqual(['1,', '3,']);
    expect((await quarantine('show')).output).toContain('x,Cy');
    const refused = await quarantine('drop');
    expect(refused.exitCode).toBe(2);
    expect(refused.output).toContain('--yes');
    expect((await quarantine('drop', '--code', 'named', '--yes')).output).toContain(
      'raw_feed: 2 records dropped from the quarantine.',
    );
    expect(await balance()).toEqual(['landing/a.csv 3 1 1 1', 'landing/b.csv 2 1 0 1']);
    expect((await held()).length).toBe(1);
  });

  test('a selection without a landing model says so', async () => {
    project = landingProject();
    const { exitCode, output } = await quarantine('replay', '--select', 'report');
    expect(exitCode).toBe(2);
    expect(output).toContain('picks no landing model');
  });
});
