import { describe, expect, it } from 'vitest';
import { parseLandingConfig } from './landing-config.ts';

const columns = [{ name: 'id', dataType: 'integer' }, { name: 'name' }];
const parse = (raw: unknown, declared = columns) => parseLandingConfig(raw, declared, 'landing.x');

describe('parseLandingConfig', () => {
  it('fills in what is not said', () => {
    expect(parse({ path: './landing/x/{processing_date}/*.csv' })).toMatchObject({
      paths: ['landing/x/{processing_date}/*.csv'],
      format: 'csv',
      compression: 'auto',
      encoding: undefined,
      delivery: 'date',
      columns: [
        { name: 'id', from: 'id', dataType: 'integer', optional: false },
        { name: 'name', from: 'name', dataType: 'varchar', optional: false },
      ],
      delimiter: ',',
      quote: '"',
      header: true,
      maxLineBytes: 1_048_576,
      newColumn: 'fail',
      missingColumn: 'fail',
      typeMismatch: 'quarantine',
    });
    expect(parse({ path: ['a/{processing_date}-*.jsonl', 'a/*.jsonl'] })).toMatchObject({
      format: 'jsonl',
      delivery: 'file',
    });
  });

  it.each<[unknown, RegExp, RegExp?]>([
    [null, /needs a mapping/],
    [{}, /landing\.path/],
    [{ path: 'a/*.txt' }, /needs `landing\.format`: csv, json, jsonl/],
    [{ path: 'a/*.csv', format: 'xml' }, /landing\.format: xml/],
    [{ path: 'a/*.csv', delimeter: ';' }, /unknown key `landing\.delimeter`/, /"delimiter"/],
    [{ path: 'a/*.json', header: true }, /`landing\.header`, which is for csv only/],
    [{ path: '../a/*.csv' }, /leaves the project/],
    [{ path: '/etc/*.csv' }, /leaves the project/],
    [{ path: 'a/{date}/*.csv' }, /\{date\}/, /\{processing_date\}/],
    [{ path: 'a/*.csv', delivery: 'date' }, /path without \{processing_date\}/],
    [{ path: 'a/*.csv', delimiter: ';;' }, /one ASCII character in `landing\.delimiter`/],
    [{ path: 'a/*.csv', delimiter: '"' }, /same character/],
    [{ path: 'a/*.csv', encoding: 'ebcdic' }, /landing\.encoding: ebcdic/, /windows-1252/],
    [{ path: 'a/*.csv', max_line_bytes: -1 }, /max_line_bytes/],
  ])('refuses %j', (raw, message, hint) => {
    expect(() => parse(raw)).toThrow(
      expect.objectContaining({
        name: 'landing-invalid',
        message: expect.stringMatching(message),
        ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) }),
      }),
    );
  });

  it('refuses columns it can not give', () => {
    const raw = { path: 'a/*.csv' };
    expect(() => parse(raw, [])).toThrow(/needs `columns`/);
    expect(() => parse(raw, [{ name: '_FILE' }])).toThrow(/gives to every landing source/);
    expect(() => parse(raw, [{ name: 'a' }, { name: 'A' }])).toThrow(/twice/);
    const hostile = [{ name: 'a', dataType: 'int); drop table x; --' }];
    expect(() => parse(raw, hostile)).toThrow(/data_type/);
  });
});
