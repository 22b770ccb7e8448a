import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt, type TsdbtRun } from '../../src/testing/run-tsdbt.ts';

const files = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': `shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb, schema: dev}
    prod: {type: duckdb, path: shop.duckdb, schema: live}
`,
  'models/base.sql': "{{ config(materialized='table') }} select i as id from range(5) t(i)",
  'models/m.sql': "select {{ function('quad') }}(id) as q from {{ ref('base') }} order by id",
  'functions/double.sql': '-- once more\nx * 2;',
  'functions/quad.sql': "{{ function('double') }}({{ function('shop', 'double') }}(x))",
  'functions/f.yml': `functions:
  - name: double
    arguments: [{name: x, data_type: integer}]
    returns: {data_type: integer}
  - name: quad
    arguments: [{name: x, data_type: integer}]
    returns: {data_type: integer}
`,
};

let fixture: ProjectFixture;
beforeEach(() => {
  fixture = projectFixture(files);
});
afterEach(() => fixture.remove());

const tsdbt = (...args: readonly string[]): Promise<TsdbtRun> =>
  runTsdbt(args, { cwd: fixture.root });

async function ok(...args: readonly string[]): Promise<TsdbtRun> {
  const run = await tsdbt(...args);
  expect({ exitCode: run.exitCode, output: run.output }).toMatchObject({ exitCode: 0 });
  return run;
}

const query = (sql: string) => queryDatabase(join(fixture.root, 'shop.duckdb'), sql);

const target = (path: string) => readFileSync(join(fixture.root, 'target', path), 'utf8');

/** The function `f` with this text and these properties, given as YAML. */
function functionF(text: string, properties: string, more: ProjectFiles = {}): ProjectFiles {
  return {
    'functions/f.sql': text,
    'functions/g.yml': `functions:\n  - name: f\n${properties.replace(/^/gm, '    ')}\n`,
    ...more,
  };
}

const ofX = 'arguments: [{name: x, data_type: integer}]\n';

describe('build', () => {
  test('makes functions before what calls them, and again when they are others', async () => {
    const { stdout } = await ok('build');
    expect(stdout).toContain('PASS=4');
    expect(stdout.indexOf('OK      function    quad')).toBeGreaterThan(
      stdout.indexOf('OK      function    double'),
    );
    expect(await query('select * from dev.m')).toEqual([0, 4, 8, 12, 16].map((q) => ({ q })));
    expect(target('compiled/shop/functions/quad.sql')).toBe(
      '"shop"."dev"."double"("shop"."dev"."double"(x))',
    );
    expect(target('run/shop/functions/double.sql').trim()).toBe(
      'create or replace macro "shop"."dev"."double"\n("x") as cast((\n-- once more\nx * 2\n) as integer)',
    );
    fixture.write({ 'functions/double.sql': 'select x * 3' });
    await ok('build', '--select', 'double');
    expect(await query('select max(q) as q from dev.m')).toEqual([{ q: 36 }]);
  });

  test('other commands make none; functions can be left out, or be all there is', async () => {
    const run = await tsdbt('run');
    expect(run.output).toContain(
      'models/m.sql:1 TS4001: Catalog error: Scalar Function with name quad',
    );
    expect(run.output).toContain('Functions are made by build: tsdbt build --select quad');
    expect((await tsdbt('build', '--exclude-resource-type', 'function')).exitCode).toBe(1);
    expect((await ok('build', '--resource-type', 'function')).stdout).toContain('2 functions');
    expect((await ok('run')).stdout).toContain('PASS=2');
    expect((await ok('build', '--empty')).stdout).toContain('PASS=4');
    expect(await query('select count(*)::int as n from dev.m')).toEqual([{ n: 0 }]);
    fixture.write({ 'functions/double.sql': 'x * nothing' });
    const failed = await tsdbt('build');
    expect(failed.stdout).toContain('SKIP');
    expect(failed.output).toContain('functions/double.sql');
    fixture.write({ 'functions/double.sql': 'x * 2' });
    expect((await ok('retry')).stdout).toContain('PASS=3');
  });

  test('results and events are as of dbt', async () => {
    await ok('build');
    const results = JSON.parse(target('run_results.json')).results as Record<string, unknown>[];
    expect(results.find((one) => one['unique_id'] === 'function.shop.double')).toMatchObject({
      status: 'success',
      adapter_response: { _message: 'OK' },
      compiled: true,
      compiled_code: '-- once more\nx * 2;',
      relation_name: '"shop"."dev"."double"',
      overload_results: { successful: [], failed: [] },
    });
    const { stdout } = await ok('--log-format', 'json', 'build', '--select', 'double');
    const events = stdout.split('\n').map((line) => JSON.parse(line));
    const told = events.find(({ info }) => info.name === 'LogFunctionResult');
    expect(told.info.code).toBe('Q047');
    expect(told.info.msg).toMatch(/^1 of 1 OK created function dev\.double \.+ \[SUCCESS in /);
    expect(told.data).toMatchObject({ description: 'function dev.double', status: 'success' });
  });

  test('--changed makes functions each time, and what calls them', async () => {
    fixture.write({
      'functions/upper.sql': 'x',
      'functions/u.yml':
        'functions: [{name: upper, arguments: [{name: x, data_type: text}], returns: {data_type: text}}]\n',
      'models/e.sql':
        "{{ config(materialized='ephemeral') }} select {{ function('upper') }}('a') as a",
      'models/n.sql': "{{ config(materialized='table') }} select a from {{ ref('e') }}",
    });
    await ok('build', '--changed');
    const { stdout } = await ok('build', '--changed', '--explain');
    expect(stdout).toContain('run because functions are made each time');
    expect(stdout).toContain('run because it calls function.shop.upper');
    expect(stdout).toContain('PASS=5 WARN=0 ERROR=0 SKIP=0 NO-OP=1');
  });

  test('data tests and unit tests call functions', async () => {
    fixture.write({
      'tests/right.sql': "select 1 where {{ function('quad') }}(2) <> 8",
      'models/u.yml': `unit_tests:
  - name: of_m
    model: m
    given: [{input: ref('base'), rows: [{id: 2}]}]
    expect: {rows: [{q: 8}]}
