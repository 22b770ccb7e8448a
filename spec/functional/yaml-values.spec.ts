import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { loggedValues, writtenMeta } from '../golden/recorded-values.mjs';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const golden = join(import.meta.dirname, '../golden/yaml-values');

test('values of variables, their JSON and YAML, and meta of the manifest are those of dbt', async () => {
  const files = ['dbt_project.yml', 'profiles.yml', 'models/m.sql', 'models/p.yml'];
  fixture = projectFixture(
    Object.fromEntries(
      files.map((file) => [file, readFileSync(join(golden, 'project', file), 'utf8')]),
    ),
  );
  const run = await runTsdbt(['parse', '--log-format', 'json'], { cwd: fixture.root });
  expect(run.exitCode).toBe(0);
  const { values, meta } = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')) as {
    values: string[];
    meta: string;
  };
  expect(loggedValues(run.stdout)).toEqual(values);
  expect(writtenMeta(readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8'))).toBe(meta);
});

/** The compiled text of a model `m`. */
async function compiled(args: readonly string[] = []): Promise<string> {
  const run = await runTsdbt(['compile', '-q', '-s', 'm', ...args], { cwd: fixture.root });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  return readFileSync(join(fixture.root, 'target/compiled/shop/models/m.sql'), 'utf8').trim();
}

test.each([
  [
    'vars of the project',
    { 'dbt_project.yml': 'name: shop\nvars: {v: {10: a, 9: b, true: 1}}\n' },
    [],
  ],
  [
    'vars.yml',
    { 'dbt_project.yml': 'name: shop\n', 'vars.yml': 'vars: {v: {10: a, 9: b, true: 1}}\n' },
    [],
  ],
  ['--vars', { 'dbt_project.yml': 'name: shop\n' }, ['--vars', '{v: {10: a, 9: b, true: 1}}']],
  [
    'a package',
    { 'dbt_project.yml': 'name: shop\nvars: {shop: {v: {10: a, 9: b, true: 1}}}\n' },
    [],
  ],
  ['a project of ours', { 'project.yml': 'name: shop\nvars: {v: {10: a, 9: b, true: 1}}\n' }, []],
])('keys that are no texts are found by their value: %s', async (_, files, args) => {
  fixture = projectFixture({
    ...files,
    'models/m.sql': "{{ var('v') }} {{ var('v')[9] }} {{ '9' in var('v') }} {{ var('v')[1] }}",
  });
  expect(await compiled(args)).toBe("{10: 'a', 9: 'b', True: 1} b False 1");
});

test('an edit of the kind of a key is one for the cached parse', async () => {
  const project = (key: string) => `name: shop\nvars: {v: {${key}: x}}\n`;
  fixture = projectFixture({
    'dbt_project.yml': project('1'),
    'models/m.sql': "{{ config(tags=['text' if '1' in var('v') else 'number']) }} select 1",
  });
  const tagged = async (tag: string) =>
    (await runTsdbt(['ls', '-s', `tag:${tag}`], { cwd: fixture.root })).stdout.trim();
  expect([await tagged('number'), await tagged('text')]).toEqual(['shop.m', '']);
  fixture.write({ 'dbt_project.yml': project("'1'") });
  expect([await tagged('number'), await tagged('text')]).toEqual(['', 'shop.m']);
});

test('meta keeps its keys and integers when the parse is read from the cache', async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: shop\n',
    'models/m.sql':
      "{{ config(meta={10: 9007199254740993, '10': 1, '9': 2}) }} {{ graph.nodes['model.shop.m'].meta }}",
    'models/other.sql': 'select 1 as id',
    'models/p.yml': 'models: [{name: m, config: {meta: {3: {2: [1.0, 1.0e+22], 1: 0}}}}]\n',
  });
  const meta = "{3: {2: [1.0, 1e+22], 1: 0}, 10: 9007199254740993, '10': 1, '9': 2}";
  expect(await compiled()).toBe(meta);
  expect(await compiled()).toBe(meta);
  fixture.write({ 'models/other.sql': 'select 2 as id' });
  expect(await compiled()).toBe(meta);
  fixture.write({
    'models/m.sql': "{{ config(meta={5: 1}) }} {{ graph.nodes['model.shop.m'].meta }}",
  });
  expect(await compiled()).toBe('{3: {2: [1.0, 1e+22], 1: 0}, 5: 1}');
  expect(await compiled()).toBe('{3: {2: [1.0, 1e+22], 1: 0}, 5: 1}');
  const list = async (selector: string) =>
    (await runTsdbt(['ls', '-q', '-s', selector], { cwd: fixture.root })).stdout.trim();
  fixture.write({ 'models/m.sql': "{{ config(meta={'id': 9007199254740993}) }} select 1" });
  expect(await list('config.meta.id:9007199254740993')).toBe('shop.m');
  expect(await list('config.meta.id:9007199254740992')).toBe('');
});

