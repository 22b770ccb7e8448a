import type { Step } from '../../contracts/plan.ts';
import type { Column } from '../../contracts/relation.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { MaterializationInput } from '../materialization.ts';
import { retypedColumns } from '../retyped-columns.ts';

export interface SchemaChange {
  readonly steps: readonly Step[];
  /** Columns to write, in the order of the target. */
  readonly columns: readonly string[];
  readonly notice: string | undefined;
}

/**
 * What `on_schema_change` makes of a batch whose columns are not those of the table
 * (docs.getdbt.com/docs/build/incremental-models): `ignore` writes what the table has, `fail`
 * refuses, `append_new_columns` adds, `sync_all_columns` adds, drops and retypes. Old rows are not
 * backfilled. Columns of another type are widened or checked (`retypedColumns`). `batch` is the relation
 * with the rows to write. `keepsMissing`: the strategy leaves columns alone that the batch does not have.
 */
export function schemaChange(
  input: MaterializationInput,
  batch: string,
  keepsMissing: boolean,
): SchemaChange {
  const { dialect, target, existingColumns, columns } = input;
  const before = byName(existingColumns);
  const now = byName(columns);
  const added = columns.filter((c) => !before.has(c.name.toLowerCase()));
  const removed = existingColumns.filter((c) => !now.has(c.name.toLowerCase()));
  const retyped = columns.filter((c) => {
    const old = before.get(c.name.toLowerCase());
    return old !== undefined && old.type !== c.type;
  });
  const alter = `alter table ${dialect.relation(target)}`;
  const add = added.map(
    (c): Step => ({
      kind: 'sql',
      sql: `${alter} add column ${dialect.quote(c.name)} ${c.type}`,
      purpose: 'add a new column',
    }),
  );
  const keptNames = existingColumns.filter((c) => now.has(c.name.toLowerCase())).map((c) => c.name);
  const changed = added.length + removed.length > 0;
  switch (input.config['on_schema_change']) {
    case 'fail':
      if (!changed && retyped.length === 0)
        return { steps: [], columns: keptNames, notice: undefined };
      throw tsdbtError(
        'schema-change-refused',
        {
          node: input.nodeId,
          added: names(added),
          removed: names(removed),
          retyped: names(retyped),
        },
        { nodeId: input.nodeId },
      );
    case 'append_new_columns': {
      const { steps, notice } = retypedColumns(input, batch, 'widen');
      return { steps: [...add, ...steps], columns: [...keptNames, ...names(added)], notice };
    }
    case 'sync_all_columns': {
      const drop = removed.map(
        (c): Step => ({
          kind: 'sql',
          sql: `${alter} drop column ${dialect.quote(c.name)}`,
          purpose: 'drop a column that is gone',
        }),
      );
      const { steps, notice } = retypedColumns(input, batch, 'replace');
      return {
        steps: [...add, ...drop, ...steps],
        columns: [...keptNames, ...names(added)],
        notice,
      };
    }
    default: {
      // dbt fails here too, except when it merges: a column that is gone must not become null unseen.
      if (removed.length > 0 && !keepsMissing) {
        throw tsdbtError(
          'columns-missing',
          { node: input.nodeId, missing: names(removed), given: names(columns) },
          { nodeId: input.nodeId },
        );
      }
      const parts = [
        ...(added.length > 0 ? [`new column(s) ${names(added).join(', ')} are not written`] : []),
        ...(removed.length > 0 ? [`column(s) ${names(removed).join(', ')} stay as they are`] : []),
      ];
      const notice =
        parts.length === 0 ? undefined : `${parts.join(', ')}: on_schema_change is ignore`;
      return { steps: retypedColumns(input, batch, 'keep').steps, columns: keptNames, notice };
    }
  }
}

function byName(columns: readonly Column[]): ReadonlyMap<string, Column> {
  return new Map(columns.map((column) => [column.name.toLowerCase(), column]));
}

function names(columns: readonly Column[]): string[] {
  return columns.map((column) => column.name);
}
