import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Json } from '../../src/contracts/json.ts';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// Semantic models, metrics, saved queries and time spines: what is written of them, and what is refused.

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

type Entry = Record<string, Json>;

const days = `models:
  - name: days
    time_spine: {standard_granularity_column: day, custom_granularities: [{name: season, column_name: s}]}
    columns: [{name: day, granularity: day}, {name: s}]
`;
const orders = `semantic_models:
  - name: orders
    model: ref('o')
    defaults: {agg_time_dimension: ordered_at}
    config: {meta: {owner: me}}
    entities: [{name: order_id, type: primary, expr: id}]
    dimensions: [{name: ordered_at, type: time, expr: day, type_params: {time_granularity: day}}]
    measures:
      - {name: revenue, agg: sum, expr: 1, create_metric: true, config: {meta: {of: measure}}}
      - {name: middle, agg: percentile, expr: id, agg_params: {percentile: 0.5}}
metrics:
  - {name: middle_m, label: M, type: simple, type_params: {measure: middle}}
  - {name: weekly, label: W, type: cumulative, type_params: {measure: middle, cumulative_type_params: {window: 7 days}}}
`;
const files = {
  'models/o.sql': "select 1 as id, date '2024-01-01' as day",
  'models/days.sql': "select date '2024-01-01' as day, 1 as s",
  'models/days.yml': days,
};

async function parse(more: Record<string, string>, project = '') {
  fixture = projectFixture({ 'dbt_project.yml': `name: d\n${project}`, ...files, ...more });
  return await runTsdbt(['parse'], { cwd: fixture.root });
}

function artifact(name: string): Record<string, Record<string, Entry>> {
  return JSON.parse(readFileSync(join(fixture.root, 'target', name), 'utf8'));
}

