import { expect, test } from 'vitest';
import type { Node } from '../contracts/node.ts';
import { asUniqueId } from '../contracts/unique-id.ts';
import { FusedTests } from './fused-tests.ts';

const id = (model: number, name: string) => asUniqueId(`test.shop.${name}_${model}`);

function testsOf(model: number): Node[] {
  return ['not_null', 'unique'].map(
    (name) =>
      ({
        uniqueId: id(model, name),
        resourceType: 'test',
        testMetadata: { name, namespace: null, kwargs: { column_name: 'id' } },
        dependsOn: { nodes: [`model.shop.m${model}`], macros: [] },
        config: {},
      }) as unknown as Node,
  );
}

const tests = Array.from({ length: 25 }, (_, i) => testsOf(i)).flat();
const ids = tests.map((node) => node.uniqueId);

test('a batch is begun before the others of the batch before', () => {
  const fused = new FusedTests(tests, false, () => false);
  const first = id(0, 'not_null');
  const second = id(10, 'not_null');
  const third = id(20, 'not_null');
  const rest = ids.filter((one) => ![first, second, third].includes(one));
  expect(fused.order(ids)).toEqual([first, second, ...rest.slice(0, 19), third, ...rest.slice(19)]);
});

test('tests that wait for something are begun in the order of the graph', () => {
  const fused = new FusedTests(tests, false, () => true);
  expect(fused.order(ids)).toEqual(ids);
});
