import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { PyDict, toJs, toStr, type Value } from '../../jinja/index.ts';
import { type AdapterMethod, argument } from './method.ts';

interface Constraint {
  readonly type: string;
  readonly name?: string | null;
  readonly expression?: string | null;
  readonly columns?: readonly string[];
  readonly to?: string | null;
  readonly to_columns?: readonly string[];
}

interface ColumnInfo {
  readonly name: string;
  readonly data_type: string;
  readonly quote?: boolean | null;
  readonly constraints?: readonly Constraint[];
}

/** Constraints of contracts as DDL, in dbt's spelling (dbt-adapters `base/impl.py`). */
export const constraintMethods: readonly (readonly [string, AdapterMethod])[] = [
  [
    'render_raw_columns_constraints',
    (args, kwargs, { dialect }) => {
      const raw = argument(args, kwargs, 0, 'raw_columns');
      if (!(raw instanceof PyDict)) return [];
      const columns = Object.values(toJs(raw) as Record<string, ColumnInfo>);
      return columns.map((column) => {
        const name = column.quote === true ? dialect.quote(column.name) : column.name;
        const parts = (column.constraints ?? []).map(columnConstraint);
        return [name, column.data_type, ...parts.filter((part) => part !== '')].join(' ');
      });
    },
  ],
  [
    'render_raw_model_constraints',
    (args, kwargs) => {
      const raw = argument(args, kwargs, 0, 'raw_constraints');
      if (!Array.isArray(raw)) return [];
      return raw.map((value: Value) => modelConstraint(toJs(value) as Constraint));
    },
  ],
];

function columnConstraint(constraint: Constraint): string {
  const expression = constraint.expression ?? '';
  switch (constraint.type) {
    case 'check':
      return `check (${expression})`;
    case 'not_null':
      return `not null ${expression}`.trim();
    case 'unique':
      return `unique ${expression}`.trim();
    case 'primary_key':
      return `primary key ${expression}`.trim();
    case 'foreign_key':
      return `references ${pointsTo(constraint) ?? expression}`;
    case 'custom':
      return expression;
    default:
      throw unknownType(constraint.type);
  }
}

function modelConstraint(constraint: Constraint): string {
  const name = constraint.name ? `constraint ${constraint.name} ` : '';
  const columns = (constraint.columns ?? []).join(', ');
  const expression = constraint.expression ?? '';
  switch (constraint.type) {
    case 'check':
      return `${name}check (${expression})`;
    case 'unique':
      return `${name}unique ${expression}(${columns})`;
    case 'primary_key':
      return `${name}primary key ${expression}(${columns})`;
    case 'foreign_key':
      return `${name}foreign key (${columns}) references ${pointsTo(constraint) ?? expression}`;
    case 'custom':
      return `${name}${expression}`;
    default:
      throw unknownType(constraint.type);
  }
}

/** DuckDB takes no database in the name of the table that is pointed at. */
function pointsTo({ to, to_columns: columns }: Constraint): string | undefined {
  if (!to || !columns || columns.length === 0) return undefined;
  const parts = toStr(to).split('.');
  return `${(parts.length > 2 ? parts.slice(1) : parts).join('.')} (${columns.join(', ')})`;
}

function unknownType(type: string) {
  return tsdbtError('compiler-error', {
    message: `"${type}" is not a type of constraint: use not_null, unique, primary_key, foreign_key, check or custom`,
  });
}