`,
    });
    expect((await ok('build')).stdout).toContain('PASS=6');
  });

  test.each(['node', 'run'])(
    '--audit %s: one that fails its tests is not published',
    async (audit) => {
      fixture.write({ 'tests/right.sql': "select 1 where {{ function('double') }}(2) <> 4" });
      await ok('build');
      fixture.write({ 'functions/double.sql': 'x * 3' });
      const { exitCode, stdout } = await tsdbt('build', '--audit', audit);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('FAIL    test        right');
      expect(await query('select dev.double(2) as a')).toEqual([{ a: 4 }]);
      fixture.write({ 'functions/double.sql': 'x + x' });
      await ok('build', '--audit', audit);
      expect(await query('select dev.double(4) as a')).toEqual([{ a: 8 }]);
    },
  );

  test('hooks, before and behind, in and out of the transaction', async () => {
    fixture.write(
      functionF(
        `{{ config(pre_hook='create table dev.log as select 1 as a', post_hook=['insert into dev.log values (2)', {'sql': "insert into dev.log values ({{ function('double') }}(2))", 'transaction': false}]) }} 1`,
        'returns: {data_type: integer}',
      ),
    );
    await ok('build', '--select', '+f');
    expect(await query('select a from dev.log order by a')).toEqual([1, 2, 4].map((a) => ({ a })));
  });
});

describe('functions of DuckDB', () => {
  test('tables, with descriptions kept', async () => {
    const properties = `description: It's rows\nconfig: {type: table, schema: fx, persist_docs: {relation: true}}\narguments: [{name: low, data_type: integer}]\nreturns: {data_type: 'table (id integer)'}`;
    fixture.write(functionF("select id from {{ ref('base') }} where id >= low", properties));
    await ok('build', '--select', '+f');
    expect(await query('from dev_fx.f(3)')).toEqual([{ id: '3' }, { id: '4' }]);
    const known = "select comment, function_type from duckdb_functions() where function_name = 'f'";
    expect(await query(known)).toEqual([{ comment: "It's rows", function_type: 'table_macro' }]);
    fixture.write(functionF('1', `config: {schema: fx}\n${ofX}returns: {data_type: integer}`));
    await ok('build', '--select', 'f');
    expect(await query(known)).toEqual([{ comment: null, function_type: 'macro' }]);
  });

  test('aggregates, and defaults as they are written', async () => {
    const properties = `config: {type: aggregate}\narguments: [{name: x, data_type: double}, {name: w, data_type: double, default_value: 2}]\nreturns: {data_type: double}`;
    fixture.write(functionF('sum(x * w)', properties));
    await ok('build', '--select', 'base', 'f');
    expect(await query('select dev.f(id) as a, dev.f(id, w := 3) as b from dev.base')).toEqual([
      { a: 20, b: 30 },
    ]);
    fixture.write(
      functionF(
        'x',
        `arguments: [{name: x, data_type: text, default_value: "'it'"}]\nreturns: {data_type: text}`,
      ),
    );
    await ok('build', '--select', 'f');
    expect(await query('select dev.f() as a')).toEqual([{ a: 'it' }]);
  });

  test('overloads are made with their function', async () => {
    const properties = `${ofX}returns: {data_type: integer}\noverloads:\n  - defined_in: of_two\n    arguments: [{name: x, data_type: integer}, {name: y, data_type: integer}]\n    returns: {data_type: varchar}`;
    fixture.write(
      functionF('x', properties, { 'functions/of_two.sql': "{{ function('double') }}(x) * y" }),
    );
    await ok('build', '--select', '+f');
    expect(await query('select dev.f(1) as a, dev.f(2, 3) as b')).toEqual([{ a: 1, b: '12' }]);
    const { functions } = JSON.parse(target('manifest.json'));
    expect(Object.keys(functions)).not.toContain('function.shop.of_two');
    expect(functions['function.shop.f'].overloads[0].compiled_body).toBe(
      '"shop"."dev"."double"(x) * y',
    );
    expect(functions['function.shop.f'].depends_on.nodes).toEqual(['function.shop.double']);
    const results = JSON.parse(target('run_results.json')).results as Record<string, unknown>[];
    expect(results.find((one) => one['unique_id'] === 'function.shop.f')).toMatchObject({
      overload_results: { successful: ['of_two'], failed: [] },
    });
  });

  test('what can not be told is warned of, a type that is not there is an error', async () => {
    fixture.write(functionF('x', `config: {volatility: stable}\n${ofX}returns: {data_type: int}`));
    expect((await ok('build', '--select', 'f')).stderr).toContain('The function f is stable');
    fixture.write(functionF('x', `${ofX}returns: {data_type: nosuch}`));
    expect((await tsdbt('build', '--select', 'f')).output).toContain('Type with name nosuch');
  });

  test.each(['table', 'landing', 'nothing'])('none is a %s', async (materialized) => {
    const properties = `config: {materialized: ${materialized}}\n${ofX}returns: {data_type: int}`;
    fixture.write(functionF('x', properties));
    const { output } = await tsdbt('build', '--select', 'f');
    expect(output).toContain(
      `functions/f.sql TS5066: The function "f" is materialized as "${materialized}"`,
    );
    expect(output).toContain('Take `materialized` away');
  });

  test('what the database refuses is told with its place', async () => {
    const text = "{{ config(tags=['a']) }}\n\nx\n  + nothing;\n";
    fixture.write(functionF(text, `${ofX}returns: {data_type: int}`));
    const { output } = await tsdbt('build', '--select', 'f');
    expect(output).toContain(
      'functions/f.sql:4:5 TS4001: Binder error: Referenced column "nothing"',
    );
  });

  test('a project makes them in its own way', async () => {
    fixture.write({
      'macros/own.sql': `{% macro duckdb__scalar_function_body_sql() %}(x) as ({{ model.compiled_code | replace(';', '') }} + 1){% endmacro %}
{% macro default__scalar_function_python(target_relation) %}create or replace macro {{ target_relation }}(x) as (x){% endmacro %}`,
      'functions/py.py': 'def main(x): return x',
      'functions/p.yml': `functions:\n  - name: py\n    ${ofX.trim()}\n    returns: {data_type: integer}\n`,
    });
    await ok('build');
    expect(await query('select dev.double(2) as a, dev.py(7) as b')).toEqual([{ a: 5, b: 7 }]);
  });
});

