import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { builtInTest } from '../../src/compile/built-in-test.ts';
import { loadProject, parseProject } from '../../src/index.ts';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// The SQL of plain built-in tests is known without rendering them: it is what rendering gives.

let project: ProjectFixture | undefined;
afterEach(() => {
  project?.remove();
  project = undefined;
});

/** Tests of a column, by what is in their names: whether they are rendered. */
const columnTests = `
    - not_null: {name: N_plain_1}
    - unique: {name: N_plain_2}
    - not_null: {name: N_plain_3, config: {store_failures: true}}
    - not_null: {name: N_plain_4, config: {store_failures: false}}
    - not_null: {name: N_plain_5, config: {where: ""}}
    - not_null: {name: N_plain_6, config: {severity: warn, limit: 3, fail_calc: "sum(1)"}}
    - accepted_values: {name: N_plain_7, arguments: {values: [x, "it's", "''", "a \\" b", "é ☃ 🐘", "", " "]}}
    - accepted_values: {name: N_plain_8, arguments: {values: [1, -2, 0, 9007199254740991]}}
    - accepted_values: {name: N_plain_9, arguments: {values: [1, 2], quote: false}}
    - accepted_values: {name: N_plain_10, arguments: {values: ["'x'", null_text, "1 + 1"], quote: false}}
    - accepted_values: {name: N_plain_11, arguments: {values: []}}
    - accepted_values: {name: N_plain_12, arguments: {quote: true, values: ["two\\nlines", "a\\ttab", "None", "ref"]}}
    - relationships: {name: N_plain_13, arguments: {to: ref('b'), field: id}}
    - relationships: {name: N_plain_14, arguments: {field: '"id"', to: "source('raw', 'a')"}}
    - relationships: {name: N_plain_15, arguments: {to: "source('raw','a')", field: "id + 0"}}
    - not_null: {name: N_rendered_1, config: {where: "id > 0"}}
    - dbt.not_null: {name: N_rendered_2}
    - accepted_values: {name: N_rendered_3, arguments: {values: ["{{ target.name }}"]}}
    - accepted_values: {name: N_rendered_4, arguments: {values: [true, 1.5]}}
    - accepted_values: {name: N_rendered_5, arguments: {values: ["a (b)", 'c\\d']}}
    - accepted_values: {name: N_rendered_6, arguments: {values: ["x"], quote: "no"}}
    - relationships: {name: N_rendered_7, arguments: {to: "ref('shop', 'b')", field: id}}
    - relationships: {name: N_rendered_8, arguments: {to: "ref('e')", field: id}}
    - relationships: {name: N_rendered_9, arguments: {to: b, field: id}}
    - mine: {name: N_rendered_10}`;

const files = (macros: string, quoting: boolean) => ({
  'dbt_project.yml': `name: shop\nversion: "1.0"\nprofile: shop\nmacro-paths: [macros]\nmodels: {+materialized: table}\nquoting: {database: true, schema: ${quoting}, identifier: ${quoting}}\n`,
  'profiles.yml':
    'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 2}}}\n',
  'macros/mine.sql': `{% test mine(model, column_name) %}select {{ column_name }} from {{ model }} where false{% endtest %}\n${macros}`,
  'models/a.sql': 'select 1 as id, 2 as "Mixed \'Case"',
  'models/b.sql': 'select id from {{ ref("a") }}',
  'models/e.sql': '{{ config(materialized="ephemeral") }}select 1 as id',
  'models/v.sql': 'select 1 as id',
  'models/p.yml': `
sources:
- name: raw
  schema: main
  tables:
  - name: a
    columns: [{name: id, data_tests: [not_null: {name: source_plain_1}, unique: {name: source_plain_2}]}]
models:
- name: a
  columns:
  - name: id
    data_tests: ${columnTests.replaceAll('N', 'id')}
  - name: "Mixed 'Case"
    quote: true
    data_tests: [not_null: {name: mixed_plain_1}, unique: {name: mixed_plain_2}]
  - name: lower(cast(id as text))
    data_tests: [unique: {name: expression_rendered_1}]
- name: b
  columns: [{name: id, data_tests: [not_null: {name: b_plain_1}]}]
- name: e
  columns: [{name: id, data_tests: [not_null: {name: e_rendered_1}, unique: {name: e_rendered_2}]}]
- name: v
  latest_version: 1
  versions: [{v: 1, defined_in: v}]
  columns: [{name: id, data_tests: [not_null: {name: v_rendered_1}]}]
`,
});

