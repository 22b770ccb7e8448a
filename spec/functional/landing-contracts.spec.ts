import { afterEach, describe, expect, test } from 'vitest';
import {
  type LandingProject,
  type LandingProjectOptions,
  landingProject,
} from '../landing-project.ts';

let project: LandingProject | undefined;
afterEach(() => project?.close());

async function load(options: LandingProjectOptions, files: Readonly<Record<string, string>>) {
  project = landingProject(options);
  project.write(files);
  return { run: await project.build(), rows: project.rows };
}

const csv = (more = '') => `{path: 'landing/*.csv'${more}}`;
const jsonl = (more = '') => `{path: 'landing/*.jsonl'${more}}`;

describe('fields that are not declared (new_column)', () => {
  const file = { 'landing/a.csv': 'id,name,city\n1,a,Oslo\n2,b,\n' };

  test('fail, the default of CSV', async () => {
    const { run } = await load({ landing: csv() }, file);
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('landing/a.csv:1');
    expect(run.output).toContain('unexpected city');
  });

  test('ignore says so', async () => {
    const { run, rows } = await load({ landing: csv(', new_column: ignore') }, file);
    expect(run.output).toContain(
      'The column "city" of 1 file(s) is not declared and was left out.',
    );
    expect(await rows('select id, name from raw_feed order by id')).toEqual(['1 a', '2 b']);
  });

  test('rescue keeps them as JSON', async () => {
    const { rows } = await load(
      { landing: csv(', new_column: rescue'), select: 'id, name, _rescued' },
      file,
    );
    expect(await rows('select id, _rescued from raw_feed order by id')).toEqual([
      '1 {"city":"Oslo"}',
      '2 ',
    ]);
  });

  test('add makes columns of them, which later files may lack', async () => {
    const { run } = await load(
      { landing: csv(', new_column: add'), select: '* exclude (processing_date, _file, _line)' },
      file,
    );
    expect(run.exitCode, run.output).toBe(0);
    project?.write({ 'landing/b.csv': 'id,name\n3,c\n' });
    const second = await project?.build();
    expect(second?.exitCode, second?.output).toBe(0);
    project?.write({ 'landing/c.csv': 'id,name,zip\n4,d,01\n' });
    expect((await project?.build())?.exitCode).toBe(0);
    expect(await project?.rows('select id, city, zip from raw_feed order by id')).toEqual([
      '1 Oslo ',
      '2  ',
      '3  ',
      '4  01',
    ]);
  });

  test('rescue and add take keys of any name and values of any kind', async () => {
    const lines = [
      '{"id": 1, "name": "a", "a\\"b": 1.50, "NAME": "x", "$.q": true, "/s": [1.0], "": 5}',
      '{"id": 2, "name": "b", "City": "Oslo", "city": "Rome", "_file": "x", "big": 12345678901234567890.10}',
      '{"id": 3, "name": "c", "half": "\\ud800", "odd": null}',
      '{"id": "x", "name": "d", "odd": 2.00}',
    ].join('\n');
    const { run } = await load(
      { landing: jsonl(', new_column: add'), select: '* exclude (processing_date, _file, _line)' },
      { 'landing/a.jsonl': lines },
    );
    expect(run.exitCode, run.output).toBe(0);
    expect(
      await project?.rows(
        `select id, "a""b", "$.q", "/s", big, coalesce("City", '-') from raw_feed order by id`,
      ),
    ).toEqual(['1 1.50 true [1.0]  -', '2    12345678901234567890.10 Oslo']);
    expect(
      await project?.rows('select code, line from raw_feed__quarantine order by line'),
    ).toEqual(['malformed_record 3', 'unreadable_value 4']);
    project?.close();
    const { rows } = await load(
      {
        landing: jsonl(', new_column: rescue, type_mismatch: null'),
        select: 'id, name, _rescued',
      },
      { 'landing/a.jsonl': lines },
    );
    expect(
      await rows('select name, _rescued from raw_feed where id is null or id = 1 order by name'),
    ).toEqual([
      'a {"a\\"b":1.50,"NAME":"x","$.q":true,"/s":[1.0],"":5}',
      'd {"odd":2.00,"id":"x"}',
    ]);
  });

  test('keys of JSON: left out with a notice by default, an error with fail', async () => {
    const files = { 'landing/a.jsonl': '{"id": 1, "name": "a", "city": "Oslo"}\n' };
    const { run } = await load({ landing: jsonl() }, files);
    expect(run.output).toContain('The key "city" of 1 record(s) is not declared');
    project?.close();
    const strict = await load({ landing: jsonl(', new_column: fail') }, files);
    expect(strict.run.exitCode).toBe(1);
    expect(strict.run.output).toContain('unexpected city');
  });
});

