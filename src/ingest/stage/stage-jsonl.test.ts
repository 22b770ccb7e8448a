import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestCase, type TestCase } from '../test-case.ts';

let project: TestCase;
beforeAll(async () => {
  project = await openTestCase();
});
afterAll(() => project.close());

/** The same file loaded twice: by the database where it can, and by our own reader alone. */
async function bothWays(content: string, more: Readonly<Record<string, unknown>> = {}) {
  const load = async (fastBytes: number) => {
    project.write('landing/a.jsonl', content);
    const { notices, refused } = await project.load({
      landing: { path: 'landing/*.jsonl', max_line_bytes: 300, max_bad_ratio: 1, ...more },
      columns: [['id', 'integer'], ['name'], ['amount', 'decimal(8, 2)'], ['at', 'timestamp']],
      model: 'select id, name, amount, "at", processing_date, _file, _line from $source',
      expectations: [
        { name: 'no_name', expression: "name is distinct from 'bad'" },
        { name: 'repeated', unique: 'id' },
      ],
      fullRefresh: true,
      fastBytes,
    });
    return {
      notices,
      refused: refused.map(({ files }) => files[0]?.error.message),
      rows: await project.rows(
        'select id, name, amount::varchar, "at"::varchar, _line from things order by _line',
      ),
      quarantined: await project.rows(
        'select code, reason, line, record, raw from things__quarantine order by line, code',
      ),
    };
  };
  return { plain: await load(0), own: await load(Number.POSITIVE_INFINITY) };
}

describe('JSON lines through the database', () => {
  it('gives what our reader gives, line by line', async () => {
    const good = fc
      .record({
        id: fc.oneof(
          fc.integer({ min: -5, max: 40 }),
          fc.constantFrom<unknown>('7', null, 1.5, true),
        ),
        name: fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.constantFrom<unknown>('bad', null, 5, [1], { x: 1 }),
        ),
        amount: fc.oneof(
          fc.double({ min: -1e7, max: 1e7, noNaN: true }),
          fc.constantFrom<unknown>(12.5, 1e21, '1.50', 0),
        ),
        at: fc.constantFrom<unknown>('2026-01-26T12:00:27Z', '2026-01-26', 'soon', null),
      })
      .map((row) => JSON.stringify(row));
    const odd = fc.constantFrom(
      '{"id":1,"name":"a","amount":1.50,"at":null}',
      '{"id": 1, "name": "a", "amount": 2, "at": null}',
      '{"name":"a","id":3,"amount":1,"at":null}',
      '{"id":1,"id":2,"name":"a","amount":1,"at":null}',
      '{"id":1,"name":"a","amount":NaN,"at":null}',
      '{"id":1,"name":-1e-9,"amount":1e21,"at":null}',
      '{"id":1,"name":0.0000001,"amount":0.0000001,"at":null}',
      '{"id":1,"name":"\\u00e9\\u0000","amount":1,"at":null}',
      '{"id":1,"name":"\\ud800","amount":1,"at":null}',
      '{"id":12345678901234567890,"name":"a","amount":123456.789012345678901234,"at":null}',
      '{"id":1,"name":"a","amount":1,"at":null,"more":5}',
      '{"id":1}',
      '{"id":1,"name":"a"',
      '[1]',
      'null',
      `{"id":1,"name":"${'x'.repeat(400)}","amount":1,"at":null}`,
    );
    const lines = fc.array(
      fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: odd }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    const end = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(lines, end, fc.boolean(), async (list, between, isEnded) => {
        const { plain, own } = await bothWays(list.join(between) + (isEnded ? between : ''));
        expect(plain).toEqual(own);
      }),
      { numRuns: 60 },
    );
  });

  it.each([['ignore'], ['rescue'], ['fail']])('keys that are not declared: %s', async (rule) => {
    const line = (id: number) => `{"id":${id},"name":"a","amount":1,"at":null,"more":${id}}`;
    const { plain, own } = await bothWays(`${line(1)}\n${line(2)}\n{"id":3}\n`, {
      new_column: rule,
    });
    expect(plain).toEqual(own);
  });

  it('a byte order mark is no part of the first line', async () => {
    const { plain, own } = await bothWays('\ufeff{"id":1,"name":"a","amount":1,"at":null}\n');
    expect(plain).toEqual(own);
    expect(plain.rows).toHaveLength(1);
  });
});
