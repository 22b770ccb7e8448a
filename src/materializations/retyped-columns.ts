import type { RetypedColumn, Step } from '../contracts/plan.ts';
import type { Column } from '../contracts/relation.ts';
import type { MaterializationInput } from './materialization.ts';
import { valueCheck } from './value-check.ts';
import { holdsEvery, widerType } from './wider-type.ts';

/** What may become of a table's column whose type is another one in the query. */
export type RetypePolicy =
  /** Its type stays. */
  | 'keep'
  /** It gets a type that has the values of both. */
  | 'widen'
  /** It gets the query's type; where that has not all of the table's values, one that has. */
  | 'replace';

export interface RetypedColumns {
  readonly steps: readonly Step[];
  /** What is changed about the table, for people. */
  readonly notice: string | undefined;
  /** Columns that keep a type which does not hold every value of the query's: `from` it `to` theirs. */
  readonly cast: readonly RetypedColumn[];
}

type RetypeInput = Pick<
  MaterializationInput,
  'dialect' | 'target' | 'existingColumns' | 'columns' | 'strictKeys'
>;

/**
 * Sees to it that values of a batch keep what they are in columns of another type: steps that widen
 * the column, or that count the values which a cast would change and refuse them. dbt casts, so in dbt
 * projects the types are as dbt leaves them and the count is a warning. Columns of equal types, and of
 * types that hold every value of the query's, cost nothing. `batch` is the relation with the rows to
 * write; undefined where the caller checks it by itself.
 */
export function retypedColumns(
  input: RetypeInput,
  batch: string | undefined,
  policy: RetypePolicy,
): RetypedColumns {
  const { dialect, target, strictKeys } = input;
  const cast: RetypedColumn[] = [];
  const replaced: RetypedColumn[] = [];
  const alters: Step[] = [];
  const notices: string[] = [];
  let canWiden = false;
  for (const { name, table, query } of differences(input)) {
    const wider = widerType(table, query);
    const type = newType(table, query, wider, policy, strictKeys);
    if (type === table) {
      if (holdsEvery(table, query)) continue;
      canWiden ||= wider !== undefined;
      cast.push({ name, from: query, to: table });
      continue;
    }
    if (!holdsEvery(type, table)) replaced.push({ name, from: table, to: type });
    alters.push({
      kind: 'sql',
      sql: `alter table ${dialect.relation(target)} alter column ${dialect.quote(name)} type ${type}`,
      purpose: 'change the type of a column',
    });
    if (type === wider) notices.push(`column ${name} is widened from ${table} to ${type}`);
  }
  const onChange = strictKeys ? 'error' : 'warn';
  const check = (relation: string, columns: readonly RetypedColumn[], of: 'batch' | 'table') =>
    columns.length === 0
      ? []
      : [
          {
            kind: 'check-values' as const,
            check: valueCheck(dialect, relation, columns, { of, onChange, canWiden }),
          },
        ];
  return {
    steps: [
      ...(batch === undefined ? [] : check(batch, cast, 'batch')),
      ...check(dialect.relation(target), replaced, 'table'),
      ...alters,
    ],
    notice: notices.length === 0 ? undefined : notices.join(', '),
    cast,
  };
}

function newType(
  table: string,
  query: string,
  wider: string | undefined,
  policy: RetypePolicy,
  isStrict: boolean,
): string {
  if (policy === 'keep' || (policy === 'widen' && !isStrict)) return table;
  if (policy === 'widen') return wider ?? table;
  // Narrower than the table, the query's type is what was asked for: the table's values are checked.
  return isStrict && wider !== undefined && wider !== table ? wider : query;
}

/** The columns of both whose types differ. */
function differences({ existingColumns, columns }: RetypeInput): readonly {
  readonly name: string;
  readonly table: string;
  readonly query: string;
}[] {
  const byName = new Map(columns.map((column: Column) => [column.name.toLowerCase(), column.type]));
  return existingColumns.flatMap(({ name, type }) => {
    const query = byName.get(name.toLowerCase());
    return query === undefined || query === type ? [] : [{ name, table: type, query }];
  });
}
