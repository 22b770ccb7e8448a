import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tsdbt-built-in-'));
  mkdirSync(join(root, 'models'));
  mkdirSync(join(root, 'macros'));
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  write('dbt_project.yml', 'name: edge\nversion: "1.0"\nprofile: edge\n');
  write('profiles.yml', 'edge: {target: dev, outputs: {dev: {type: duckdb, path: ":memory:"}}}\n');
  for (const name of ['a', 'b', 'v']) write(`models/${name}.sql`, "select 1 as id, 'a' as status");
  write(
    'models/_models.yml',
    `sources: [{name: raw, tables: [{name: t}]}]
models:
- name: a
  columns:
  - name: id
    data_tests:
    - accepted_values: {name: plain, arguments: {values: [1, 2], quote: false}, config: {where: "id > 0"}}
    - accepted_values: {name: template, arguments: {values: ["{{ target.name }}", "it's"]}}
    - dbt.accepted_values: {name: named, arguments: {values: [x]}}
    - relationships: {name: to_ref, arguments: {to: ref('b'), field: id}}
    - relationships: {name: to_source, arguments: {to: "source('raw', 't')", field: id}}
    - relationships: {name: to_package, arguments: {field: id, to: "ref('edge', 'b')"}}
  data_tests:
  - accepted_values: {name: of_model, arguments: {column_name: status, values: [a]}}
`,
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Refs, sources and macros of each test, as the manifest has them. */
async function factsOfTests() {
  const run = await runTsdbt(['parse', '--no-partial-parse'], { cwd: root });
  expect(run.stderr).toBe('');
  interface Written {
    readonly name: string;
    readonly resource_type: string;
    readonly refs: readonly { readonly name: string }[];
    readonly sources: readonly (readonly string[])[];
    readonly depends_on: { readonly macros: readonly string[] };
  }
  const { nodes } = JSON.parse(readFileSync(join(root, 'target/manifest.json'), 'utf8')) as {
    nodes: Record<string, Written>;
  };
  const tests = Object.values(nodes).filter((node) => node.resource_type === 'test');
  return Object.fromEntries(
    tests.map(({ name, refs, sources, depends_on }) => [
      name,
      [...refs.map((ref) => ref.name), ...sources.flat(), ...depends_on.macros].join(' '),
    ]),
  );
}

test('built-in tests depend on what dbt 1.12 says, rendered or not', async () => {
  expect(await factsOfTests()).toEqual({
    plain: 'a macro.dbt.test_accepted_values macro.dbt.get_where_subquery',
    template: 'a macro.dbt.test_accepted_values macro.dbt.get_where_subquery',
    named: 'a macro.dbt.test_accepted_values macro.dbt.get_where_subquery',
    to_ref: 'b a macro.dbt.test_relationships macro.dbt.get_where_subquery',
    to_source: 'a raw t macro.dbt.test_relationships macro.dbt.get_where_subquery',
    to_package: 'b a macro.dbt.test_relationships macro.dbt.get_where_subquery',
    of_model: 'a macro.dbt.test_accepted_values macro.dbt.get_where_subquery',
  });
});

test('a macro of the project that takes the place of a built-in one is asked', async () => {
  writeFileSync(
    join(root, 'macros/mine.sql'),
    `{% macro default__test_accepted_values(model, column_name, values, quote=true) %}
select * from {{ ref('v') }}, {{ model }}
{% endmacro %}`,
  );
  expect(await factsOfTests()).toEqual({
    plain: 'a v macro.dbt.test_accepted_values macro.dbt.get_where_subquery',
    template: 'a v macro.dbt.test_accepted_values macro.dbt.get_where_subquery',
    named: 'a v macro.dbt.test_accepted_values macro.dbt.get_where_subquery',
    to_ref: 'b a macro.dbt.test_relationships macro.dbt.get_where_subquery',
    to_source: 'a raw t macro.dbt.test_relationships macro.dbt.get_where_subquery',
    to_package: 'b a macro.dbt.test_relationships macro.dbt.get_where_subquery',
    of_model: 'a v macro.dbt.test_accepted_values macro.dbt.get_where_subquery',
  });
});
