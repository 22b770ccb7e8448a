import { describe, expect, test } from 'vitest';
import type { Connection } from '../adapters/adapter.ts';
import { createDuckDbAdapter } from '../adapters/duckdb/duckdb-adapter.ts';
import { SharedCommits } from './shared-commits.ts';

const count = 40;
const view = (name: string, query = `select '${name}' as name`) =>
  `create or replace view ${name} as (\n${query}\n);`;

/** Sends the statements at the same time, each on a connection of its own. */
async function share(
  statements: readonly string[],
  options: { statementMs?: number; meanwhile?: (connections: readonly Connection[]) => void } = {},
) {
  const adapter = createDuckDbAdapter({ path: ':memory:' });
  const admin = await adapter.connect();
  await admin.run("attach ':memory:' as other");
  let ms = 0;
  const commits = new SharedCommits(() => {
    ms += options.statementMs ?? 1;
    return ms;
  });
  // The first ones show how long they take.
  for (let i = 0; i < 4; i++)
    await commits.run(admin, view(`first_${i}`), 'memory', () => undefined);
  const transaction = async () => {
    const { rows } = await admin.query('select txid_current()::int');
    return Number(rows[0]![0]);
  };
  const before = await transaction();
  let released = 0;
  const connections = await Promise.all(statements.map(() => adapter.connect()));
  const settled = Promise.allSettled(
    statements.map((sql, i) =>
      commits.run(connections[i]!, sql, sql.includes('other.') ? 'other' : 'memory', () => {
        released++;
      }),
    ),
  );
  const releasedAtOnce = released;
  options.meanwhile?.(connections);
  const outcomes = await settled;
  const transactions = (await transaction()) - before;
  const { rows } = await admin.query(
    "select view_name from duckdb_views() where not internal and view_name not like 'first%' order by length(view_name), view_name",
  );
  const contents = async (name: string) => (await admin.query(`from ${name}`)).rows;
  const errors = outcomes.map((it) =>
    it.status === 'rejected' ? (it.reason as Error).message : undefined,
  );
  return {
    errors,
    failed: errors.filter((error) => error !== undefined),
    views: rows.map(([name]) => name),
    transactions,
    releasedAtOnce,
    released,
    contents,
  };
}

const names = Array.from({ length: count }, (_, i) => `v${i}`);

describe('statements that come at the same time', () => {
  test('are committed in few transactions, and their threads are free meanwhile', async () => {
    const { failed, views, transactions, releasedAtOnce, released } = await share(
      names.map((name) => view(name)),
    );
    expect(failed).toEqual([]);
    expect(views).toEqual(names);
    expect(transactions).toBeLessThan(count / 2);
    // No more than make up a transaction, with the one that began it; the others when it is their turn.
    expect([releasedAtOnce, released]).toEqual([15, count - 1]);
  });

  test('that are slow are run at the same time, each with a transaction', async () => {
    const { failed, views, transactions, released } = await share(
      names.map((name) => view(name)),
      { statementMs: 20 },
    );
    expect([failed, views, released]).toEqual([[], names, 0]);
    expect(transactions).toBeGreaterThanOrEqual(count);
  });

  test('have the errors of their own, and what the others do stays', async () => {
    const wrong = new Set(['v3', 'v20', 'v39']);
    const { errors, views } = await share(
      names.map((name) =>
        view(name, wrong.has(name) ? `select * from missing_${name}` : undefined),
      ),
    );
    expect(views).toEqual(names.filter((name) => !wrong.has(name)));
    for (const [i, name] of names.entries()) {
      if (wrong.has(name)) expect(errors[i]).toContain(`missing_${name}`);
      else expect(errors[i]).toBeUndefined();
    }
  });

  test('are never read as one: what a text leaves open is an error of its own', async () => {
    const open = ['select 1 as x /* left open', "select 'left open", 'select 1 as "left open'];
    const closed = 'select 2 as x /* */ , \'\' as "y"';
    const { errors, views, contents } = await share(
      names.map((name, i) => view(name, i < 30 && i % 10 === 2 ? open[(i - 2) / 10]! : closed)),
    );
    expect(errors.flatMap((error, i) => (error === undefined ? [] : i))).toEqual([2, 12, 22]);
    expect(views).toEqual(names.filter((_, i) => ![2, 12, 22].includes(i)));
    expect(await contents('v1')).toEqual([[2, '']]);
  });

  test('in two databases are two transactions', async () => {
    const { failed, views } = await share(
      names.map((name, i) => view(i % 2 === 0 ? name : `other.main.${name}`)),
    );
    expect([failed, views]).toEqual([[], names]);
  });

  test('are all stopped when the run is', async () => {
    const slow = 'select (select sum(a.i * b.i) from range(10000000) a(i), range(1000) b(i)) as x';
    const { failed, views } = await share(
      Array(20).fill(`create or replace table t as (${slow})`),
      {
        meanwhile: (connections) =>
          setTimeout(() => {
            for (const connection of connections) connection.interrupt();
          }, 300),
      },
    );
    expect(failed).toHaveLength(20);
    expect(new Set(failed).size).toBe(1);
    expect(views).toEqual([]);
  });
});