describe('functions of packages', () => {
  test('have their own names, and may be described by the project', async () => {
    const f = (name: string, more = '') =>
      `  - {name: ${name}, ${more}arguments: [{name: x, data_type: int}], returns: {data_type: int}}\n`;
    fixture.write({
      'packages.yml': 'packages:\n  - local: lib\n',
      'lib/dbt_project.yml': 'name: lib\n',
      'lib/functions/double.sql': 'x * 20',
      'lib/functions/ten.sql': '10 * x',
      'lib/functions/f.yml': `functions:\n${f('double', 'config: {alias: double_of_lib}, ')}`,
      'lib/models/of_lib.sql': "select {{ function('double') }}(1) as a",
      'functions/ten.yml': `functions:\n${f('ten', 'description: Ten, ')}`,
      'models/m.sql':
        "select {{ function('double') }}(1) as a, {{ function('lib', 'double') }}(1) as b, {{ function('ten') }}(1) as c",
    });
    await ok('deps');
    await ok('build');
    expect(await query('from dev.m')).toEqual([{ a: 2, b: 20, c: 10 }]);
    // As of a ref, the function of the project comes before that of the package.
    expect(await query('from dev.of_lib')).toEqual([{ a: 2 }]);
    const { functions } = JSON.parse(target('manifest.json'));
    expect(functions['function.lib.ten']).toMatchObject({
      description: 'Ten',
      patch_path: 'shop://functions/ten.yml',
    });
  });
});