describe('declared columns that a file does not have (missing_column)', () => {
  const files = {
    'landing/a.csv': 'id\n1\n',
    'landing/b.csv': 'id,name\n2,b\n',
  };

  test('fail, the default of CSV, but for optional ones', async () => {
    const { run } = await load({ landing: csv() }, files);
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('missing name');
    expect(run.output).toContain('optional: true');
    project?.close();
    const optional = await load(
      { landing: csv(), columns: '[{name: id, data_type: integer}, {name: name, optional: true}]' },
      files,
    );
    expect(optional.run.exitCode, optional.run.output).toBe(0);
    expect(await optional.rows('select id, name from raw_feed order by id')).toEqual(['1 ', '2 b']);
  });

  test.each(['null', '"null"'])('%s, with quotes or without', async (word) => {
    const { rows } = await load({ landing: csv(`, missing_column: ${word}`) }, files);
    expect(await rows('select id, name from raw_feed order by id')).toEqual(['1 ', '2 b']);
  });

  test('a key that no record of a JSON file has', async () => {
    const { run } = await load(
      { landing: jsonl(', missing_column: fail') },
      {
        'landing/a.jsonl': '{"id": 1}\n',
        'landing/b.jsonl': '{"id": 2}\n{"id": 3, "name": "c"}\n',
      },
    );
    expect(run.exitCode).toBe(1);
    expect(run.output).toMatch(/landing\/a\.jsonl.*missing name/s);
    expect(await project?.rows('select id from raw_feed order by id')).toEqual(['2', '3']);
  });
});

describe('texts that are no value of their type (type_mismatch)', () => {
  const file = { 'landing/a.csv': 'id,name\n1,a\nx,b\n3,c\n' };

  test('null, with the text in _rescued', async () => {
    const { run, rows } = await load(
      { landing: csv(', type_mismatch: null'), select: 'id, name, _rescued' },
      file,
    );
    expect(run.exitCode, run.output).toBe(0);
    expect(await rows('select id, name, _rescued from raw_feed order by name')).toEqual([
      '1 a ',
      ' b {"id":"x"}',
      '3 c ',
    ]);
  });

  test('fail refuses the delivery, with the line', async () => {
    const { run } = await load({ landing: csv(', type_mismatch: fail') }, file);
    expect(run.exitCode).toBe(1);
    expect(run.output).toMatch(/landing\/a\.csv:3 TS4017/);
    expect(run.output).toContain("column id can't be read as integer: x");
  });
});

describe('how many records may be bad', () => {
  const file = (bad: number, good: number) =>
    `id,name\n${'x,b\n'.repeat(bad)}${Array.from({ length: good }, (_, n) => `${n},g\n`).join('')}`;

  test.each<[string, string, number, number, 'ok' | 'warning' | 'refused']>([
    ['few', '', 1, 99, 'ok'],
    ['more than 5 %', '', 6, 94, 'warning'],
    ['all but one', '', 9, 1, 'warning'],
    ['all', '', 3, 0, 'refused'],
    ['all, which is allowed', ', max_bad_ratio: 1', 3, 0, 'warning'],
    ['above max_bad_ratio', ', max_bad_ratio: 0.1', 2, 8, 'refused'],
    ['at max_bad_ratio', ', max_bad_ratio: 0.2', 2, 8, 'warning'],
    ['whole numbers with a point', ', max_bad_ratio: 1.0, warn_bad_ratio: 0.0', 1, 999, 'warning'],
    ['above max_bad_rows', ', max_bad_rows: 1', 2, 98, 'refused'],
    ['at max_bad_rows', ', max_bad_rows: 2', 2, 98, 'ok'],
    ['another limit for the warning', ', warn_bad_ratio: 0.01', 2, 98, 'warning'],
  ])('%s', async (_, more, bad, good, outcome) => {
    const { run, rows } = await load({ landing: csv(more) }, { 'landing/a.csv': file(bad, good) });
    expect(run.exitCode, run.output).toBe(outcome === 'refused' ? 1 : 0);
    if (outcome === 'refused') {
      expect(run.output).toMatch(/landing\/a\.csv:2 TS4017/);
      return;
    }
    expect(run.output.includes('in quarantine than warn_bad_ratio')).toBe(outcome === 'warning');
    expect(await rows('select count(*) from raw_feed')).toEqual([String(good)]);
  });
});

describe('what a source can not say', () => {
  test.each<[string, LandingProjectOptions, RegExp]>([
    ['an unknown key of a column', { columns: '[{name: id, formt: x}]' }, /feed\.yml:7:.*formt/],
    [
      'a format that means nothing',
      { columns: "[{name: id, data_type: date, format: '%Q'}]" },
      /feed\.yml:7:.*%Q means nothing/,
    ],
    [
      'a format for a number',
      { columns: "[{name: id, data_type: integer, format: '%d'}]" },
      /`format`, which is for date/,
    ],
    [
      'a zone that there is not',
      { columns: '[{name: id, data_type: timestamp, timezone: Mars}]' },
      /"Mars" as `timezone`/,
    ],
    [
      'a type that is misspelt',
      { columns: '[{name: id, data_type: integr}]' },
      /"integr" as `data_type`[\s\S]*integer/,
    ],
    ['an empty name', { columns: '[{name: ""}]' }, /feed\.yml:7:.*name is empty/],
    [
      'one field for two columns',
      { columns: '[{name: a, from: x}, {name: b, from: x}]' },
      /"x" into two columns/,
    ],
    [
      'another format than the path',
      { landing: "{path: 'landing/*.csv', format: parquet}" },
      /TS2015.*a path of csv files/,
    ],
    ['a place that is no folder', { landing: "{path: 's3://bucket/*.csv'}" }, /s3:\/\//],
    ['a ratio above one', { landing: csv(', max_bad_ratio: 5') }, /number from 0 to 1/],
  ])('%s', async (_, options, message) => {
    const { run } = await load(options, {});
    expect(run.exitCode).toBe(2);
    expect(run.output).toMatch(message);
    expect(run.output).not.toMatch(/is not declared|not 0|TS9001/);
  });
});
