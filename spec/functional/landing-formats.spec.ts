import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createDuckDbAdapter } from '../../src/adapters/duckdb/duckdb-adapter.ts';
import {
  type LandingProject,
  type LandingProjectOptions,
  landingProject,
} from '../landing-project.ts';

let project: LandingProject | undefined;
afterEach(() => project?.close());

async function load(
  options: LandingProjectOptions,
  files: Readonly<Record<string, string | Uint8Array>>,
) {
  project = landingProject(options);
  project.write(files);
  const run = await project.build();
  return { run, project };
}

const feed = 'select id, name, _line from raw_feed order by _line';
const bad = 'select code, line, reason from raw_feed__quarantine order by line, record';
const csv = (more = '') => `{path: 'landing/*', format: csv${more}}`;

describe('encodings and compression', () => {
  const text = 'id,name\n1,Zoë\n2,€ 5\n';
  const zstd = Buffer.from('KLUv/QRYuQAAaWQsbmFtZQoxLFpvw6sKMizigqwgNQqeyGqq', 'base64');
  test.each<[string, string, Uint8Array]>([
    ['UTF-8 with a byte order mark', '', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 little endian by its mark', '', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 big endian by its mark', '', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', ', encoding: utf-16', Buffer.from(text, 'utf16le')],
    ['UTF-16BE without a mark', ', encoding: utf-16', Buffer.from(text, 'utf16le').swap16()],
    ['Windows-1252', ', encoding: windows-1252', Buffer.from(text.replace('€', '\x80'), 'latin1')],
    ['gzip', '', gzipSync(text)],
    ['gzip that is declared', ', compression: gzip', gzipSync(text)],
    ['two members of gzip', '', Buffer.concat([gzipSync('id,name\n1,Zoë\n'), gzipSync('2,€ 5\n')])],
    ['zstd', '', zstd],
  ])('%s', async (_, more, bytes) => {
    const { run } = await load({ landing: csv(more) }, { 'landing/a': bytes });
    expect(run.exitCode, run.output).toBe(0);
    expect(await project?.rows(feed)).toEqual(['1 Zoë 2', '2 € 5 3']);
  });

  test.each<[string, string, Uint8Array, RegExp]>([
    [
      'Latin-1',
      '',
      Buffer.from('id,näme\n1,a\n', 'latin1'),
      /header \(line 1\).*not UTF-8[\s\S]*windows-1252/,
    ],
    ['UTF-16 without a mark', '', Buffer.from(text, 'utf16le'), /NUL[\s\S]*encoding: utf-16/],
    [
      'UTF-16, declared as UTF-8',
      ', encoding: utf-8',
      Buffer.from(`\ufeff${text}`, 'utf16le'),
      /is UTF-16LE \(it starts with FFFE\), not UTF-8/,
    ],
    [
      'half of a character of UTF-16',
      ', encoding: utf-16',
      Buffer.concat([Buffer.from(text, 'utf16le'), Buffer.from([0x00, 0xd8, 0x41, 0x00])]),
      /is not UTF-16LE/,
    ],
    [
      'a gzip file that is cut off',
      '',
      gzipSync(text.repeat(200)).subarray(0, 60),
      /is no whole gzip file/,
    ],
    ['a zstd file that is cut off', '', zstd.subarray(0, 20), /is no whole zstd file/],
    ['no gzip file', ', compression: gzip', Buffer.from(text), /is no gzip file/],
    ['a zip file', '', Buffer.from('504b030414', 'hex'), /is a zip file/],
    ['a Parquet file', '', Buffer.from('PAR1....'), /is a parquet file[\s\S]*format: parquet/],
  ])('names the cause: %s', async (_, more, bytes, message) => {
    const { run } = await load({ landing: csv(more) }, { 'landing/a': bytes });
    expect(run.exitCode).toBe(1);
    expect(run.output).toMatch(message);
    expect(run.output).toContain('landing/a');
    expect(run.output).not.toMatch(/landing\.delimiter|TS9001/);
  });
});

describe('CSV', () => {
  test('rows before the header, comments, footers, blank lines', async () => {
    const text =
      'Report of May\n\n# made by a machine\nid;name\n1;a\n# half way\n2;b\n\nTotal;2\nEnd\n\n';
    const { run } = await load(
      { landing: csv(", delimiter: ';', skip_rows: 1, comment: '#', skip_footer: 2") },
      { 'landing/a': text },
    );
    expect(run.exitCode, run.output).toBe(0);
    expect(await project?.rows(feed)).toEqual(['1 a 5', '2 b 7']);
  });

  test('no header: columns in the order declared, optional ones may be missing at the end', async () => {
    await load(
      {
        landing: csv(', header: false'),
        columns: '[{name: id, data_type: integer}, {name: name}, {name: city, optional: true}]',
        select: 'id, name, city',
      },
      { 'landing/a': '1,a,Oslo\n2,b\n3\n4,d,Rome,x\n' },
    );
    expect(await project?.rows('select id, name, city from raw_feed order by id')).toEqual([
      '1 a Oslo',
      '2 b ',
    ]);
    expect(await project?.rows(bad)).toEqual([
      'malformed_record 3 the record has 1 fields, not 2 to 3',
      'malformed_record 4 the record has more than 3 fields',
    ]);
  });

  test('a column without a name, and one of another name', async () => {
    await load(
      { landing: csv(), columns: "[{name: id, from: ''}, {name: name, from: 'Full Name'}]" },
      { 'landing/a': ',Full Name\n0,Ada\n' },
    );
    expect(await project?.rows(feed)).toEqual(['0 Ada 2']);
  });

  test('a header that is repeated is no record', async () => {
    const { run } = await load(
      { landing: csv(), columns: '[{name: id}, {name: name}]' },
      { 'landing/a': 'id,name\n1,a\nid,name\n2,b\n"id","name"\n' },
    );
    expect(await project?.rows(feed)).toEqual(['1 a 2', '2 b 4']);
    expect(run.output).toContain('landing/a repeats its header on line 3, 5: no record.');
  });

  test.each<[string, string, readonly string[], readonly string[]]>([
    [
      'a long quoted field is one malformed record, not its lines',
      `id,name\n1,a\n2,"${'900,x\n'.repeat(60)}"\n3,c\n`,
      ['1 a 2', '3 c 64'],
      ['malformed_record 3 the record has 364 bytes, more than max_line_bytes (200)'],
    ],
    [
      'a long line inside of a quoted field',
      `id,name\n1,"a\n${'x'.repeat(300)}\nb"\n2,b\n`,
      ['2 b 5'],
      ['malformed_record 2 the line has 300 bytes, more than max_line_bytes (200)'],
    ],
    [
      'a quoted field of many lines in a record of too many fields',
      'id,name\n1,"letter\nDear Ada\nyours"\n2,"a, b\nc\nd",x\n3,c\n',
      ['1 letter\nDear Ada\nyours 2', '3 c 8'],
      ['malformed_record 5 the record has more than 2 fields'],
    ],
    [
      'a quote that is never closed takes its own line',
      'id,name\n1,"a\n2,b\n3,c\n',
      ['2 b 3', '3 c 4'],
      ['malformed_record 2 the quote of field 2 is not closed'],
    ],
  ])('%s', async (_, text, rows, quarantined) => {
    const { run } = await load({ landing: csv(', max_line_bytes: 200') }, { 'landing/a': text });
    expect(run.exitCode, run.output).toBe(0);
    expect(await project?.rows(feed)).toEqual(rows);
    expect(await project?.rows(bad)).toEqual(quarantined);
    expect(await project?.rows('select sum(records) from _tsdbt.landing_files')).toEqual([
      String(rows.length + quarantined.length),
    ]);
  });
});

describe('JSON', () => {
  const lines = Array.from({ length: 50 }, (_, n) => `{"id": ${n}, "name": "n${n}"}`);
  const array = (list: readonly string[], between: string) =>
    `[${between === '' ? '' : '\n'}${list.join(`,${between}`)}]`;
  const spoiled = (at: number, text: string) => lines.map((line, n) => (n === at ? text : line));

  test.each<[string, string]>([
    ['a stray quote', '{"id": 1, "na"me": "n1"}'],
    ['a missing quote', '{"id": 1, "name": "n1}'],
    ['a missing quote at the start', '{"id": 1, name": "n1"}'],
    ['a missing brace', '{"id": 1, "name": "n1"'],
    ['a brace too many', '{"id": 1, "name": "n1"}}'],
    ['a word that is none', '{"id": nul, "name": "n1"}'],
    ['a bracket', '{"id": [1, "name": "n1"}'],
  ])('%s costs one record of an array with an element a line', async (_, text) => {
    const { run } = await load(
      { landing: "{path: 'landing/*.json', format: json}" },
      { 'landing/a.json': array(spoiled(1, text), '\n') },
    );
    expect(run.exitCode, run.output).toBe(0);
    expect(await project?.rows('select count(*), min(id), max(id) from raw_feed')).toEqual([
      '49 0 49',
    ]);
    expect(await project?.rows('select code, line, raw from raw_feed__quarantine')).toEqual([
      `malformed_record 3 ${text}`,
    ]);
  });

  test.each<[string, string]>([
    ['a stray quote', '{"id": 1, "na"me": "n1"}'],
    ['a missing quote', '{"id": 1, "name": "n1}'],
    ['a word that is none', '{"id": nul, "name": "n1"}'],
  ])('%s costs one record of an array on one line', async (_, text) => {
    const { run } = await load(
      { landing: "{path: 'landing/*.json', format: json}" },
      { 'landing/a.json': array(spoiled(1, text), '') },
    );
    expect(run.exitCode, run.output).toBe(0);
    expect(await project?.rows('select count(*) from raw_feed')).toEqual(['49']);
    expect(await project?.rows('select raw from raw_feed__quarantine')).toEqual([text]);
  });

  test.each<[string, string]>([
    ['a missing brace on one line', array(spoiled(1, '{"id": 1, "name": "n1"'), '')],
    ['an array that ends early', array(lines, '\n').slice(0, -20)],
    ['a bracket that ends it early', `${array(lines.slice(0, 3), '\n')}, {"id": 3}]`],
  ])(
    '%s: records may be missing, so the file is refused, or loaded with a warning',
    async (_, text) => {
      const { run } = await load(
        { landing: "{path: 'landing/*.json', format: json}" },
        { 'landing/a.json': text },
      );
      expect(run.exitCode).toBe(1);
      expect(run.output).toMatch(/landing\/a\.json.*TS4006[\s\S]*bytes \d+ to \d+/);
      project?.close();
      const again = await load(
        { landing: "{path: 'landing/*.json', format: json, incomplete_file: warn}" },
        { 'landing/a.json': text },
      );
      expect(again.run.exitCode, again.run.output).toBe(0);
      expect(again.run.output).toMatch(/landing\/a\.json: .*bytes \d+ to \d+/);
    },
  );

  test('an array inside of an object, nested types, numbers exact', async () => {
    const text = JSON.stringify({
      items: 'not these',
      data: {
        other: [{ items: [] }],
        items: [
          { id: 1, name: 'a', tags: ['x', 'y'], place: { zip: '01', at: '2024-02-03' } },
          { id: 2, name: 'b', tags: ['x', 5], place: { at: '2024-02-31' } },
          { id: 3, name: 'c', tags: 'x' },
          { id: 4, name: null },
        ],
        more: 1,
      },
    }).replace('"id":1,', '"id":1,"price":12345678901234567.10,');
    await load(
      {
        landing: "{path: 'landing/*.json', format: json, records: data.items}",
        columns:
          "[{name: id, data_type: integer}, {name: name}, {name: price, data_type: 'decimal(20, 2)'}, {name: tags, data_type: 'varchar[]'}, {name: place, data_type: 'struct(zip varchar, at date)'}]",
        select: 'id, name, price, tags, place',
      },
      { 'landing/a.json': text },
    );
    expect(
      await project?.rows(
        'select id, price, to_json(tags), to_json(place) from raw_feed order by id',
      ),
    ).toEqual(['1 12345678901234567.10 ["x","y"] {"zip":"01","at":"2024-02-03"}', '4   ']);
    const quarantined = await project?.rows(
      'select code, record, reason from raw_feed__quarantine order by record',
    );
    expect(quarantined?.map((row) => row.split(':')[0])).toEqual([
      "unreadable_value 2 column place can't be read as struct(zip varchar, at date)",
      "unreadable_value 3 column tags can't be read as varchar[]",
    ]);
  });

  test('a key that is there twice is malformed', async () => {
    await load(
      { landing: "{path: 'landing/*.jsonl', format: jsonl}" },
      { 'landing/a.jsonl': '{"id": 1, "name": "a"}\n{"id": 2, "id": 3, "name": "b"}\n' },
    );
    expect(await project?.rows(feed)).toEqual(['1 a 1']);
    expect(await project?.rows(bad)).toEqual(['malformed_record 2 the key "id" is there twice']);
  });
});

describe('Parquet', () => {
  async function parquet(root: string, path: string, query: string): Promise<void> {
    const adapter = createDuckDbAdapter({ path: ':memory:' });
    const connection = await adapter.connect();
    await connection.run(`copy (${query}) to '${join(root, path)}' (format parquet)`);
    await adapter.close();
  }

  test('types of the file as they are, others exactly or not at all', async () => {
    project = landingProject({
      landing: "{path: 'landing/*.parquet'}",
      columns:
        "[{name: id, data_type: integer}, {name: name}, {name: amount, data_type: 'decimal(8, 2)'}, {name: day, data_type: date}, {name: tags, data_type: 'varchar[]'}]",
      select: 'id, name, amount, day, tags',
    });
    project.write({ 'landing/.keep': '' });
    await parquet(
      project.root,
      'landing/a[1].parquet',
      `select * from (values
        (1::bigint, 'a', 1.5::double, timestamp '2024-02-03 00:00:00', ['x']),
        (2, null, 1.25, null, []),
        (3, 'c', 1.255, null, null),
        (4, 'd', 1, timestamp '2024-02-03 10:00:00', null),
        (3000000000, 'e', 1, null, null)) as t(id, name, amount, day, tags)`,
    );
    const run = await project.build();
    expect(run.output).toContain('3 unreadable_value');
    expect(
      await project.rows(
        'select id, name, amount, day::varchar, to_json(tags), _line from raw_feed order by id',
      ),
    ).toEqual(['1 a 1.50 2024-02-03 ["x"] 1', '2  1.25  [] 2']);
    expect(
      await project.rows(
        "select line, reason, raw->>'$.name' from raw_feed__quarantine order by line",
      ),
    ).toEqual([
      "3 column amount can't be read as decimal(8, 2): 1.255 c",
      "4 column day can't be read as date: 2024-02-03 10:00:00 d",
      "5 column id can't be read as integer: 3000000000 e",
    ]);
  });

  test('a file that is none', async () => {
    const { run } = await load(
      { landing: "{path: 'landing/*.parquet'}" },
      { 'landing/a.parquet': 'PAR1 and nothing' },
    );
    expect(run.exitCode).toBe(1);
    expect(run.output).toMatch(/landing\/a\.parquet.*is no whole Parquet file/);
  });
});