test('large integers are exact in tests, unit tests and run-operation', async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {outputs: {default: {type: duckdb, path: shop.duckdb, schema: main}}}\n',
    'models/m.sql': 'select 9007199254740993 as id, 1 as "10", 2 as "9"',
    'models/u.sql': "select * from {{ ref('m') }}",
    'macros/say.sql': '{% macro say(id, map) %}{{ print(id ~ " " ~ map) }}{% endmacro %}',
    'models/p.yml': `
models:
  - name: m
    columns:
      - name: id
        data_tests:
          - accepted_values: {arguments: {values: [9007199254740993], quote: false}}
unit_tests:
  - name: same
    model: u
    given: [{input: ref('m'), rows: [{id: 9007199254740993, 10: 1, 9: 2}]}]
    expect: {rows: [{id: 9007199254740993, 10: 1, 9: 2}]}
  - name: other
    model: u
    given: [{input: ref('m'), rows: [{id: 9007199254740993, 10: 1, 9: 2}]}]
    expect: {rows: [{id: 9007199254740992, 10: 1, 9: 2}]}
`,
  });
  const built = await runTsdbt(['build'], { cwd: fixture.root });
  expect(built.stdout).toContain('Failed: other');
  expect(built.stdout).toContain('ERROR=1');
  expect(
    await queryDatabase(join(fixture.root, 'shop.duckdb'), 'select id::varchar as id from main.m'),
  ).toEqual([{ id: '9007199254740993' }]);
  const args = '{id: 12345678901234567890, map: {2: b, 1: a}}';
  const said = await runTsdbt(['run-operation', 'say', '-q', '--args', args], {
    cwd: fixture.root,
  });
  expect(said.stdout).toContain("12345678901234567890 {2: 'b', 1: 'a'}");
});

const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

test('names of members that every object has are names like any other', async () => {
  const all = [...names, '10', '9'];
  fixture = projectFixture({
    'dbt_project.yml': `name: shop
profile: shop
vars: {${all.map((name) => `'${name}': 'v ${name}'`).join(', ')}}
models: {shop: {+meta: {${all.map((name) => `'${name}': 1`).join(', ')}}}}
seeds: {shop: {+column_types: {${all.map((name) => `'${name}': varchar`).join(', ')}}}}
`,
    'profiles.yml':
      'shop: {outputs: {constructor: {type: duckdb, path: shop.duckdb, schema: main}}, target: constructor}\n',
    'seeds/s.csv': `${all.join(',')}\n${all.map(() => '01').join(',')}\n`,
    'macros/m.sql': names.map((n) => `{% macro m_${n}(${n}) %}{{ ${n} }}{% endmacro %}`).join('\n'),
    'models/docs.md': names.map((n) => `{% docs ${n} %}doc ${n}{% enddocs %}`).join('\n'),
    ...Object.fromEntries(
      names.map((n) => [
        `models/${n}.sql`,
        `{{ config(tags=['${n}'], ${n}='c') }} select '{{ env_var('${n}', 'e') }}{{ var('${n}') }}{{ config.get('${n}') }}{{ m_${n}(${n}='A') }}' as x, ${all.map((m, i) => `${i} as "${m}"`).join(', ')}`,
      ]),
    ),
    'models/p.yml': `models:
${names
  .map(
    (n) =>
      `  - {name: ${n}, description: "{{ doc('${n}') }}", columns: [${all.map((m) => `{name: '${m}', meta: {${n}: 1}, data_tests: [not_null]}`).join(', ')}]}`,
  )
  .join('\n')}\n`,
  });
  const run = await runTsdbt(['build', '-q'], { cwd: fixture.root });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  for (const name of names) {
    const rows = await queryDatabase(
      join(fixture.root, 'shop.duckdb'),
      `select x from main."${name}"`,
    );
    expect(rows).toEqual([{ x: `ev ${name}cA` }]);
  }
  const manifest = readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8');
  const meta = `"meta":{${all.map((name) => `"${name}":1`).join(',')}}`;
  expect(manifest.split(meta)).toHaveLength(3 * names.length + 1);
  const shown = await runTsdbt(['show', '-q', '-s', 's', '--output', 'json'], {
    cwd: fixture.root,
  });
  expect([...shown.stdout.matchAll(/"([^"]+)": "01"/g)].map(([, name]) => name)).toEqual(all);
  const env = await runTsdbt(['compile', '-q', '--inline', "{{ env_var('toString') }}"], {
    cwd: fixture.root,
  });
  expect(env.stderr).toContain('TS1009');
});
