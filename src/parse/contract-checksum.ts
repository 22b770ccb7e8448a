import { createHash } from 'node:crypto';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import { fromJs, repr } from '../jinja/index.ts';

/**
 * What dbt's manifest has as the checksum of an enforced contract: of the columns in the order of
 * their names, with types and constraints as Python prints them (core `contracts/graph/nodes.py`,
 * `build_contract_checksum`). Null where no contract is enforced.
 */
export function contractChecksum(
  node: Pick<Node, 'config' | 'columns' | 'constraints'>,
): string | null {
  const contract = node.config['contract'] as { readonly enforced?: Json } | null | undefined;
  if (contract?.enforced !== true) return null;
  const columns = Object.values(node.columns).sort((a, b) => (a.name < b.name ? -1 : 1));
  let state = columns
    .map(({ name, dataType, constraints }) => {
      const printed = constraints.map((one) => constraintText('ColumnLevelConstraint', one));
      return `|${name}${dataType ?? 'None'}[${printed.join(', ')}]`;
    })
    .join('');
  const { materialized } = node.config;
  if (materialized === 'table' || materialized === 'incremental') {
    const printed = (node.constraints ?? []).map((one) =>
      constraintText('ModelLevelConstraint', { columns: [], ...(one as Record<string, Json>) }),
    );
    state += `${materialized}[${printed.join(', ')}]`;
  }
  return createHash('sha256').update(state).digest('hex');
}

/** A constraint as the `repr` of dbt's class of it. */
function constraintText(className: string, constraint: Json): string {
  const fields = Object.entries(constraint as Record<string, Json>).map(([name, value]) =>
    name === 'type'
      ? `type=<ConstraintType.${String(value)}: '${String(value)}'>`
      : `${name}=${repr(fromJs(value))}`,
  );
  const rank = (field: string) => (field.startsWith('columns=') ? 1 : 0);
  return `${className}(${fields.sort((a, b) => rank(a) - rank(b)).join(', ')})`;
}
