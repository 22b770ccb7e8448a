import { expect, test } from 'vitest';
import type { SelectableNode } from '../selectable.ts';
import { selectorMethods } from './registry.ts';

const model: SelectableNode = {
  uniqueId: 'model.shop.orders.v2',
  name: 'orders',
  resourceType: 'model',
  packageName: 'shop',
  fqn: ['shop', 'curated', 'orders', 'v2'],
  tags: ['nightly', 'finance'],
  path: 'models/curated/orders.sql',
  patchPath: 'models/curated/curated.yml',
  config: {
    materialized: 'table',
    enabled: true,
    tags: ['nightly'],
    meta: { owner: 'sales' },
    severity: 'WARN',
  },
  access: 'public',
  group: 'sales',
  version: 2,
  latestVersion: 3,
};

const named = (resourceType: string): SelectableNode => ({
  ...model,
  uniqueId: `${resourceType}.shop.weekly`,
  name: 'weekly',
  resourceType,
  fqn: ['shop', 'weekly'],
});

const source: SelectableNode = { ...named('source'), name: 'orders', sourceName: 'landing' };
const genericTest: SelectableNode = { ...named('test'), testName: 'unique', testType: 'generic' };
const { version: _version, ...unversioned } = model;

/** Method (with its arguments), value, node, and whether they match. */
const cases: readonly (readonly [string, string, SelectableNode, boolean])[] = [
  ['fqn', 'orders', model, true],
  ['fqn', 'orders.v2', model, true],
  ['fqn', 'orders_v2', model, true],
  ['fqn', 'shop.curated', model, true],
  ['fqn', 'curated.ord*', model, true],
  ['fqn', 'curate', model, false],
  ['fqn', 'orders', source, false],
  ['tag', 'night*', model, true],
  ['tag', 'night', model, false],
  ['path', 'models/curated', model, true],
  ['path', './models/curated/', model, true],
  ['path', 'models/curated/curated.yml', model, true],
  ['path', 'models/**/orders.sql', model, true],
  ['path', 'models/cur', model, false],
  ['file', 'orders.sql', model, true],
  ['file', 'orders', model, true],
  ['file', 'orders.yml', model, false],
  ['source', 'landing', source, true],
  ['source', 'landing.orders', source, true],
  ['source', 'shop.landing.*', source, true],
  ['source', 'other.landing.orders', source, false],
  ['source', 'landing', model, false],
  ['config.materialized', 'table', model, true],
  ['config.enabled', 'true', model, true],
  ['config.tags', 'nightly', model, true],
  ['config.meta.owner', 'sales', model, true],
  ['config.severity', 'warn', model, true],
  ['config.materialized', 'view', model, false],
  ['config.__proto__', 'x', model, false],
  ['resource_type', 'model', model, true],
  ['resource_type', 'test', model, false],
  ['package', 'this', model, true],
  ['package', 'sh*', model, true],
  ['package', 'other', model, false],
  ['test_name', 'unique', genericTest, true],
  ['test_name', 'unique', model, false],
  ['test_type', 'generic', genericTest, true],
  ['test_type', 'data', genericTest, true],
  ['test_type', 'schema', genericTest, true],
  ['test_type', 'singular', genericTest, false],
  ['group', 'sales', model, true],
  ['group', 'finance', model, false],
  ['access', 'public', model, true],
  ['access', 'public', source, false],
  ['version', 'old', model, true],
  ['version', 'latest', { ...model, version: 3 }, true],
  ['version', 'prerelease', { ...model, version: 10 }, true],
  ['version', 'none', unversioned, true],
  ['state', 'modified', model, true],
  ['state', 'new', model, false],
  ['result', 'error', model, true],
  ['result', 'success', model, false],
  ['source_status', 'fresher', source, true],
  ['source_status', 'fresher', model, false],
  ['selector', 'nightly', model, true],
  ['selector', 'nightly', source, false],
  ['fqn', 'weekly', named('exposure'), true],
  ['fqn', 'ord*', model, true],
  ['fqn', 'v2', model, false],
  ['fqn', 'shop.curated.orders.v2.x', model, false],
  ['config.meta', 'owner', model, false],
  ['config.materialized', 'table', named('exposure'), false],
  ['path', 'models/curated/cur*.yml', model, true],
  ...['exposure', 'unit_test', 'metric', 'semantic_model', 'saved_query'].flatMap(
    (type) =>
      [
        [type, 'weekly', named(type), true],
        [type, 'shop.week*', named(type), true],
        [type, 'weekly', model, false],
      ] as const,
  ),
];

test.each(cases)('%s:%s', (text, value, node, expected) => {
  const [name, ...methodArguments] = text.split('.');
  const method = selectorMethods.get(name!)!;
  const context = {
    rootPackage: 'shop',
    state: (check: string, id: string) => check === 'modified' && id === model.uniqueId,
    results: new Map([[model.uniqueId, 'error']]),
    fresherSources: new Set([source.uniqueId]),
    selectedBy: () => new Set([model.uniqueId]),
  };
  expect(method.matches(node, value, methodArguments, context)).toBe(expected);
});

test('every method has cases', () => {
  const tested = new Set(cases.map(([text]) => text.split('.')[0]));
  expect([...selectorMethods.keys()].filter((name) => !tested.has(name))).toEqual([]);
});
