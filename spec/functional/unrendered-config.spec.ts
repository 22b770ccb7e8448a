import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// All that is expected here is what dbt-core 1.12 writes for the same project.

let project: ProjectFixture;
afterEach(() => project.remove());

interface Entry {
  readonly config: Readonly<Record<string, unknown>>;
  readonly unrendered_config: unknown;
}

async function nodesOf(properties: string, flags = '') {
  project = projectFixture({
    'dbt_project.yml': `name: shop\nprofile: shop\n${flags}`,
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    'models/a.sql': 'select 1 as id',
    'models/gone.sql': 'select 1 as id',
    'models/m_v1.sql': 'select 1 as id',
    'models/m_v2.sql': 'select 1 as id',
    'seeds/s.csv': 'id\n1\n',
    'models/all.yml': properties,
  });
  expect(await runTsdbt(['parse'], { cwd: project.root })).toMatchObject({ exitCode: 0 });
  const file = readFileSync(join(project.root, 'target/manifest.json'), 'utf8');
  const { nodes, disabled } = JSON.parse(file) as {
    nodes: Record<string, Entry>;
    disabled: Record<string, readonly Entry[]>;
  };
  return (id: string) => nodes[id] ?? disabled[id]![0]!;
}

const properties = `
models:
  - {name: a, config: {tags: ["{{ 'j' }}", k], alias: "{{ 'aa' }}", meta: {of: [1, 2], by: "{{ 1 }}"}}}
  - {name: gone, config: {enabled: false, tags: [x]}}
  - name: m
    config: {tags: [x], meta: {of: [1], by: "{{ 1 }}"}}
    versions: [{v: 1}, {v: 2, config: {tags: [y], meta: {more: [2], and: "{{ 2 }}"}}}]
seeds:
  - {name: s, config: {tags: [x]}}
`;

test('what property files say is unrendered, and lists are there twice', async () => {
  const node = await nodesOf(properties);
  expect(node('model.shop.a').unrendered_config).toEqual({
    tags: ["{{ 'j' }}", 'k', 'j', 'k'],
    alias: "{{ 'aa' }}",
    meta: { of: [1, 2, 1, 2], by: '{{ 1 }}' },
  });
  expect(node('model.shop.gone').unrendered_config).toEqual({ enabled: false, tags: ['x', 'x'] });
  expect(node('seed.shop.s').unrendered_config).toEqual({ tags: ['x', 'x'] });
});

test('a version has the lists of its model behind its own', async () => {
  const node = await nodesOf(properties);
  expect(node('model.shop.m.v1').config['tags']).toEqual(['x']);
  expect(node('model.shop.m.v1').unrendered_config).toEqual({
    tags: ['x'],
    meta: { of: [1], by: '1' },
  });
  expect(node('model.shop.m.v2').config).toMatchObject({
    tags: ['y', 'x'],
    meta: { of: [1], by: '1', more: [2], and: '2' },
  });
  expect(node('model.shop.m.v2').unrendered_config).toEqual({
    tags: ['y', 'y', 'x'],
    meta: { of: [1], by: '1', more: [2, 2], and: '{{ 2 }}' },
  });
});

test('values are kept where the flag asks for them', async () => {
  const flags = 'flags: {state_modified_compare_more_unrendered_values: false}\n';
  const node = await nodesOf(properties, flags);
  expect(node('model.shop.a').unrendered_config).toEqual({
    tags: ['j', 'k'],
    alias: 'aa',
    meta: { of: [1, 2], by: '1' },
  });
});

test('of several calls the last words stand, until properties are laid over them', async () => {
  const calls = `
{{ config(materialized='view', tags=['first'], grants={'+select': ['two']}) }}
{{ config(materialized='table', tags=['second'], grants={'+select': ['three']}) }}
select 1 as id`;
  const once = (given: string) => `{{ config(${given}) }} select 1 as id`;
  project = projectFixture({
    'dbt_project.yml':
      'name: shop\nmodels: {+tags: [project], +meta: {owner: all}, +post-hook: x}\n',
    'models/called.sql': calls,
    'models/described.sql': calls,
    'models/text_first.sql': once("tags='t', materialized='table'"),
    'models/text_second.sql': once("materialized='table', tags='t'"),
    'models/p.yml':
      'groups: [{name: fin, owner: {name: x}}]\nmodels: [{name: called}, {name: described, config: {tags: [said]}}, {name: text_first, config: {alias: x}}, {name: text_second, config: {alias: y}}]\n',
  });
  expect(await runTsdbt(['parse'], { cwd: project.root })).toMatchObject({ exitCode: 0 });
  const file = readFileSync(join(project.root, 'target/manifest.json'), 'utf8');
  const { nodes, groups } = JSON.parse(file) as {
    nodes: Record<string, Entry>;
    groups: Record<string, Entry>;
  };
  const common = { meta: { owner: 'all' }, 'post-hook': 'x', materialized: 'table' };
  expect(nodes['model.shop.called']!.unrendered_config).toEqual({
    ...common,
    tags: ['second'],
    grants: { '+select': ['three'] },
  });
  expect(nodes['model.shop.described']!.unrendered_config).toEqual({
    ...common,
    tags: ['first', 'second'],
    grants: { '+select': ['two', 'three'] },
  });
  expect(nodes['model.shop.text_first']!.unrendered_config).toMatchObject({ tags: 't' });
  expect(nodes['model.shop.text_second']!.unrendered_config).toMatchObject({ tags: ['t'] });
  // Groups are configured like models, but have no hooks.
  expect(groups['group.shop.fin']!.config).toEqual({ tags: ['project'], meta: { owner: 'all' } });
});
