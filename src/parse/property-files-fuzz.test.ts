import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Diagnostics } from './diagnostics.ts';
import { parsePropertyFiles } from './property-files.ts';

const seed = Number(process.env['TSDBT_FUZZ_SEED'] ?? 20_260_101);
const numRuns = Number(process.env['TSDBT_FUZZ_RUNS'] ?? 2000);

const keys = [
  ...['version', 'models', 'seeds', 'sources', 'snapshots', 'macros', 'exposures', 'groups'],
  ...['metrics', 'semantic_models', 'saved_queries', 'unit_tests', 'data_tests', 'tests', 'name'],
  ...[
    'columns',
    'tables',
    'config',
    'description',
    'constraints',
    'versions',
    'arguments',
    'owner',
  ],
  ...['functions', 'returns', 'data_type', 'overloads', 'defined_in', 'default_value'],
  ...['given', 'expect', 'rows', 'model', 'tags', 'meta', 'freshness', 'quoting', 'modles', 'type'],
];
const scalar = fc.oneof(
  fc.constantFrom('a', 'orders', 'unique', '', '{{ ref("x") }}', "{{ 'a' }}", '{% if %}', '{{'),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);

/** A property file of the right words in any place. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
  ),
}));

const top = fc.dictionary(
  fc.constantFrom(...keys),
  fc.oneof(value, fc.array(fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 5 }))),
  { minKeys: 1, maxKeys: 4 },
);

test('a property file of any shape gives entries, or errors that name its place', () => {
  fc.assert(
    fc.property(top, fc.boolean(), (written, dbt) => {
      const diagnostics = new Diagnostics();
      const contents = JSON.stringify(written, null, 2);
      const file = { path: 'models/p.yml', subPath: 'p.yml', contents };
      const sections = parsePropertyFiles([file], (text) => text, diagnostics, { dbt });
      for (const { code, message, location } of diagnostics.errors) {
        expect(code).not.toBe('TS9001');
        expect(message).not.toBe('');
        expect(location?.file).toBe('models/p.yml');
        expect(location?.line ?? 1).toBeLessThanOrEqual(contents.split('\n').length);
      }
      for (const entries of Object.values(sections)) {
        for (const { yaml, path } of entries) expect(yaml.locate(path).line).toBeGreaterThan(0);
      }
    }),
    { seed, numRuns },
  );
});