describe('other languages', () => {
  test('are read and compiled, and errors when it is their turn', async () => {
    fixture.write({
      'functions/py.py': 'def main(x): return {{ 1 + 1 }}',
      'functions/js.js': 'return x',
      'functions/bare.sql': '1',
      'functions/p.yml': ['py', 'js']
        .map((name) => `  - {name: ${name}, returns: {data_type: integer}}\n`)
        .reduce((text, line) => text + line, 'functions:\n'),
      'models/n.sql': "select {{ function('py') }}(1) as a",
    });
    await ok('compile');
    expect(target('compiled/shop/functions/py.py')).toBe('def main(x): return 2');
    const { exitCode, stdout, output } = await tsdbt('build');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('PASS=4 WARN=0 ERROR=3 SKIP=1');
    expect(output).toContain('TS5066: The function "py" is written in Python');
    expect(output).toContain('TS5066: The function "js" is written in JavaScript');
    expect(output).toContain('TS5065: No property file says what the function "bare" takes');
  });
});

describe('selection', () => {
  test('by names, folders, tags and the graph; not by what dbt looks for among others only', async () => {
    fixture.write({
      'tests/t.sql': "select 1 where {{ function('double') }}(1) <> 2",
      'functions/f.yml': files['functions/f.yml'].replace(
        'quad\n',
        'quad\n    access: public\n    config: {tags: [t], type: scalar, group: g}\n',
      ),
      'models/g.yml': 'groups:\n  - name: g\n    owner: {name: Ann}\n',
    });
    const listed = async (...args: readonly string[]) =>
      (await ok('ls', ...args)).stdout.split('\n').filter((line) => line !== '');
    expect(await listed()).toEqual(['shop.double', 'shop.quad', 'shop.base', 'shop.m', 'shop.t']);
    expect(await listed('--resource-type', 'function')).toEqual(['shop.double', 'shop.quad']);
    expect(await listed('-s', '+m')).toEqual([
      'shop.double',
      'shop.quad',
      'shop.base',
      'shop.m',
      'shop.t',
    ]);
    expect(await listed('-s', 'resource_type:function', '--indirect-selection', 'empty')).toEqual([
      'shop.double',
      'shop.quad',
    ]);
    expect(await listed('-s', 'tag:t+')).toEqual(['shop.quad', 'shop.m']);
    expect(await listed('-s', 'file:quad.sql', '--output', 'path')).toEqual(['functions/quad.sql']);
    for (const nothing of ['config.type:scalar', 'access:public', 'group:g'])
      expect(await listed('-s', nothing)).toEqual([]);
    const [line] = await listed('-s', 'quad', '--output', 'json', '--output-keys', 'name returns');
    expect(JSON.parse(line!)).toEqual({
      name: 'quad',
      returns: { data_type: 'integer', description: null },
    });
  });

  test('state: a function is another with its text, its arguments or what it gives', async () => {
    await ok('parse', '--target-path', 'before');
    const modified = async () =>
      (await tsdbt('ls', '--state', 'before', '-s', 'state:modified')).stdout.trim();
    expect(await modified()).toBe('');
    fixture.write({ 'functions/double.sql': 'x + x' });
    expect(await modified()).toBe('shop.double');
    fixture.write({ 'functions/double.sql': files['functions/double.sql'] });
    for (const [from, to] of [
      ['x, data_type: integer', 'x, data_type: bigint'],
      ['{data_type: integer}\n  - name: quad', '{data_type: bigint}\n  - name: quad'],
    ] as const) {
      fixture.write({ 'functions/f.yml': files['functions/f.yml'].replace(from, to) });
      expect(await modified()).toBe('shop.double');
    }
    fixture.write({ 'functions/f.yml': files['functions/f.yml'], 'functions/new.sql': '1' });
    expect((await ok('ls', '--state', 'before', '-s', 'state:new')).stdout).toBe('shop.new');
  });

  test('--defer calls the functions of the other state, but for those that are here', async () => {
    await ok('build', '--target', 'prod', '--target-path', 'state');
    const defer = ['--defer', '--state', 'state'];
    const called = async (...args: readonly string[]) =>
      /select "shop"\."(\w+)"/.exec((await ok('compile', '-s', 'm', ...args)).stdout)?.[1];
    expect(await called()).toBe('dev');
    expect(await called(...defer)).toBe('live');
    await ok('build', '-s', 'quad', ...defer);
    expect(await query('select dev.quad(1) as a')).toEqual([{ a: 4 }]);
    expect(await called(...defer)).toBe('dev');
    expect(await called(...defer, '--favor-state')).toBe('live');
  });
});

