import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Adapter, Connection } from '../../adapters/adapter.ts';
import { createDuckDbAdapter } from '../../adapters/duckdb/duckdb-adapter.ts';
import { jsonLeavesOf } from '../read/json-leaves.ts';
import { isScalar, knownTypes, parseDataType } from './data-type.ts';
import { valueFunctions } from './functions.ts';
import { preparedText, readValue } from './read-value.ts';
import {
  booleanOracle,
  dateOracle,
  decimalOracle,
  doubleOracle,
  integerOracle,
  timeOracle,
  timestampOracle,
} from './value-oracle.ts';
import { plainValues, type ValueSettings } from './value-settings.ts';

let adapter: Adapter;
let connection: Connection;

beforeAll(async () => {
  adapter = createDuckDbAdapter({ path: ':memory:' });
  connection = await adapter.connect();
  await connection.run(valueFunctions());
  await connection.run('create temp table texts (n bigint, t varchar)');
});
afterAll(() => adapter.close());

/** What the SQL makes of texts: the value as text, undefined when it is unreadable. */
async function readAll(
  texts: readonly string[],
  dataType: string,
  settings: Partial<ValueSettings> = {},
  shown = 'v::varchar',
): Promise<readonly (string | null | undefined)[]> {
  const read = readValue('t', parseDataType(dataType)!, { ...plainValues, ...settings });
  await connection.run('delete from texts');
  await connection.append(
    'texts',
    texts.map((text, index) => [BigInt(index), text]),
  );
  const bad = read.unreadable ?? 't is not null and v is null';
  const { rows } = await connection.query(
    `select ${shown}, ${bad} from (select n, t, ${read.value} as v from texts) order by n`,
  );
  return rows.map(([value, bad]) => (bad === true ? undefined : (value as string | null)));
}

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
const numbers = fc.oneof(
  fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n }).map(String),
  fc.integer({ min: -40_000, max: 40_000 }).map(String),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
  fc
    .tuple(fc.constantFrom('', '-', '+', ' '), digits(22), digits(24))
    .map(([sign, whole, rest]) => `${sign}${whole}.${rest}`),
  fc
    .tuple(fc.constantFrom('', '-'), digits(5), digits(6), fc.integer({ min: -45, max: 45 }))
    .map(([sign, whole, rest, power]) => `${sign}${whole}.${rest}e${power}`),
  fc
    .tuple(digits(3), fc.integer({ min: 0, max: 30 }), fc.integer({ min: -40, max: 40 }))
    .map(([whole, zeros, power]) => `${whole}${'0'.repeat(zeros)}E${power}`),
);
const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
const dates = fc
  .tuple(fc.integer({ min: 0, max: 10_050 }), two(13), two(32))
  .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${month}-${day}`);
const clocks = fc
  .tuple(
    two(25),
    two(61),
    fc.option(two(61), { nil: undefined }),
    fc.option(digits(10), { nil: undefined }),
  )
  .map(
    ([h, m, s, f]) => `${h}:${m}${s === undefined ? '' : `:${s}${f === undefined ? '' : `.${f}`}`}`,
  );
const offsets = fc.oneof(
  fc.constantFrom('', '', '', 'Z', ' UTC', 'z', '+00', ' +00:00'),
  fc
    .tuple(fc.constantFrom('+', '-'), two(17), fc.constantFrom('', ':'), two(61))
    .map((p) => p.join('')),
);
const moments = fc
  .tuple(dates, fc.constantFrom('T', ' ', 't', '  '), clocks, offsets)
  .map((p) => p.join(''));
const odd = fc.constantFrom(
  ...[
    '',
    ' ',
    '0x1F',
    '12_34',
    '1__2',
    '0b11',
    'infinity',
    '-Infinity',
    'inf',
    'NaN',
    'nan',
    '1e400',
  ],
  ...[
    '1e-400',
    '-1e400',
    '5.',
    '.5',
    '.',
    '-',
    '+',
    '+-5',
    '--5',
    '1e',
    'e5',
    '1e5.5',
    '1,5',
    '１２',
    '0e99999',
  ],
  ...[
    '0e-99999',
    '1e99999',
    '9'.repeat(401),
    `0.${'0'.repeat(390)}1`,
    `1${'0'.repeat(30)}e-30`,
    '-0',
    '-0.0',
  ],
  ...[
    'epoch',
    'today',
    'now',
    '2024-02-03 junk',
    '2024-02-03BC',
    '2024-02-03 (BC)',
    '0044-03-15 (BC)',
  ],
  ...[
    '2024/02/03',
    '2024-2-3',
    '20240203',
    '2024-02-30',
    '2023-02-29',
    '0000-01-01',
    '12024-01-01',
  ],
  ...[
    '2024-02-03 00:00:00',
    '2024-02-03T00:00',
    '2024-02-03 25:00:00',
    '2024-02-03 10:00:60',
    ' 2024-02-03 ',
  ],
  ...[
    '2024-02-03T10:00:00.1234567',
    '2024-02-03T10:00:00.1230000',
    '2024-02-03T10:00:00 Europe/Berlin',
  ],
  ...[
    '9999-12-31T23:00:00-05',
    '0001-01-01T00:00:00+05',
    '24:00:00',
    '10:00:00+02',
    '10:00 PM',
    'TRUE',
    'yes',
  ],
  ...[
    'on',
    'off',
    '2',
    ' t ',
    'nulL',
    'null',
    'true\u0000'.slice(0, 4),
    '0'.repeat(60),
    '1'.repeat(39),
  ],
);
/** One character of a good text changed, taken out or put in: what broken exports look like. */
const mutated = (source: fc.Arbitrary<string>) =>
  fc
    .tuple(
      source,
      fc.nat(),
      fc.constantFrom(...' _-+.,:eE0x1TZn%\t'),
      fc.integer({ min: 0, max: 2 }),
    )
    .map(([text, where, char, how]) => {
      const at = text.length === 0 ? 0 : where % text.length;
      return `${text.slice(0, at)}${how === 0 ? '' : char}${text.slice(how === 1 ? at : at + 1)}`;
    });

const kinds: readonly (readonly [
  string,
  fc.Arbitrary<string>,
  (text: string) => string | undefined,
])[] = [
  ['tinyint', numbers, integerOracle(8, true)],
  ['smallint', numbers, integerOracle(16, true)],
  ['integer', numbers, integerOracle(32, true)],
  ['bigint', numbers, integerOracle(64, true)],
  ['hugeint', numbers, integerOracle(128, true)],
  ['ubigint', numbers, integerOracle(64, false)],
  ['uhugeint', numbers, integerOracle(128, false)],
  ['decimal', numbers, decimalOracle(18, 3)],
  ['decimal(12, 2)', numbers, decimalOracle(12, 2)],
  ['decimal(4, 4)', numbers, decimalOracle(4, 4)],
  ['decimal(38, 0)', numbers, decimalOracle(38, 0)],
  ['decimal(38, 38)', numbers, decimalOracle(38, 38)],
  ['boolean', fc.constantFrom('true', 'False', 't', 'F', 'yes', 'no', '1', '0'), booleanOracle],
  ['date', dates, dateOracle],
  ['time', clocks, timeOracle],
  ['timestamp', moments, timestampOracle(6)],
  ['timestamp_s', moments, timestampOracle(0)],
  ['timestamp_ms', moments, timestampOracle(3)],
];

describe('a typed column takes a text only when it is that value, exactly', () => {
  const size = Number(process.env['TSDBT_VALUES'] ?? 1_500);
  it.each(kinds)('%s, against an oracle of its own', async (dataType, usual, oracle) => {
    const texts = fc.sample(
      fc.oneof(
        { weight: 4, arbitrary: usual },
        { weight: 4, arbitrary: mutated(usual) },
        { weight: 1, arbitrary: odd },
      ),
      { numRuns: size, seed: 20_260_128 },
    );
    const got = await readAll(texts, dataType);
    const wrong = texts.flatMap((text, index) => {
      const right = oracle(text);
      return got[index] === right ? [] : [{ text, got: got[index], right }];
    });
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(texts.filter((text) => oracle(text) !== undefined).length).toBeGreaterThan(size / 50);
  });

  it('double, bit by bit', async () => {
    const texts = fc.sample(fc.oneof(numbers, mutated(numbers), odd), { numRuns: size, seed: 7 });
    const got = await readAll(texts, 'double', {}, 'v');
    const wrong = texts.flatMap((text, index) => {
      const right = doubleOracle(text);
      const value = got[index] === undefined ? undefined : String(got[index]);
      return value === right ? [] : [{ text, value, right }];
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

describe('settings of a column', () => {
  it('reads dates and times by strptime formats, the first that fits', async () => {
    const settings = { formats: ['%d.%m.%Y', '%m/%d/%Y'] };
    expect(
      await readAll(['03.02.2024', '02/03/2024', '2024-02-03', '31.02.2024'], 'date', settings),
    ).toEqual(['2024-02-03', '2024-02-03', undefined, undefined]);
    expect(
      await readAll(['03.02.2024 10:30', '03.02.2024'], 'date', {
        formats: ['%d.%m.%Y %H:%M', '%d.%m.%Y'],
      }),
    ).toEqual([undefined, '2024-02-03']);
    expect(
      await readAll(['2024-02-03 10:00 +0530', '2024-02-03 10:00 -0800'], 'timestamp', {
        formats: ['%Y-%m-%d %H:%M %z'],
      }),
    ).toEqual(['2024-02-03 04:30:00', '2024-02-03 18:00:00']);
    expect(await readAll(['10h30', '10:30'], 'time', { formats: ['%Hh%M'] })).toEqual([
      '10:30:00',
      undefined,
    ]);
  });

  it('takes times without an offset for local to the declared zone', async () => {
    const berlin = { timezone: 'Europe/Berlin' };
    const texts = [
      ...['2024-01-15 12:00:00', '2024-07-15T12:00:00.5', '2024-07-15T12:00:00Z'],
      // There is no such hour in spring, and there are two of it in autumn.
      ...['2024-03-31 02:30:00', '2024-10-27 02:30:00', '2024-10-27 02:30:00+01:00'],
    ];
    const right = [
      ...['2024-01-15 11:00:00', '2024-07-15 10:00:00.5', '2024-07-15 12:00:00'],
      ...[undefined, undefined, '2024-10-27 01:30:00'],
    ];
    expect(await readAll(texts, 'timestamp', berlin)).toEqual(right);
    expect(await readAll(texts, 'timestamptz', berlin, "timezone('UTC', v)::varchar")).toEqual(
      right,
    );
    expect(
      await readAll(['15.01.2024 12:00'], 'timestamp', { ...berlin, formats: ['%d.%m.%Y %H:%M'] }),
    ).toEqual(['2024-01-15 11:00:00']);
  });

  it('reads separators, and no misplaced ones', async () => {
    const german = { decimalSeparator: ',', thousandsSeparator: '.' };
    const texts = ['1.234.567,89', '-1234,5', '12.34', '1.2345', '1,5e3', '1.234,5.6', ',5'];
    expect(await readAll(texts, 'decimal(12, 2)', german)).toEqual([
      '1234567.89',
      '-1234.50',
      undefined,
      undefined,
      '1500.00',
      undefined,
      '0.50',
    ]);
    expect(await readAll(['1 234', '12 34'], 'integer', { thousandsSeparator: ' ' })).toEqual([
      '1234',
      undefined,
    ]);
    expect(await readAll(["1'234.5"], 'double', { thousandsSeparator: "'" })).toEqual(['1234.5']);
  });

  it('trims, and knows texts that mean nothing', async () => {
    await connection.run('create or replace temp table raw (n bigint, t varchar)');
    await connection.append(
      'raw',
      [' a ', 'NA', ' NA', '', '  '].map((text, n) => [BigInt(n), text]),
    );
    const prepared = preparedText('t', { ...plainValues, trim: true, nullValues: ['NA'] });
    const { rows } = await connection.query(`select ${prepared} from raw order by n`);
    expect(rows.map(([text]) => text)).toEqual(['a', null, null, null, null]);
  });
});

describe('nested types', () => {
  const leaves = (value: unknown, type: string) =>
    jsonLeavesOf(JSON.stringify(value), parseDataType(type)!, () => undefined)!;
  const shown = async (values: readonly unknown[], type: string) =>
    readAll(
      values.map((value) => leaves(value, type)),
      type,
      {},
      'to_json(v)::varchar',
    );

  it('types each part, and refuses the whole for one that is wrong', async () => {
    const type = 'struct(a integer, b date)[]';
    expect(
      await shown(
        [[{ a: 1, b: '2024-02-03' }, { a: null }], [{ a: 'x' }], [{ b: 5 }], { a: 1 }, [], [null]],
        type,
      ),
    ).toEqual([
      '[{"a":1,"b":"2024-02-03"},{"a":null,"b":null}]',
      ...[undefined, undefined, undefined, '[]', '[null]'],
    ]);
    expect(
      await shown([{ x: 1, y: 2.5 }, {}, { '1': 'z' }], 'map(varchar, decimal(4, 1))'),
    ).toEqual(['{"x":1.0,"y":2.5}', '{}', undefined]);
    // Two texts for one key would lose a value.
    expect(
      await shown(
        [
          { '1': 'a', '01': 'b' },
          { '1': 'a', '2': 'b' },
        ],
        'map(integer, varchar)',
      ),
    ).toEqual([undefined, '{"1":"a","2":"b"}']);
  });

  it('keeps numbers as they were written', async () => {
    const text = '{"id": 12345678901234567891, "rate": 1.10}';
    const type = parseDataType('struct(id hugeint, rate varchar)')!;
    const got = await readAll(
      [jsonLeavesOf(text, type, () => undefined)!],
      'struct(id hugeint, rate varchar)',
    );
    expect(got).toEqual(["{'id': 12345678901234567891, 'rate': 1.10}"]);
  });
});

it('every name of a type that is known is one of the database', async () => {
  for (const name of knownTypes.filter((type) => !['struct', 'map'].includes(type))) {
    const type = parseDataType(name)!;
    await connection.query(`select null::${isScalar(type) ? type.sql : name}`);
  }
});