describe('the semantic manifest', () => {
  test('has semantic models, metrics, saved queries and time spines', async () => {
    const queries =
      'saved_queries: [{name: qq, query_params: {metrics: [weekly]}, config: {tags: [z, a]}, exports: [{name: e}]}]\n';
    await parse(
      { 'models/p.yml': orders + queries },
      'saved-queries: {+export_as: table, +tags: gone}\nsemantic-models: {+meta: {all: 1}}\n',
    );
    const written = artifact('semantic_manifest.json') as unknown as Record<string, Entry[]>;
    const meta = { all: 1, owner: 'me' };
    expect(written['semantic_models']).toMatchObject([
      {
        name: 'orders',
        node_relation: { alias: 'o', schema_name: 'main' },
        entities: [{ name: 'order_id', config: { meta } }],
        measures: [
          { name: 'revenue', expr: '1', config: { meta: { ...meta, of: 'measure' } } },
          { agg_params: { percentile: 0.5, use_discrete_percentile: false } },
        ],
      },
    ]);
    expect(written['metrics']!.map(({ name }) => name)).toEqual(['middle_m', 'weekly', 'revenue']);
    expect(written['metrics']![1]).toMatchObject({
      type_params: { cumulative_type_params: { window: { count: 7, granularity: 'day' } } },
    });
    expect(written['metrics']![2]).toMatchObject({ config: { meta } });
    expect(written['saved_queries']).toMatchObject([
      { tags: ['a', 'z'], exports: [{ config: { export_as: 'table', alias: 'e' } }] },
    ]);
    expect(written['project_configuration']).toMatchObject({
      time_spine_table_configurations: [],
      time_spines: [
        {
          node_relation: { alias: 'days' },
          primary_column: { name: 'day', time_granularity: 'day' },
          custom_granularities: [{ name: 'season', column_name: 's' }],
        },
      ],
    });
  });

  test('is there after each command that writes a manifest, from the cache too', async () => {
    await parse({ 'models/p.yml': orders });
    const path = join(fixture.root, 'target/semantic_manifest.json');
    const text = readFileSync(path, 'utf8');
    for (const command of [['parse'], ['compile', '-s', 'o'], ['run'], ['parse']]) {
      rmSync(path);
      await runTsdbt(command, { cwd: fixture.root });
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
    writeFileSync(join(fixture.root, 'models/o.sql'), "select 2 as id, date '2024-01-01' as day");
    await runTsdbt(['parse'], { cwd: fixture.root });
    expect(readFileSync(path, 'utf8')).toBe(text);
    writeFileSync(join(fixture.root, 'models/days.yml'), days.replace('season', 'half'));
    await runTsdbt(['parse'], { cwd: fixture.root });
    expect(readFileSync(path, 'utf8')).toBe(text.replace('season', 'half'));
  });

  test('of a project without semantics says that there are none', async () => {
    await parse({ 'models/days.yml': 'version: 2\n' });
    expect(artifact('semantic_manifest.json')).toMatchObject({ semantic_models: [], metrics: [] });
    expect(statSync(join(fixture.root, 'target/semantic_manifest.json')).size).toBeLessThan(400);
  });
});

test('a model can be a semantic model, and have metrics', async () => {
  await parse({
    'models/p.yml': `models:
  - name: o
    semantic_model: {name: sales, config: {meta: {a: 1}}}
    agg_time_dimension: day
    columns:
      - {name: id, description: Its key, entity: {name: sale, type: primary}}
      - {name: day, granularity: day, dimension: {name: sold_on, type: time}}
      - {name: kind, dimension: categorical}
    derived_semantics:
      dimensions: [{name: is_big, type: categorical, expr: id > 5, description: "{{ doc('big') }}"}]
      entities: [{name: buyer, type: foreign, expr: id}]
    metrics:
      - {name: total, type: simple, agg: sum, expr: 1, filter: "{{ Dimension('sale__kind') }} = 'x'"}
      - {name: half, type: simple, agg: percentile, percentile: 0.5, percentile_type: discrete, expr: id, hidden: true}
metrics:
  - {name: per, type: ratio, numerator: total, denominator: half}
  - {name: monthly, type: cumulative, window: 1 month, input_metric: total}
`,
    'models/d.md': '{% docs big %}large{% enddocs %}',
  });
  const { semantic_models: models, metrics, child_map: children } = artifact('manifest.json');
  expect(models!['semantic_model.d.sales']).toMatchObject({
    model: "ref('o')",
    defaults: { agg_time_dimension: 'day' },
    entities: [
      { name: 'sale', type: 'primary', expr: 'id', description: 'Its key' },
      { name: 'buyer', type: 'foreign', expr: 'id' },
    ],
    dimensions: [
      { name: 'sold_on', expr: 'day', type_params: { time_granularity: 'day' } },
      { name: 'kind', type: 'categorical', expr: null, config: { meta: { a: 1 } } },
      { name: 'is_big', expr: 'id > 5', description: 'large' },
    ],
    depends_on: { nodes: ['model.d.o'] },
  });
  expect(metrics!['metric.d.total']).toMatchObject({
    label: 'total',
    type_params: {
      expr: '1',
      metric_aggregation_params: { semantic_model: 'sales', agg: 'sum', agg_time_dimension: 'day' },
    },
    filter: { where_filters: [{ where_sql_template: "{{ Dimension('sale__kind') }} = 'x'" }] },
  });
  expect(metrics!['metric.d.half']!['type_params']).toMatchObject({
    is_private: true,
    metric_aggregation_params: { agg_params: { percentile: 0.5, use_discrete_percentile: true } },
  });
  expect(children!['semantic_model.d.sales']).toEqual(['metric.d.half', 'metric.d.total']);
  expect(children!['metric.d.total']).toEqual(['metric.d.monthly', 'metric.d.per']);
});

test('a model that calls metric() depends on it', async () => {
  await parse({ 'models/p.yml': orders, 'models/m.sql': "select 1 -- {{ metric('weekly') }}" });
  expect(artifact('manifest.json')['nodes']!['model.d.m']!['depends_on']).toMatchObject({
    nodes: ['metric.d.weekly'],
  });
});

describe('refused', () => {
  const simple = '{name: x_m, label: X, type: simple, type_params: {measure: revenue}}';
  test.each<[string, Record<string, string>, string]>([
    [
      'a measure that is not there',
      { 'models/q.yml': simple.replace('revenue', 'profit') },
      'models/q.yml:1:12 TS3018: The metric "x_m" is made of the measure "profit", which is not in the project',
    ],
    [
      'a metric that is not there',
      {
        'models/q.yml':
          '{name: r, label: R, type: ratio, type_params: {numerator: weekly, denominator: x}}',
      },
      'is made of the metric "x", which is not in the project',
    ],
    [
      'a simple metric without a measure',
      { 'models/q.yml': '{name: x_m, label: X, type: simple, type_params: {}}' },
      'TS2018: The metric "x_m" is simple and needs `type_params.measure`',
    ],
    [
      'a metric without label',
      { 'models/q.yml': simple.replace('label: X, ', '') },
      'needs a `label`',
    ],
    [
      'a window of no count',
      { 'models/q.yml': simple.replace('measure:', 'window: seven days, measure:') },
      'has the window "seven days"',
    ],
    [
      'a name with a space',
      { 'models/q.yml': simple.replace('x_m', 'x m') },
      'has a name that is more than a letter',
    ],
    [
      'enabled that is no boolean',
      { 'models/q.yml': simple.replace('label', 'config: {enabled: maybe}, label') },
      'has `enabled: maybe`; write true or false',
    ],
    [
      'a switched-off semantic model',
      { 'models/p.yml': orders.replace('{meta: {owner: me}}', '{enabled: false}') },
      'is made of the measure "middle", which is disabled',
    ],
    [
      'a model that is not there',
      { 'models/p.yml': orders.replace("ref('o')", "ref('oo')") },
      'The semantic model "orders" is made of the model "oo"',
    ],
    [
      'a model that is no ref',
      { 'models/p.yml': orders.replace("ref('o')", 'o') },
      'has the model "o"; write ref(',
    ],
    [
      'one name twice',
      {
        'models/p.yml': orders
          .replace('name: middle,', 'name: ordered_at,')
          .replaceAll('measure: middle', 'measure: ordered_at'),
      },
      'has the name "ordered_at" for a measure and for a dimension',
    ],
    [
      'an aggregation over no time',
      {
        'models/p.yml': orders.replace(
          'agg_time_dimension: ordered_at',
          'agg_time_dimension: never',
        ),
      },
      'has the `agg_time_dimension` "never"',
    ],
    [
      'dimensions without a key',
      { 'models/p.yml': orders.replace('type: primary', 'type: foreign') },
      'has dimensions, but no primary entity',
    ],
    [
      'no time spine',
      { 'models/days.yml': 'version: 2' },
      'models/p.yml:2:5 TS2020: There are semantic models, but no time spine',
    ],
    [
      'a time spine of a column that is not there',
      { 'models/days.yml': days.replace('{name: day, granularity: day}', '{name: d}') },
      'models/days.yml:3:5 TS2019: The time spine of the model "days" has the column "day", which the model does not list',
    ],
    [
      'a time spine without granularity',
      { 'models/days.yml': days.replace(', granularity: day}', '}') },
      'has no `granularity`',
    ],
    [
      'a granularity of no column',
      { 'models/days.yml': days.replace(', {name: s}', '') },
      'has the granularity "season" in the column "s"',
    ],
    [
      'metric() of nothing',
      { 'models/m.sql': "select 1 -- {{ metric('x') }}" },
      'The model "m" is made of the metric "x"',
    ],
  ])('%s', async (_, more, message) => {
    const own = more['models/q.yml'];
    const given: Record<string, string> = { 'models/p.yml': orders, ...more };
    if (own !== undefined) given['models/q.yml'] = `metrics: [${own}]\n`;
    const parsed = await parse(given);
    expect(parsed.stderr + parsed.stdout).toContain(message);
    expect(parsed.exitCode).toBe(2);
  });
});
