import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDuckDbAdapter } from '../../src/adapters/duckdb/duckdb-adapter.ts';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { contentHash } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

/** Sequences of edits; TSDBT_SEQUENCES for more. */
const sequences = Number(process.env['TSDBT_SEQUENCES'] ?? 16);

const names = ['a', 'b', 'c', 'd', 'e'] as const;
const kinds = ['table', 'view', 'ephemeral', 'incremental'] as const;

/** What one model is made of; the file follows from it. */
interface Model {
  readonly kind: (typeof kinds)[number];
  readonly factor: number;
  /** Models before it that it reads, besides the seed. */
  readonly parents: readonly number[];
}

type Edit =
  | { readonly on: 'model'; readonly which: number; readonly model: Model }
  | { readonly on: 'seed'; readonly rows: readonly number[] }
  | { readonly on: 'variable'; readonly value: number }
  | { readonly on: 'macro'; readonly value: number }
  | { readonly on: 'drop'; readonly which: number }
  | { readonly on: 'part'; readonly which: number; readonly plain: boolean };

const model = fc.record({
  kind: fc.constantFrom(...kinds),
  factor: fc.integer({ min: 1, max: 3 }),
  parents: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
});
const which = fc.integer({ min: 0, max: 4 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ on: fc.constant('model' as const), which, model }),
  fc.record({
    on: fc.constant('seed' as const),
    rows: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ on: fc.constant('variable' as const), value: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ on: fc.constant('macro' as const), value: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ on: fc.constant('drop' as const), which }),
  fc.record({ on: fc.constant('part' as const), which, plain: fc.boolean() }),
);

function modelSql(at: number, { kind, factor, parents }: Model): string {
  const above = parents.filter((parent) => parent < at).map((parent) => names[parent]!);
  const from = [
    `select id, v from {{ ref('numbers') }}`,
    ...above.map((name) => `select id, v from {{ ref('${name}') }}`),
  ].join(' union all ');
  const config =
    kind === 'incremental'
      ? "materialized='incremental', unique_key='id'"
      : `materialized='${kind}'`;
  return `{{ config(${config}) }} select id, sum(v) * ${factor} + {{ var('shift', 0) }} + {{ bonus() }} as v from (${from}) group by id`;
}

test(`${sequences} random histories: what is left alone is what a build of everything makes`, {
  timeout: 0,
}, async () => {
  let builds = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(model, { minLength: 5, maxLength: 5 }),
      fc.array(edit, { minLength: 2, maxLength: 6 }),
      async (models, edits) => {
        const lazy = projectFixture({ 'project.yml': 'name: shop\n' });
        const whole = projectFixture({ 'project.yml': 'name: shop\n' });
        try {
          let shift = 0;
          const write = (path: string, text: string) => {
            for (const project of [lazy, whole]) project.write({ [path]: text });
          };
          const seed = (rows: readonly number[]) =>
            write(
              'seeds/numbers.csv',
              `id,v\n${rows.map((id) => `${id},${id * 10}`).join('\n')}\n`,
            );
          const macro = (value: number) =>
            write('macros/bonus.sql', `{% macro bonus() %}${value}{% endmacro %}`);
          seed([1, 2]);
          macro(0);
          for (const [at, one] of models.entries())
            write(`models/${names[at]}.sql`, modelSql(at, one));
          const build = async (root: string, ...flags: string[]) => {
            const vars = ['--vars', `{shift: ${shift}}`];
            const run = await runTsdbt(['build', ...flags, ...vars], { cwd: root });
            expect(run.exitCode, run.output).toBe(0);
          };
          const compare = async () => {
            await build(lazy.root, '--changed');
            await build(whole.root);
            builds += 1;
            const hash = (root: string) =>
              contentHash(`${root}/target/shop.duckdb`, { schemas: ['main'] });
            expect(await hash(lazy.root)).toEqual(await hash(whole.root));
          };
          await compare();
          for (const one of edits) {
            if (one.on === 'model')
              write(`models/${names[one.which]}.sql`, modelSql(one.which, one.model));
            else if (one.on === 'seed') seed(one.rows);
            else if (one.on === 'macro') macro(one.value);
            else if (one.on === 'variable') shift = one.value;
            else if (one.on === 'part') {
              // A part of the project is built on its own, with the flag or without.
              const select = ['--select', `+${names[one.which]}`];
              await build(lazy.root, ...select, ...(one.plain ? [] : ['--changed']));
              await build(whole.root, ...select);
            } else await dropBoth(lazy.root, whole.root, names[one.which]!);
            await compare();
          }
        } finally {
          lazy.remove();
          whole.remove();
        }
      },
    ),
    {
      numRuns: sequences,
      ...(process.env['TSDBT_SEED'] ? { seed: Number(process.env['TSDBT_SEED']) } : {}),
    },
  );
  expect(builds).toBeGreaterThanOrEqual(sequences);
});

/** Somebody drops a relation behind the tool's back. */
async function dropBoth(lazy: string, whole: string, name: string): Promise<void> {
  for (const root of [lazy, whole]) {
    const adapter = createDuckDbAdapter({ path: join(root, 'target/shop.duckdb') });
    const connection = await adapter.connect();
    const { rows } = await connection.query(
      `select table_type from information_schema.tables where table_schema = 'main' and table_name = '${name}'`,
    );
    const kind = rows[0]?.[0] === 'VIEW' ? 'view' : 'table';
    if (rows.length > 0) await connection.run(`drop ${kind} main.${name}`);
    await adapter.close();
  }
}
