import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { type CompileEnvironment, renderCode } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  type Constraint,
  type Contract,
  columnConstraintSql,
  constraintTypes,
  readConstraint,
  tableConstraintSql,
} from '../materializations/contract.ts';

/**
 * The enforced contract of a model, or undefined. Every column of an enforced contract needs a
 * `data_type` (docs.getdbt.com/docs/mesh/govern/model-contracts).
 */
export async function contractOf(
  node: Node,
  dialect: SqlDialect,
  environment: CompileEnvironment,
): Promise<Contract | undefined> {
  const config = node.config['contract'] as Record<string, Json> | null | undefined;
  if (config?.['enforced'] !== true) return undefined;
  const columns = Object.values(node.columns);
  const where = {
    nodeId: node.uniqueId,
    location: { file: node.patchPath ?? node.originalFilePath },
  };
  const incomplete = (problem: string, hint?: string) =>
    tsdbtError(
      'contract-incomplete',
      { node: node.uniqueId, problem },
      hint === undefined ? where : { ...where, hint },
    );
  if (columns.length === 0)
    throw incomplete(
      'the model declares no columns',
      'Declare `columns`, each with a `data_type`.',
    );
  const untyped = columns.filter((column) => column.dataType === null).map((column) => column.name);
  if (untyped.length > 0)
    throw incomplete(`these columns have no data_type: ${untyped.join(', ')}`);
  const change = node.config['on_schema_change'];
  if (
    node.config['materialized'] === 'incremental' &&
    change !== 'append_new_columns' &&
    change !== 'fail'
  ) {
    throw incomplete(
      `on_schema_change is ${String(change ?? 'ignore')}`,
      'Set on_schema_change to append_new_columns or fail.',
    );
  }
  const read = async (written: Json): Promise<Constraint> => {
    const constraint = readConstraint(written);
    if (!constraintTypes.includes(constraint.type)) {
      const near = suggest(constraint.type, constraintTypes);
      throw incomplete(
        `a constraint has the type "${constraint.type}"`,
        near === undefined ? `Known are ${constraintTypes.join(', ')}.` : `Did you mean "${near}"?`,
      );
    }
    if (constraint.to === null) return constraint;
    return { ...constraint, to: await renderCode(node, `{{ ${constraint.to} }}`, environment) };
  };
  const all = async (constraints: readonly Json[]) => await Promise.all(constraints.map(read));
  return {
    columns: await Promise.all(
      columns.map(async (column) => ({
        name: column.name,
        type: column.dataType!,
        constraints: (await all(column.constraints)).map((c) => columnConstraintSql(dialect, c)),
      })),
    ),
    constraints: (await all(node.constraints ?? [])).map((c) => tableConstraintSql(dialect, c)),
  };
}
