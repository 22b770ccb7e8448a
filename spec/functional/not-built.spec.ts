import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt, type TsdbtRun } from '../../src/testing/run-tsdbt.ts';

// One error names the relations that are read and not built, with the command that builds it; advice never names our own
// tables or the engine's.

const files = {
  'models/raw_orders.sql':
    "{{ config(materialized='table', tags=['nightly']) }} select 1 as id, 5 as amount",
  'models/raw_events.sql': "{{ config(materialized='table') }} select 1 as id",
  'models/middle.sql':
    "{{ config(materialized='ephemeral') }} select * from {{ ref('raw_events') }}",
  'models/orders.sql': "select * from {{ ref('raw_orders') }}",
  'models/events.sql': "select * from {{ ref('middle') }}",
  'models/both.sql':
    "select id from {{ ref('orders') }} union all select id from {{ ref('events') }}",
  'models/alone.sql': "-- depends_on: {{ ref('raw_events') }}\nselect 1 as id",
  'models/schema.yml': `models:
  - name: orders
    columns:
      - name: id
        data_tests: [unique]
  - name: raw_orders
    columns:
      - name: id
        data_tests:
          - not_null
          - relationships: {to: ref('events'), field: id}
`,
  'tests/small.sql': "select * from {{ ref('raw_orders') }} where amount > 1",
};

let project: ProjectFixture;
beforeEach(() => {
  project = projectFixture(files);
});
afterEach(() => project.remove());

const run = (...args: string[]): Promise<TsdbtRun> => runTsdbt(args, { cwd: project.root });
const timesOf = (text: string, { output }: TsdbtRun) => output.split(text).length - 1;

describe('nothing of the selection can be run', () => {
  test.each([
    [['run', '--select', 'orders+'], 'events, raw_orders', 'tsdbt build --select +both'],
    [['run', '--select', 'orders'], 'raw_orders', 'tsdbt build --select raw_orders'],
    [['run', '--select', 'events'], 'raw_events', 'tsdbt build --select raw_events'],
    [['run', '--select', 'both'], 'events, orders', 'tsdbt build --select +both'],
    [['test', '--select', 'orders'], 'orders', 'tsdbt build --select +orders'],
    [['test'], 'events, orders, raw_orders', 'tsdbt build --select +both'],
  ])('%j', async (args, missing, command) => {
    const result = await run(...args);
    expect(result.exitCode).toBe(2);
    expect(result.output).toContain(`TS5015: Not built yet in this target (dev): ${missing}.`);
    expect(result.output).toContain(`\`${command}\``);
    expect(timesOf('Not built yet', result)).toBe(1);
    expect(result.output).not.toMatch(/Did you mean|information_schema|Catalog/);
    const [, ...advised] = command.split(' ');
    // The build has the test that fails on purpose.
    await run(...advised, '--exclude', 'small');
    const again = await run(...args, '--exclude', 'small');
    expect(again.output).not.toContain('Not built yet');
    expect(again.exitCode).toBe(0);
  });

  test('the target that was asked for is part of the command', async () => {
    const result = await run('run', '--select', 'orders', '--target', 'dev');
    expect(result.output).toContain('`tsdbt build --target dev --select raw_orders`');
  });
});

test('a part of the selection can be run: the rest is skipped with the reason', async () => {
  const result = await run('run', '--select', 'alone', 'orders', 'both');
  expect(result.exitCode).toBe(1);
  expect(timesOf('Not built yet', result)).toBe(1);
  expect(result.output).toContain('PASS=1 WARN=0 ERROR=0 SKIP=2 TOTAL=3');
  const results = readRunResults(project.root);
  expect(JSON.stringify(results)).toContain('not built yet in this target: raw_orders');
});

test('a ref in a comment reads nothing', async () => {
  const result = await run('run', '--select', 'alone');
  expect(result.exitCode).toBe(0);
});

test('an audit leaves out the tests that read what is not built', async () => {
  const result = await run('build', '--select', 'raw_orders', '--exclude', 'small');
  expect(result.output).toContain('1/3 OK');
  expect(result.output).toContain('PASS=2 WARN=0 ERROR=0 SKIP=1 TOTAL=3');
  expect(timesOf('Not built yet', result)).toBe(1);
  const rows = await queryDatabase(
    join(project.root, 'target/shop.duckdb'),
    'from main.raw_orders',
  );
  expect(rows).toHaveLength(1);
});