interface Written {
  readonly name: string;
  readonly resource_type: string;
  readonly compiled_path: string | null;
  readonly [field: string]: unknown;
}

/** What is known of each test after a command, with its compiled file. */
async function written(command: string): Promise<Record<string, unknown>> {
  const { root } = project!;
  await runTsdbt(command.split(' '), { cwd: root });
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const { nodes } = JSON.parse(read('target/manifest.json')) as { nodes: Record<string, Written> };
  const { results } = JSON.parse(read('target/run_results.json')) as {
    results: { readonly unique_id: string; readonly [field: string]: unknown }[];
  };
  const known: Record<string, unknown> = {};
  for (const [id, node] of Object.entries(nodes)) {
    if (node.resource_type !== 'test') continue;
    const result = results.find((one) => one.unique_id === id);
    known[node.name] = {
      compiled: node['compiled_code'],
      extraCtes: node['extra_ctes'],
      dependsOn: node['depends_on'],
      file: node.compiled_path === null ? null : read(node.compiled_path),
      result: [result?.['status'], result?.['failures'], result?.['compiled_code']],
    };
  }
  return known;
}

const unused = '{% macro other__test_unique(model) %}{% endmacro %}';

test.each([true, false])(
  'what a test is compiled to is what rendering it gives, quoting: %s',
  async (quoting) => {
    const commands = ['build', 'test --store-failures', 'build --empty'];
    const ways: unknown[] = [];
    for (const macros of ['', unused]) {
      project?.remove();
      project = projectFixture(files(macros, quoting));
      const found: Record<string, unknown>[] = [];
      for (const command of commands) found.push(await written(command));
      ways.push(found);
      expect(Object.keys(found[0]!)).toHaveLength(34);
    }
    expect(ways[0]).toEqual(ways[1]);
    expect(JSON.stringify(ways)).not.toContain('"compiled":null');
  },
  120_000,
);

/** Names of the tests that are not rendered. */
function known(root: string): readonly string[] {
  const now = () => new Date();
  const invocation = { id: 'i', startedAt: now(), now, env: {}, flags: {}, say: () => undefined };
  const { manifest, host } = parseProject(
    loadProject({ projectDir: root, profilesDir: root, cwd: root, vars: {}, invocation }),
  );
  return [...manifest.nodes.values()]
    .filter((node) => builtInTest(node, host) !== undefined)
    .map((node) => node.name);
}

test('tests are rendered where an argument is not plain', () => {
  project = projectFixture(files('', true));
  const names = known(project.root);
  // Whether what is read is ephemeral is not theirs to know: such are rendered, too.
  const ephemeral = ['id_rendered_8', 'e_rendered_1', 'e_rendered_2'];
  expect(names.filter((name) => !name.includes('_plain_')).sort()).toEqual(ephemeral.sort());
  expect(names.filter((name) => name.includes('_plain_'))).toHaveLength(20);
});

test.each([
  unused,
  '{% macro default__test_not_null(model, column_name) %}select 1{% endmacro %}',
  '{% macro get_where_subquery(relation) %}{{ return(relation) }}{% endmacro %}',
  '{% macro ref() %}{{ return(builtins.ref(*varargs)) }}{% endmacro %}',
  '{% macro should_store_failures() %}{{ return(false) }}{% endmacro %}',
])('all are rendered where a package has %s', (macro) => {
  project = projectFixture(files(macro, true));
  expect(known(project.root)).toEqual([]);
});
