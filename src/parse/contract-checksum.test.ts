import { expect, test } from 'vitest';
import type { Node } from '../contracts/node.ts';
import { contractChecksum } from './contract-checksum.ts';

const constraint = {
  type: 'not_null',
  name: null,
  expression: null,
  warn_unenforced: true,
  warn_unsupported: true,
  to: null,
  to_columns: [],
};

function model(config: object, constraints: readonly object[] = []): Node {
  return {
    config,
    constraints,
    columns: {
      b: { name: 'b', dataType: 'text', constraints: [] },
      a: { name: 'a', dataType: 'int', constraints: [constraint] },
    },
  } as unknown as Node;
}

test('a contract that is not enforced has no checksum', () => {
  expect(contractChecksum(model({}))).toBeNull();
  expect(contractChecksum(model({ contract: { enforced: false } }))).toBeNull();
});

/** Recorded from dbt 1.12. */
test.each([
  ['view', [], '3740bc258fd7ac892d8a1b98ef19fc4bf96c42f1dfa46c38cdaeaabcfb41ac76'],
  ['table', [], '0477bca092df75ebba9f7bd8568b571563fba9d6fd3c963f06547e2b62496bbe'],
  [
    'incremental',
    [{ ...constraint, type: 'check', expression: "a <> 'x'", columns: ['a'] }],
    '6e4cb9006991a1171750cecef2ac5f74a41285dd6f1391b0a618cfd568721b52',
  ],
])('the checksum of a %s is that of dbt', (materialized, constraints, expected) => {
  expect(contractChecksum(model({ materialized, contract: { enforced: true } }, constraints))).toBe(
    expected,
  );
});
