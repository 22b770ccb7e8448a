import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';

/**
 * The columns that name a row of a model: those of a primary key constraint, else those tested to be
 * unique and not null, else those tested to be unique (core `contracts/graph/nodes.py`,
 * `infer_primary_key`).
 */
export function primaryKey(model: Node, tests: readonly Node[]): readonly string[] {
  return [...inferred(model, tests)].sort();
}

function inferred(model: Node, tests: readonly Node[]): readonly string[] {
  for (const constraint of model.constraints ?? []) {
    if (isPrimaryKey(constraint)) return listOf((constraint as { columns?: Json }).columns);
  }
  for (const column of Object.values(model.columns)) {
    if (column.constraints.some(isPrimaryKey)) return [column.name];
  }
  const unique = new Set<string>();
  const uniqueButDisabled = new Set<string>();
  const notNull = new Set<string>();
  for (const test of tests) {
    const { name, kwargs } = test.testMetadata!;
    const { column_name: column, combination_of_columns: combination } = kwargs;
    const columns = typeof column === 'string' ? [column] : listOf(combination);
    for (const one of columns) {
      if (name === 'not_null') notNull.add(one);
      else if (name === 'unique' || name === 'unique_combination_of_columns')
        (test.config['enabled'] === false ? uniqueButDisabled : unique).add(one);
    }
  }
  const both = [...notNull].filter((name) => unique.has(name) || uniqueButDisabled.has(name));
  if (both.length > 0) return both;
  return unique.size > 0 ? [...unique] : [...uniqueButDisabled];
}

function isPrimaryKey(constraint: Json): boolean {
  return (constraint as { type?: Json } | null)?.type === 'primary_key';
}

function listOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