describe('what is wrong is told with its place', () => {
  const model = (call: string) => ({ 'models/m.sql': `select\n  {{ ${call} }}(1) as a` });
  test.each([
    [model("function('quat')"), 'models/m.sql:2:6 TS3019', 'Did you mean "quad"?'],
    [model("function('other', 'quad')"), 'models/m.sql:2:6 TS3019', '"other.quad"'],
    [
      { ...model("function('quad')"), 'functions/quad.sql': '{{ config(enabled=false) }} 1' },
      'models/m.sql:2:6 TS3020',
      'which is disabled',
    ],
    [model('function()'), 'models/m.sql:2:6 TS3021', 'not 0 arguments'],
    [model("function(name='quad')"), 'models/m.sql:2:6 TS3021', 'no argument called "name"'],
    [model('function(1)'), 'models/m.sql:2:6 TS3021', 'names in quotes'],
    [functionF('1', ofX), 'functions/g.yml:2:5 TS1006', '"returns" is missing'],
    [
      functionF('1', 'returns: {data_type: int, size: 1}'),
      'functions/g.yml:3:31 TS1004',
      'Unknown key "size"',
    ],
    [
      functionF('1', 'returns: {data_type: int}\nconfig: {type: window}'),
      'functions/g.yml:2:5 TS1005',
      'must be scalar, aggregate or table',
    ],
    [
      functionF('1', 'returns: {data_type: int}\nconfig: {volatility: low}'),
      'functions/g.yml:2:5 TS1005',
      'must be deterministic',
    ],
    [
      functionF(
        '1',
        'returns: {data_type: int}\narguments: [{name: a, data_type: int, default_value: 1}, {name: b, data_type: int}]',
      ),
      'functions/g.yml:4:63 TS2021',
      'the argument "b" without a default',
    ],
    [
      functionF('1', 'returns: {data_type: int}\noverloads: [{defined_in: f}]'),
      'functions/g.yml:4:18 TS2021',
      'itself among its overloads',
    ],
    [
      functionF('1', 'returns: {data_type: int}\noverloads: [{defined_in: quat}]'),
      'functions/g.yml:4:18 TS2021',
      'Did you mean "quad"?',
    ],
    [
      functionF('1', 'returns: {data_type: int}', { 'functions/in/f.sql': '2' }),
      'functions/in/f.sql TS2009',
      'Two resources',
    ],
    [
      functionF('1', 'returns: {data_type: int}', {
        'functions/h.yml': 'functions: [{name: f, returns: {data_type: int}}]\n',
      }),
      'functions/h.yml:1:14 TS2009',
      'properties of the function "f"',
    ],
    [{ 'functions/double.sql': "{{ function('quad') }}(x)" }, 'TS3004', 'in a circle'],
    [{ 'functions/double.sql': '{{ x' }, 'functions/double.sql:1:5 TS2003', ''],
  ])('%j', async (more: ProjectFiles, place, said) => {
    fixture.write(more);
    const { exitCode, output } = await tsdbt('parse');
    expect(output).toContain(place);
    expect(output).toContain(said);
    expect(exitCode).toBe(2);
  });

  test('a test of a function that is not there is not run; properties of none are warned of', async () => {
    fixture.write({
      'tests/t.sql': "select {{ function('gone') }}(1) as a",
      'tests/u.sql': "select {{ function('off') }}(1) as a",
      'functions/off.sql': '{{ config(enabled=false) }} 1',
      'functions/p.yml': 'functions:\n  - {name: nothing, returns: {data_type: int}}\n',
    });
    const { stderr } = await ok('parse');
    expect(stderr.split('\n')).toHaveLength(2);
    expect(stderr).toContain('t is not run. test "t" calls the function "gone"');
    expect(stderr).toContain('properties for the function "nothing"');
    const { nodes, disabled } = JSON.parse(target('manifest.json'));
    for (const id of ['test.shop.t', 'test.shop.u']) expect(nodes[id].config.enabled).toBe(false);
    expect(Object.keys(disabled)).toEqual(['function.shop.off']);
  });
});
