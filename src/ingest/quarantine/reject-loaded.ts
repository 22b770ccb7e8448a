import type { Relation } from '../../contracts/relation.ts';
import { type RulesRequest, survivors, type TakenOut, verdictTable } from '../rules/row-rules.ts';

/**
 * Rows of the quarantine whose key a row of the same delivery has that is loaded: they stay out, as
 * their `unique` rule says. The row that is loaded stays, whatever `order_by` says. Gives their number.
 */
export async function rejectLoaded(
  request: RulesRequest & { readonly target: Relation },
  given: TakenOut,
): Promise<number> {
  const { connection, dialect, target } = request;
  const { quote, literal } = dialect;
  let taken = given;
  let found = 0;
  for (const rule of request.expectations) {
    if (rule.kind !== 'unique' || rule.onViolation === 'warn') continue;
    const unit = request.delivery === 'date' ? 'processing_date' : '_file';
    const keys = [unit, ...rule.columns.map(quote)];
    const same = keys.map((key) => `t.${key} = r.${key}`).join(' and ');
    const what = rule.message === undefined ? 'duplicate of ' : `${rule.message}: duplicate of `;
    const action = rule.onViolation === 'drop' ? 'drop' : 'quarantine';
    const { rowsAffected } = await connection.run(`
      insert into ${quote(verdictTable)}
      select r._file, r._line, ${literal(rule.name)},
        ${literal(`${what}${request.counted} `)} || min(t._line) || ' of ' || min(t._file), ${literal(action)}
      from (select r.* ${survivors(request, taken)}) as r
      join ${dialect.relation(target)} as t on ${same}
      group by r._file, r._line`);
    const rows = rowsAffected ?? 0;
    found += rows;
    taken = { ...taken, rows: taken.rows + rows, duplicates: taken.duplicates || rows > 0 };
  }
  return found;
}
