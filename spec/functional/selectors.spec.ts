import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const files = {
  'dbt_project.yml':
    'name: shop\nversion: 1.0.0\nmodels:\n  shop:\n    m:\n      +tags: [nightly]\n      +group: fin\n',
  'models/p.yml': `groups: [{name: fin, owner: {name: x}}]
sources:
  - name: raw
    tables: [{name: s1}, {name: s2}]
models:
  - name: a
    access: public
    columns:
      - name: id
        data_tests: [unique, not_null, {relationships: {arguments: {to: ref('b'), field: id}}}]
  - name: v
    latest_version: 2
    versions: [{v: 1}, {v: 2}, {v: 3}]
exposures:
  - {name: dash, type: dashboard, owner: {name: y}, depends_on: [ref('c')]}
unit_tests:
  - {name: ut, model: b, given: [{input: ref('a'), rows: [{id: 1}]}], expect: {rows: [{id: 1}]}}
`,
  'models/a.sql': "select id from {{ source('raw', 's1') }}\n",
  'models/b.sql': "select id from {{ ref('a') }} {{ mm() }}\n",
  'models/m/c.sql': "{{ config(materialized='table') }} select id from {{ ref('b') }}\n",
  'models/m/d.sql': "select * from {{ ref('v') }}\n",
  'models/v_v1.sql': 'select 1 as id',
  'models/v_v2.sql': 'select 2 as id',
  'models/v_v3.sql': 'select 3 as id',
  'macros/mm.sql': '{% macro mm() %}{% endmacro %}',
  'tests/sing.sql': "select * from {{ ref('c') }} join {{ ref('a') }} using (id) where false\n",
  'seeds/sd.csv': 'id,x\n1,a\n',
  'analyses/an.sql': "select * from {{ ref('a') }}\n",
  'selectors.yml': `selectors:
  - name: one
    definition: tag:nightly
  - name: two
    definition:
      union:
        - {method: tag, value: nightly, parents: true, parents_depth: 1}
        - {method: fqn, value: a, children: true, indirect_selection: cautious}
        - exclude: [{resource_type: exposure}]
  - name: three
    definition: {intersection: [{method: selector, value: two}, {config.materialized: view}]}
  - name: four
    definition: {method: selector, value: o*}
  - name: five
    definition: {method: access, value: public, childrens_parents: true}
  - name: six
    definition: {union: ["path:models/m", {tag: nope}, {exclude: ["d"]}]}
`,
};

async function ls(...args: readonly string[]): Promise<string> {
  const run = await runTsdbt(['ls', '--output', 'name', ...args], { cwd: fixture.root });
  return run.exitCode === 0 ? run.stdout.split('\n').join(' ') : run.stderr;
}

