import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { RelationObject } from '../context/relation-object.ts';

/**
 * A relation that is a CTE: without database and schema, its name without quotation marks, so that macros
 * tell it by its prefix. `rendered` is what stands in the query where that is more than the name.
 */
export function cteRelation(
  dialect: SqlDialect,
  identifier: string,
  rendered?: string,
): RelationObject {
  return new RelationObject(dialect, { database: '', schema: '', identifier }, 'cte', {
    quote: { database: true, schema: true, identifier: false },
    ...(rendered === undefined ? {} : { rendered }),
  });
}
