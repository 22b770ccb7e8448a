import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runCliProcess, startCli } from '../built-cli.ts';

/** How often a build is killed; `TSDBT_KILLS=1000` for the full size. */
const kills = Math.ceil(Number(process.env['TSDBT_KILLS'] ?? 30) / 4);

const fixture = projectFixture({
  'project.yml': 'name: shop\nmodels:\n  +audit: run\n',
  'models/tests.yml': 'models:\n  - name: m1\n    columns: [{name: v, data_tests: [not_null]}]\n',
});
afterAll(() => fixture.remove());

const names = Array.from({ length: 8 }, (_, i) => `m${i}`);
for (const [i, name] of names.entries()) {
  const kind = i % 2 === 0 ? 'table' : 'incremental';
  const rows = i === 0 ? 'from range(1000) t(id)' : `from {{ ref('${names[i - 1]}') }}`;
  const keep =
    kind === 'incremental' ? ", unique_key='id', incremental_strategy='delete+insert'" : '';
  fixture.write({
    [`models/${name}.sql`]: `{{ config(materialized='${kind}'${keep}) }} select id, {{ var('v') }} as v ${rows}`,
  });
}

const database = join(fixture.root, 'target/shop.duckdb');
const versions = async () => {
  const each = names.map((name) => `select '${name}' as name, v from ${name}`).join(' union all ');
  const found = await queryDatabase(
    database,
    `select distinct v, count(distinct name)::int as tables from (${each}) group by v`,
  ).catch(() => []);
  return found.map(({ v, tables }) => `${tables} tables of version ${v}`);
};

test(`build --audit run, killed ${kills} times, is there whole or not at all`, {
  timeout: 600_000,
}, async () => {
  let state = 11;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const build = (version: number) => ['build', '--vars', `{v: ${version}}`];
  const first = await runCliProcess(build(0), fixture.root);
  expect(first.code, first.output).toBe(0);
  let current = 0;
  let killed = 0;
  for (let version = 1; killed < kills; version++) {
    const run = startCli(build(version), fixture.root);
    await run.until('START').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, next() * 200));
    run.process.kill('SIGKILL');
    const { signal } = await run.ended;
    if (signal === 'SIGKILL') killed++;
    const found = await versions();
    expect([`8 tables of version ${current}`, `8 tables of version ${version}`]).toContain(
      found.join(', '),
    );
    if (found[0] === `8 tables of version ${version}`) current = version;
    expect(version, 'kills that hit nothing').toBeLessThan(kills * 4);
  }
  const last = await runCliProcess(build(-1), fixture.root);
  expect(last.code, last.output).toBe(0);
  expect(await versions()).toEqual(['8 tables of version -1']);
});