describe('selectors.yml', () => {
  /** What is listed, by dbt's rules of selection. */
  test.each([
    ['one', 'c d sing'],
    ['two', 'b c d v.v2 not_null_a_id relationships_a_id__id__ref_b_ sing unique_a_id ut a'],
    ['three', 'a b d not_null_a_id relationships_a_id__id__ref_b_ sing unique_a_id ut v.v2'],
    ['four', 'c d sing'],
    ['six', 'c sing'],
  ])('%s', async (name, listed) => {
    fixture = projectFixture(files);
    const sorted = (text: string) => text.split(' ').sort().join(' ');
    expect(sorted(await ls('--selector', name))).toBe(sorted(listed));
  });

  test('the default counts when nothing is selected; --selector wins over --select', async () => {
    const selectors = `${files['selectors.yml']}  - {name: seven, default: true, definition: sd}\n`;
    fixture = projectFixture({ ...files, 'selectors.yml': selectors });
    expect(await ls()).toBe('sd');
    expect(await ls('--select', 'c', '--indirect-selection', 'empty')).toBe('c');
    const both = await runTsdbt(['ls', '--selector', 'six', '--select', 'a'], {
      cwd: fixture.root,
    });
    expect(both.stdout).toContain('shop.m.c');
    expect(both.stderr).toContain('do not count beside --selector');
    expect(
      await ls('--select', 'selector:f*', '--resource-type', 'model', '--exclude', 'a b'),
    ).toBe('c d');
  });

  test.each([
    ['{name: x, definition: {union: [a], tag: b}}', 'TS3042', 'may have one key at the top'],
    ['{name: x, definition: {method: tag}}', 'TS3006', 'there is no method "method:"'],
    ['{name: x, definition: {method: tag, depth: 1}}', 'TS3042', 'has method, depth'],
    ['{name: x, definition: {union: a}}', 'TS3042', 'not a list'],
    ['{name: x, definition: [a]}', 'TS3042', 'must be a text'],
    [
      '{name: x, definition: {union: [a, {exclude: [b]}, {exclude: [c]}]}}',
      'TS3042',
      'two "exclude"',
    ],
    ['{name: x, definition: {selector: x}}', 'TS3044', 'x → x'],
    ['{name: x, definition: {selector: y}}', 'TS3043', 'no selector "y"'],
    ['{name: x}', 'TS1006', '"definition" is missing'],
    ['{nme: x, definition: a}', 'TS100', ''],
    [
      '{name: x, default: true, definition: a}, {name: y, default: true, definition: a}',
      'TS3042',
      'only one',
    ],
  ])('%s is refused', async (entry, code, text) => {
    fixture = projectFixture({ ...files, 'selectors.yml': `selectors: [${entry}]\n` });
    const said = await ls('--selector', 'x');
    expect(said).toContain(code);
    expect(said).toContain(text);
  });

  test('a selector that is not there', async () => {
    fixture = projectFixture(files);
    expect(await ls('--selector', 'tow')).toContain('Did you mean "two"?');
    expect(await ls('--select', 'resource_type:modle')).toContain('Did you mean "model"?');
    expect(await ls('--select', 'state:modified')).toContain('TS3040');
  });
});

