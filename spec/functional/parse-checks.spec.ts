import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Json } from '../../src/contracts/json.ts';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// What dbt 1.12 refuses, warns of or makes of a project before anything runs.

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

type Files = Readonly<Record<string, string>>;

async function parse(files: Files, project = '') {
  fixture = projectFixture({ 'dbt_project.yml': `name: d\n${project}`, ...files });
  return await runTsdbt(['parse'], { cwd: fixture.root });
}

function manifest(): Record<string, Record<string, Record<string, Json>>> {
  return JSON.parse(readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8'));
}

const one = { 'models/a.sql': 'select 1 as id' };
const enforced = 'contract: {enforced: true}';

describe('refused', () => {
  test.each<[string, Files, string, string]>([
    [
      'a seed that is a table',
      { 'seeds/s.csv': 'a\n1\n' },
      'seeds: {+materialized: table}',
      '"materialized" in seed "s" must be seed, not table',
    ],
    [
      'a test that is a view',
      { 'tests/t.sql': 'select 1' },
      'data_tests: {+materialized: view}',
      '"materialized" in test "t" must be test, not view',
    ],
    [
      'enabled that is no boolean',
      { 'models/a.sql': "{{ config(enabled='maybe') }} select 1" },
      '',
      '"enabled" in model "a" must be true or false, not "maybe"',
    ],
    [
      'a source with enabled that is no boolean',
      {
        'models/a.yml': "sources: [{name: s, tables: [{name: t, config: {enabled: 'false'}}]}]\n",
      },
      '',
      '"enabled" in source "s.t" must be true or false, not "false"',
    ],
    [
      'an exposure with enabled that is no boolean',
      {
        'models/a.yml':
          'exposures: [{name: e, type: ml, owner: {name: me}, config: {enabled: 1}}]\n',
      },
      '',
      '"enabled" in exposure "e" must be true or false, not 1',
    ],
    [
      'access of no kind',
      { ...one, 'models/p.yml': 'models: [{name: a, config: {access: open}}]\n' },
      '',
      '"access" in model "a" must be private, protected or public, not open',
    ],
    [
      'an ephemeral model that is public',
      { 'models/a.sql': "{{ config(access='public', materialized='ephemeral') }} select 1" },
      '',
      '"access" in model "a" must not be public: the model is ephemeral',
    ],
    [
      'an exposure of a private model',
      {
        ...one,
        'models/p.yml':
          'groups: [{name: g, owner: {name: o}}]\nmodels: [{name: a, config: {access: private, group: g}}]\n' +
          "exposures: [{name: e, type: dashboard, owner: {name: o}, depends_on: [ref('a')]}]\n",
      },
      '',
      'exposure "e" ',
    ],
    [
      'a semantic model of a private model of another group',
      {
        ...one,
        'models/p.yml':
          'groups: [{name: g, owner: {name: o}}]\nmodels: [{name: a, config: {access: private, group: g}}]\n' +
          "semantic_models: [{name: s, model: ref('a'), entities: [{name: id, type: primary}]}]\n",
      },
      '',
      'semantic_model "s" ',
    ],
    [
      'a color without a name',
      { 'models/a.sql': "{{ config(docs={'node_color': 'reddish'}) }} select 1" },
      '',
      '"node_color" in model "a" must be the name of an HTML color',
    ],
    [
      'two columns that are keys',
      {
        ...one,
        'models/p.yml':
          'models: [{name: a, columns: [{name: x, constraints: [{type: primary_key}]}, {name: y, constraints: [{type: primary_key}]}]}]\n',
      },
      '',
      'have several columns as primary keys (x, y)',
    ],
    [
      'a contract without columns',
      { ...one, 'models/p.yml': `models: [{name: a, config: {${enforced}}}]\n` },
      '',
      'the contract is enforced, but the model declares no columns',
    ],
    [
      'a contract that a new column breaks',
      {
        'models/a.sql':
          "{{ config(materialized='incremental', contract={'enforced': true}) }} select 1",
      },
      '',
      'the contract is enforced, but on_schema_change is ignore',
    ],
    [
      'a constraint of no type',
      {
        ...one,
        'models/p.yml': `models: [{name: a, config: {${enforced}}, columns: [{name: id, data_type: int, constraints: [{type: odd}]}]}]\n`,
      },
      '',
      'a constraint has the type "odd"',
    ],
    [
      'a foreign key to a text',
      {
        ...one,
        'models/p.yml':
          'models: [{name: a, constraints: [{type: foreign_key, columns: [id], to: other_table, to_columns: [id]}]}]\n',
      },
      '',
      '"to" in a foreign key of the model "a" must be one ref(…) or source(…), not other_table',
    ],
    [
      'rows of a unit test in another format',
      {
        ...one,
        'models/p.yml':
          'unit_tests: [{name: u, model: a, given: [], expect: {format: csv, rows: [{id: 1}]}}]\n',
      },
      '',
      '"rows" in unit test "u" must be a text for format csv',
    ],
    [
      'a schema without a name, where a flag says so',
      {
        ...one,
        'macros/g.sql':
          '{% macro generate_schema_name(custom, node) %}{{ return(none) }}{% endmacro %}',
      },
      'flags: {require_valid_schema_from_generate_schema_name: true}',
      '"schema" in model "a" must be a name, and generate_schema_name gives none',
    ],
    [
      'the config of a test that is a text',
      {
        ...one,
        'models/p.yml':
          'models: [{name: a, columns: [{name: id, data_tests: [{unique: {config: odd}}]}]}]\n',
      },
      '',
      'The config of the test "unique" must be a mapping',
    ],
    [
      'what a test says twice',
      {
        ...one,
        'models/p.yml':
          'models: [{name: a, columns: [{name: id, data_tests: [{unique: {severity: warn, config: {severity: error}}}]}]}]\n',
      },
      '',
      'The test "unique" has "severity" twice',
    ],
    [
      'a source that is there twice',
      {
        'models/p.yml':
          'sources: [{name: s, tables: [{name: t}]}, {name: s, tables: [{name: t}]}]\n',
      },
      '',
      'Two resources are the source "t"',
    ],
    [
      'an exposure that is there twice',
      {
        'models/p.yml':
          'exposures: [{name: e, type: notebook, owner: {name: o}}, {name: e, type: notebook, owner: {name: o}}]\n',
      },
      '',
      'Two resources are the exposure "e"',
    ],
    [
      'a macro that is there twice',
      {
        'macros/a.sql': '{% macro m() %}{% endmacro %}',
        'macros/b.sql': '{% macro m() %}{% endmacro %}',
      },
      '',
      'Two resources are the macro "m": macros/a.sql and macros/b.sql',
    ],
    [
      'a model and a seed of one name, where a flag says so',
      { ...one, 'seeds/a.csv': 'x\n1\n' },
      'flags: {require_unique_project_resource_names: true}',
      'Two resources are the seed "a"',
    ],
  ])('%s', async (_what, files, project, message) => {
    const run = await parse(files, `${project}\n`);
    expect(run.output).toContain(message);
    expect(run.exitCode).toBe(2);
  });
});

describe('warned of', () => {
  test.each<[string, Files, string]>([
    [
      'constraints of a view',
      {
        ...one,
        'models/p.yml': `models: [{name: a, config: {${enforced}}, columns: [{name: id, data_type: int, constraints: [{type: not_null}]}]}]\n`,
      },
      'model.d.a has constraints, which the materialization view does not enforce',
    ],
    [
      'properties of a test that is not there',
      { 'tests/t.sql': 'select 1', 'tests/p.yml': 'data_tests: [{name: tt}]\n' },
      'There are properties for the test "tt"',
    ],
    [
      'a list of tests without names',
      {
        'tests/t.sql': 'select 1',
        'tests/p.yml': 'data_tests: &all\n  - not_null: {config: {where: "1=1"}}\n',
      },
      'A test in tests/p.yml has no name',
    ],
    [
      'a model and a seed of one name',
      { 'models/a.sql': "{{ config(alias='other') }} select 1", 'seeds/a.csv': 'x\n1\n' },
      'Two resources are the seed "a"',
    ],
    [
      'a schema without a name',
      {
        ...one,
        'macros/g.sql':
          '{% macro generate_schema_name(custom, node) %}{{ return(none) }}{% endmacro %}',
      },
      'generate_schema_name gives no schema for the model "a": that of the target is taken',
    ],
  ])('%s', async (_what, files, message) => {
    const run = await parse(files);
    expect(run.stderr).toContain(message);
    expect(run.exitCode).toBe(0);
  });

  test('models behind their date, and what refers to models that have one', async () => {
    const properties = (date: string) =>
      `models:\n  - name: m\n    latest_version: 2\n    versions: [{v: 1, deprecation_date: ${date}}, {v: 2}]\n`;
    const files = {
      'models/m_v1.sql': 'select 1 as id',
      'models/m_v2.sql': 'select 1 as id',
      'models/b.sql': "select * from {{ ref('m', v=1) }}",
    };
    const past = await parse({ ...files, 'models/p.yml': properties('2020-01-31') });
    expect(past.stderr.split('\n')).toEqual([
      'Warning: The model "m" (version 1) has passed its deprecation date of 2020-01-31T00:00:00+00:00.',
      "Warning: The model \"b\" refers to \"m\" (version 1), which is deprecated since 2020-01-31T00:00:00+00:00. There is a newer version: {{ ref('d', 'm', v='2') }}.",
    ]);
    writeFileSync(join(fixture.root, 'models/b.sql'), "select * from {{ ref('m', v=2) }}");
    const moved = await runTsdbt(['parse'], { cwd: fixture.root });
    expect(moved.stderr.split('\n')).toHaveLength(1);
    fixture.remove();
    const future = await parse({
      ...files,
      'models/p.yml': properties('9020-01-31 10:00:00-04:00'),
    });
    expect(future.stderr).toContain('which is to be deprecated on 9020-01-31T10:00:00-04:00');
    expect(future.stderr).not.toContain('has passed');
  });
});

describe('made of it', () => {
  test('a model waits for what its foreign keys point at', async () => {
    await parse({
      ...one,
      'models/b.sql': 'select 1 as a_id',
      'models/p.yml':
        "sources: [{name: s, tables: [{name: t}]}]\nmodels: [{name: b, columns: [{name: a_id, constraints: [{type: foreign_key, to: \"ref('a')\", to_columns: [id]}]}], constraints: [{type: foreign_key, columns: [a_id], to: \"source('s', 't')\", to_columns: [id]}]}]\n",
    });
    expect(manifest()['nodes']!['model.d.b']!['depends_on']).toMatchObject({
      nodes: ['source.d.s.t', 'model.d.a'],
    });
  });

  test('texts of unit tests and metrics are templates, filters are not', async () => {
    await parse(
      {
        ...one,
        'models/metricflow_time_spine.sql': "select date '2024-01-01' as date_day",
        'models/p.yml': `unit_tests:
  - name: u
    model: a
    given: []
    expect: {rows: [{id: "{{ var('n') }}"}]}
semantic_models:
  - name: sm
    model: ref('a')
    entities: [{name: thing, type: primary, expr: id}]
    dimensions: [{name: at, type: time, type_params: {time_granularity: day}}]
    defaults: {agg_time_dimension: at}
    measures: [{name: total, agg: sum, expr: id, create_metric: true}, {name: some, agg: sum_boolean, expr: true}]
metrics:
  - {name: counted, label: "{{ var('n') }} of it", type: simple, type_params: {measure: total}, filter: "{{ Dimension('thing__x') }} = 1"}
exposures:
  - {name: e, type: dashboard, owner: {name: o}, depends_on: ["metric('counted')"]}
`,
      },
      'vars: {n: 3}\n',
    );
    const { unit_tests: units, metrics, semantic_models: models, exposures } = manifest();
    expect(units!['unit_test.d.a.u']!['expect']).toMatchObject({ rows: [{ id: 3 }] });
    expect(metrics!['metric.d.counted']).toMatchObject({
      label: '3 of it',
      filter: { where_filters: [{ where_sql_template: "{{ Dimension('thing__x') }} = 1" }] },
    });
    expect(metrics!['metric.d.total']).toMatchObject({
      label: 'total',
      description: 'Metric created from measure total',
      depends_on: { nodes: ['semantic_model.d.sm'] },
    });
    expect(models!['semantic_model.d.sm']!['measures']).toMatchObject([
      { create_metric: false },
      { expr: 'True' },
    ]);
    expect(exposures!['exposure.d.e']!['depends_on']).toMatchObject({
      nodes: ['metric.d.counted'],
    });
  });

  test('descriptions name the docs blocks that they print as they are', async () => {
    await parse({
      ...one,
      'models/d.md': '{% docs one %}one {x}{% enddocs %}{% docs two %}two{% enddocs %}',
      'models/p.yml':
        "models: [{name: a, description: \"{{ doc('two') }} and {{ doc('one').format(x=1) }}\"}]\n",
    });
    expect(manifest()['nodes']!['model.d.a']).toMatchObject({
      description: 'two and one 1',
      doc_blocks: ['doc.d.two'],
    });
  });

  test('macros take meta and docs from both places; docs may be anywhere', async () => {
    const docs = projectFixture({ 'texts/t.md': '{% docs told %}told{% enddocs %}' });
    try {
      await parse(
        {
          'macros/m.sql': '{% macro m() %}{% endmacro %}',
          'macros/p.yml':
            'macros: [{name: m, description: "{{ doc(\'told\') }}", meta: {a: 1, b: 1}, docs: {show: true, node_color: red}, config: {meta: {b: 2}, docs: {show: false}}}]\n',
        },
        `docs-paths: ['${join(docs.root, 'texts')}']\n`,
      );
    } finally {
      docs.remove();
    }
    expect(manifest()['macros']!['macro.d.m']).toMatchObject({
      description: 'told',
      meta: { a: 1, b: 2 },
      docs: { show: false, node_color: 'red' },
    });
  });

  test('a variable may call macros; a test finds the macros of its package', async () => {
    fixture = projectFixture({
      'dbt_project.yml': "name: d\nvars: {when: '{{ noon() }}'}\n",
      'packages.yml': 'packages: [{local: tests_of_others}]\n',
      'tests_of_others/dbt_project.yml': 'name: others\n',
      'tests_of_others/macros/t.sql':
        "{% test odd(model) %}{{ adapter.dispatch('odd_sql')(model) }}{% endtest %}\n{% macro default__odd_sql(model) %}select * from {{ model }} where id = 2{% endmacro %}",
      'macros/noon.sql': "{% macro noon() %}'12:00'{% endmacro %}",
      'models/a.sql': "select 1 as id, {{ var('when') }} as t",
      'models/p.yml': 'models: [{name: a, data_tests: [others.odd]}]\n',
    });
    await runTsdbt(['deps'], { cwd: fixture.root });
    const run = await runTsdbt(['build'], { cwd: fixture.root });
    expect(run.output).toContain('PASS=2');
  });

  test('lines of flow values may stand anywhere', async () => {
    const run = await parse({
      ...one,
      'models/p.yml': `models:
  - name: a
    columns:
      - name: id
        data_tests:
          - accepted_values: {
              arguments: {
  values: [1,
2]
              }
      }
`,
    });
    expect(run.output).toContain('Parsed 2 nodes');
  });
});

test('groups have their semantics and hooks, and fixed words of semantics may be in capitals', async () => {
  const project = 'models: {+group: g, +meta: {a: 1}, +tags: [t]}\non-run-end: select 1\n';
  await parse(
    {
      ...one,
      'models/time.sql': 'select current_date as day',
      'models/p.yml': `
groups: [{name: g, owner: {name: o}}]
models: [{name: time, time_spine: {standard_granularity_column: day}, columns: [{name: day, granularity: day}]}]
semantic_models:
  - name: sm
    model: ref('a')
    config: {group: g}
    defaults: {agg_time_dimension: at}
    entities: [{name: id, type: PRIMARY}]
    dimensions: [{name: at, type: TIME, type_params: {time_granularity: DAY}}]
    measures: [{name: mm, agg: SUM, expr: id, create_metric: true}]
`,
    },
    project,
  );
  const { semantic_models: semantics, group_map: map, nodes } = manifest();
  expect(semantics!['semantic_model.d.sm']).toMatchObject({
    entities: [{ type: 'primary' }],
    dimensions: [{ type: 'time', type_params: { time_granularity: 'day' } }],
    measures: [{ agg: 'sum' }],
  });
  const operation = 'operation.d.d-on-run-end-0';
  expect(map!['g']).toEqual(['model.d.a', 'model.d.time', operation, 'semantic_model.d.sm']);
  expect(nodes![operation]).toMatchObject({
    group: 'g',
    meta: { a: 1 },
    tags: ['on-run-end', 't'],
  });
});

test('the meta of all exposures needs no plus', async () => {
  await parse(
    {
      'models/p.yml':
        'exposures: [{name: e, type: dashboard, owner: {name: o}, config: {meta: {b: 2}}}]\n',
    },
    'exposures: {meta: {a: 1, b: 1}}\n',
  );
  expect(manifest()['exposures']!['exposure.d.e']!['meta']).toEqual({ a: 1, b: 2 });
});

test('what does not exist configures with an empty text', async () => {
  const model = '{{ config(of_model=target.nothing) }} select 1 as id';
  await parse({ 'models/a.sql': model }, 'models: {+of_project: "{{ target.nothing }}"}\n');
  expect(manifest()['nodes']!['model.d.a']!['config']).toMatchObject({
    of_model: '',
    of_project: '',
  });
});

test('blocks of documentation keep their line ends, and what is described deep is not rendered', async () => {
  await parse({
    ...one,
    'models/d.md': '{% docs d1 %}\r\none\r\n  two\r\n{% enddocs %}\r\n',
    'models/p.yml':
      'models: [{name: a, description: "{{ doc(\'d1\') }}", meta: {of: [{its: {description: "{{ 1 }}\\n"}}]}}]\n',
  });
  const { docs, nodes } = manifest();
  expect(docs!['doc.d.d1']!['block_contents']).toBe('one\r\n  two');
  expect(nodes!['model.d.a']).toMatchObject({
    description: 'one\r\n  two',
    meta: { of: [{ its: { description: '{{ 1 }}\n' } }] },
  });
});
