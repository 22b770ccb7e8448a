import { describe, expect, test } from 'vitest';
import type { Json } from '../contracts/json.ts';
import { PyDate, PyDateTime, repr } from '../jinja/index.ts';
import { cellReader } from './cell-value.ts';

const read = (type: string, value: Json) => cellReader(type)(value);
const shown = (type: string, value: Json) => repr(read(type, value));

describe('values of a query', () => {
  test('dates and times are objects', () => {
    expect(read('DATE', '2024-02-29')).toBeInstanceOf(PyDate);
    expect(read('TIMESTAMP', '2024-02-29 10:00:00')).toBeInstanceOf(PyDateTime);
    expect(shown('TIMESTAMP', '2024-02-29 10:00:00.5')).toBe(
      'datetime.datetime(2024, 2, 29, 10, 0, 0, 500000)',
    );
    expect(String(shown('TIMESTAMP WITH TIME ZONE', '2024-02-29 10:00:00+00'))).toContain('utc');
    expect(read('DATE', 'infinity')).toBe('infinity');
    expect(read('DATE', null)).toBeNull();
    expect(read('TIME', '10:00:00')).toBe('10:00:00');
  });

  test('numbers keep their digits', () => {
    expect(shown('DECIMAL(5,2)', '1.50')).toBe("Decimal('1.50')");
    expect(shown('DOUBLE', 3)).toBe('3.0');
    expect(shown('BIGINT', '9007199254740993')).toBe('9007199254740993');
    expect(shown('HUGEINT', '5')).toBe('5');
  });

  test('lists, structs and maps are JSON', () => {
    expect(read('INTEGER[]', [1, 2])).toBe('[1, 2]');
    expect(read('BIGINT[2][]', [['1', '2'], null])).toBe('[[1, 2], null]');
    expect(read('INTEGER[]', null)).toBeNull();
    expect(read('STRUCT(x INTEGER, "a b" DECIMAL(3,1))', { x: 1, 'a b': '1.5' })).toBe(
      '{"x": 1, "a b": 1.5}',
    );
    expect(read('MAP(VARCHAR, DATE[])', [{ key: 'k', value: ['2024-01-01'] }])).toBe(
      '{"k": ["2024-01-01"]}',
    );
    expect(read('STRUCT(at TIMESTAMP)', { at: '2024-01-01 00:00:00' })).toBe(
      '{"at": "2024-01-01T00:00:00"}',
    );
  });

  test('spans of time are text', () => {
    expect(read('INTERVAL', { months: 1, days: 1, micros: '1000000' })).toBe('31 days, 0:00:01');
  });
});