describe('state', () => {
  async function changed(
    edits: Record<string, string>,
  ): Promise<(check: string) => Promise<string>> {
    fixture = projectFixture(files);
    await runTsdbt(['parse'], { cwd: fixture.root });
    cpSync(join(fixture.root, 'target'), join(fixture.root, 'before'), { recursive: true });
    fixture.write(edits);
    return (check) => ls('--select', check, '--state', 'before', '--indirect-selection', 'empty');
  }

  test('nothing changed', async () => {
    const select = await changed({});
    expect(await select('state:modified')).toBe('');
    expect(await select('state:new')).toBe('');
    expect(await select('state:old,resource_type:seed')).toBe('sd');
  });

  test('what one manifest has twice and another once is no change', async () => {
    const granted = (to: string) =>
      `models: [{name: t, config: {unique_key: [x, y], grants: {select: [${to}]}}}]\n`;
    fixture = projectFixture({
      'models/t.sql': 'select 1 as id',
      'models/t.yml': granted('me'),
    });
    await runTsdbt(['parse'], { cwd: fixture.root });
    const manifest = JSON.parse(
      readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8'),
    ) as { nodes: Record<string, { unrendered_config: unknown }> };
    const node = manifest.nodes['model.shop.t']!;
    expect(node.unrendered_config).toEqual({
      unique_key: ['x', 'y', 'x', 'y'],
      grants: { select: ['me', 'me'] },
    });
    node.unrendered_config = {
      unique_key: ['x', 'y'],
      grants: { select: ['me'] },
      meta: {},
    };
    fixture.write({ 'before/manifest.json': JSON.stringify(manifest) });
    const select = () => ls('--select', 'state:modified', '--state', 'before');
    expect(await select()).toBe('');
    fixture.write({ 'models/t.yml': granted('you') });
    expect(await select()).toBe('t');
  });

  test('a body, a configuration, a macro, a seed, a new model', async () => {
    const select = await changed({
      'models/a.sql': "select id from {{ source('raw', 's1') }} where true\n",
      'models/m/c.sql': "{{ config(materialized='view') }} select id from {{ ref('b') }}\n",
      'macros/mm.sql': '{% macro mm() %}where true{% endmacro %}',
      'seeds/sd.csv': 'id,x\n2,a\n',
      'models/new.sql': 'select 1 as id',
    });
    expect(await select('state:modified')).toBe('a b c new sd');
    expect(await select('state:modified.body')).toBe('a c new sd');
    expect(await select('state:modified.configs')).toBe('c new');
    expect(await select('state:modified.macros')).toBe('b');
    expect(await select('state:new')).toBe('new');
    expect(await select('state:modified.relation')).toBe('new');
  });

  test('a new exposure and source are not modified; where a relation lies is', async () => {
    const select = await changed({
      'models/q.yml':
        'sources: [{name: more, tables: [{name: t}]}]\nexposures: [{name: other, type: ml, owner: {name: y}}]\n',
      'models/m/d.sql': "{{ config(alias='dd') }}select * from {{ ref('v') }}\n",
      'models/p.yml': files['models/p.yml'].replace('- name: raw', '- name: raw\n    schema: x'),
    });
    expect(await select('state:new')).toBe('other more.t');
    expect(await select('state:modified')).toBe('d raw.s1 raw.s2');
    expect(await select('state:modified.relation')).toBe('d more.t raw.s1 raw.s2');
  });

  test('a contract of a version that is broken is an error, of another model a warning', async () => {
    const contract = (type: string) =>
      `models:\n  - name: k\n    config: {contract: {enforced: true}}\n    columns: [{name: id, data_type: ${type}}]\n`;
    fixture = projectFixture({
      ...files,
      'models/k.sql': 'select 1 as id',
      'models/k.yml': contract('int'),
    });
    await runTsdbt(['parse', '--target-path', 'before'], { cwd: fixture.root });
    fixture.write({ 'models/k.yml': contract('text') });
    const run = await runTsdbt(
      ['ls', '--select', 'state:modified.contract', '--state', 'before', '--output', 'name'],
      { cwd: fixture.root },
    );
    expect(run.stdout).toBe('k');
    expect(run.stderr).toContain('the column id changed its type (int to text)');
  });

  test('results, and folders that are none', async () => {
    const select = await changed({});
    expect(await select('result:error')).toContain('TS3040');
    fixture.write({
      'before/run_results.json': JSON.stringify({
        metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json' },
        results: [{ unique_id: 'model.shop.b', status: 'error' }],
      }),
    });
    expect(await select('result:error+')).toBe('dash b c relationships_a_id__id__ref_b_ sing ut');
    expect(await select('result:success')).toBe('');
    fixture.write({ 'before/manifest.json': '[]' });
    expect(await select('state:new')).toContain('TS3046');
    expect(await ls('--select', 'state:new', '--state', 'nowhere')).toContain('TS3046');
  });
});

test('ls --output json, whole and by keys', async () => {
  fixture = projectFixture(files);
  const json = async (...args: string[]) =>
    JSON.parse((await ls('--output', 'json', ...args)).trim()) as Record<string, unknown>;
  const model = await json('--select', 'c', '--indirect-selection', 'empty');
  expect(Object.keys(model).sort()).toEqual(
    'alias config depends_on direct_parents name original_file_path package_name resource_type tags unique_id'.split(
      ' ',
    ),
  );
  expect(model['direct_parents']).toEqual(['model.shop.b']);
  expect(
    await json(
      '--select',
      'c',
      '--indirect-selection',
      'empty',
      '--output-keys',
      'unique_id config.materialized depends_on.nodes nope',
    ),
  ).toEqual({
    unique_id: 'model.shop.c',
    'config.materialized': 'table',
    'depends_on.nodes': ['model.shop.b'],
  });
});

test.each([['--model'], ['--models'], ['-m']])('%s selects models', async (option) => {
  fixture = projectFixture(files);
  const list = await runTsdbt(['ls', option, 'a', 'group:fin'], { cwd: fixture.root });
  expect(list.stdout.split('\n').sort()).toEqual(['shop.a', 'shop.m.c', 'shop.m.d']);
});
