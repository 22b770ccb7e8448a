import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { builtinMacros } from '../../src/parse/builtin-macros.ts';

/** Package → name → arguments, as dbt 1.12 with dbt-duckdb lists them for an empty project. */
const dbts = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../golden/macros/dbt-1.12.json'), 'utf8'),
) as Record<string, Record<string, string[]>>;

/** Macros of dbt that have no meaning here, with the reason. */
const left: readonly (readonly [reason: string, names: RegExp])[] = [
  [
    'Python models are not run',
    /^(py_write_table|build_(ref|source)_function|build_config_dict|py_script_(postfix|comment)|(default__)?resolve_model_name)$/,
  ],
  ['MotherDuck has its own flights', /flight_name$/],
  ['unit tests are run by tsdbt itself', /^materialization_unit_default$/],
  [
    'tables that foreign keys point at are not swapped by dropping what points at them',
    /^(drop|restore)_foreign_key_dependents$/,
  ],
];

const ours = new Map(builtinMacros().map((macro) => [macro.uniqueId as string, macro]));

test('every macro of dbt is there, in its package, with its arguments', () => {
  const missing: string[] = [];
  for (const [packageName, macros] of Object.entries(dbts)) {
    for (const [name, args] of Object.entries(macros)) {
      const found = ours.get(`macro.${packageName}.${name}`);
      if (left.some(([, names]) => names.test(name))) {
        expect(found?.name, `${name} is left out for a reason`).toBeUndefined();
        continue;
      }
      // dbt lists no arguments of generic tests, and the languages of materializations.
      const listed = /^(test|materialization)_/.test(name)
        ? args
        : found?.arguments.map((argument) => argument.name);
      if (found === undefined || JSON.stringify(listed) !== JSON.stringify(args))
        missing.push(`${packageName}.${name}(${args.join(', ')}) is (${listed?.join(', ')})`);
    }
  }
  expect(missing).toEqual([]);
});

test('each reason to leave macros out is about one that dbt has', () => {
  const names = Object.values(dbts).flatMap((macros) => Object.keys(macros));
  expect(left.filter(([, pattern]) => !names.some((name) => pattern.test(name)))).toEqual([]);
});

test('what the quick look at the files finds is what parsing them finds', () => {
  for (const macro of builtinMacros()) {
    const { block } = macro;
    const kind = block.kind === 'macro' ? '' : `${block.kind}_`;
    const suffix =
      block.kind === 'materialization' ? `_${block.settings.adapter ?? 'default'}` : '';
    expect(macro.name).toBe(`${kind}${block.name}${suffix}`);
    expect(macro.arguments.map((argument) => argument.name)).toEqual(block.argNames);
  }
});