test('what is deferred is there', async () => {
  await run('build', '--exclude', 'small');
  const { mkdirSync, copyFileSync } = await import('node:fs');
  mkdirSync(join(project.root, 'state'));
  copyFileSync(
    join(project.root, 'target/manifest.json'),
    join(project.root, 'state/manifest.json'),
  );
  const result = await run('run', '--select', 'orders', '--defer', '--state', 'state');
  expect(result.exitCode).toBe(0);
});

test('docs alone writes the site', async () => {
  const result = await run('docs');
  expect(result.exitCode).toBe(0);
  expect(result.output).toContain('Wrote target/index.html');
  expect(existsSync(join(project.root, 'target/index.html'))).toBe(true);
});

describe('advice', () => {
  test.each([
    ['select * from nothing_there', /Did you mean/],
    ['select * from relation_run', /_tsdbt|duckdb_/],
    ['select * from information', /information_schema|pg_/],
  ])('%s: names no table of ours or of the engine', async (sql, wrong) => {
    project.write({ 'models/wrong.sql': sql });
    const result = await run('run', '--select', 'wrong');
    expect(result.output).toContain('does not exist');
    expect(result.output).not.toMatch(wrong);
  });

  test('a table of the project is suggested', async () => {
    await run('run', '--select', 'raw_orders');
    project.write({ 'models/wrong.sql': 'select * from raw_order' });
    const result = await run('run', '--select', 'wrong');
    expect(result.output).toContain('Did you mean "raw_orders"?');
  });

  test.each([
    ['order', 'orders'],
    ['+raw_ordres', '+raw_orders'],
    ['tag:nightl', 'tag:nightly'],
    ['path:models/order.sql', 'path:models/orders.sql'],
    ['orders,tag:nigthly', 'orders,tag:nightly'],
  ])('the selector %s', async (given, near) => {
    const result = await run('run', '--select', given);
    expect(result.output).toContain(
      `The selector "${given}" matches no node. Did you mean "${near}"?`,
    );
  });

  test('a selector that is near to nothing', async () => {
    const result = await run('run', '--select', 'zzzzzzzzzz');
    expect(result.output).toContain('"zzzzzzzzzz" matches no node');
    expect(result.output).not.toContain('Did you mean');
  });
});

describe('a failing test shows', () => {
  test('its place and its compiled query', async () => {
    const result = await run('build');
    expect(result.output).toContain(
      'tests/small.sql:1, compiled in target/compiled/shop/tests/small.sql',
    );
    expect(existsSync(join(project.root, 'target/compiled/shop/tests/small.sql'))).toBe(true);
  });

  test('the line of a generic test', async () => {
    project.write({ 'models/raw_orders.sql': 'select null::int as id, 1 as amount' });
    const result = await run('build', '--select', 'raw_orders', 'events', '--audit', 'none');
    expect(result.output).toMatch(/models\/schema.yml:10, compiled in (target\/compiled\S+\.sql)/);
    const [, file] = /compiled in (\S+)/.exec(result.output)!;
    expect(existsSync(join(project.root, file!))).toBe(true);
  });
});

test('the line of a failing unit test', async () => {
  project.write({
    'models/units.yml': `unit_tests:
  - name: keeps
    model: orders
    given: [{input: ref('raw_orders'), rows: [{id: 1, amount: 2}]}]
    expect: {rows: [{id: 2, amount: 2}]}
`,
  });
  const result = await run(
    'build',
    '--select',
    'raw_orders',
    'orders',
    'keeps',
    '--exclude',
    'small',
  );
  expect(result.output).toContain('models/units.yml:2, compiled in target/compiled/');
});

test('what is below a failed node is skipped, not a second error', async () => {
  project.write({ 'models/raw_orders.sql': 'select nope from nowhere' });
  rmSync(join(project.root, 'target'), { recursive: true, force: true });
  const result = await run('build', '--exclude', 'small');
  expect(timesOf('Error in', result)).toBe(1);
});
