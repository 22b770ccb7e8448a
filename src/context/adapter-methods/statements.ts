import type { BindValue } from '../../adapters/adapter.ts';
import { PyFloat, PyTuple, toJs, toStr, type Value } from '../../jinja/index.ts';
import { AdapterResponse } from '../adapter-response.ts';
import { QueryTable } from '../query-table.ts';
import { type AdapterMethod, answered, argument, flagArgument, withDatabase } from './method.ts';

const execute: AdapterMethod = withDatabase(
  (database, args, kwargs, { say }) => {
    const fetch = flagArgument(args, kwargs, 2, 'fetch');
    const limit = argument(args, kwargs, 3, 'limit');
    const running = database.execute(toStr(argument(args, kwargs, 0, 'sql')), {
      autoBegin: flagArgument(args, kwargs, 1, 'auto_begin'),
      fetch,
    });
    return answered(running, ({ rowsAffected, result }) => {
      const cut =
        result === null || limit === null
          ? result
          : { ...result, rows: result.rows.slice(0, Number(toJs(limit))) };
      const table = fetch && cut !== null ? new QueryTable(cut, say) : new QueryTable(nothing);
      return new PyTuple([new AdapterResponse(rowsAffected), table]);
    });
  },
  () => new PyTuple(['', new QueryTable(nothing)]),
);

const nothing = { columns: [], rows: [] };

/** Running SQL, and the transaction that it belongs to. */
export const statementMethods: readonly (readonly [string, AdapterMethod])[] = [
  ['execute', execute],
  [
    'add_query',
    withDatabase((database, args, kwargs) => {
      const bindings = argument(args, kwargs, 2, 'bindings');
      const running = database.execute(toStr(argument(args, kwargs, 0, 'sql')), {
        autoBegin: kwargs.has('auto_begin') ? flagArgument(args, kwargs, 1, 'auto_begin') : true,
        fetch: false,
        ...(Array.isArray(bindings) ? { bindings: bindings.map(bindValue) } : {}),
      });
      return answered(
        running,
        ({ rowsAffected }) => new PyTuple([null, new AdapterResponse(rowsAffected)]),
      );
    }),
  ],
  [
    'run_sql_for_tests',
    withDatabase((database, args, kwargs) => {
      const fetch = toStr(argument(args, kwargs, 1, 'fetch'));
      const running = database.execute(toStr(argument(args, kwargs, 0, 'sql')), {
        autoBegin: false,
        fetch: true,
      });
      return answered(running, ({ result }) => {
        const rows = new QueryTable(result ?? nothing).rowTuples();
        if (fetch === 'one') return rows[0] ?? null;
        return fetch === 'all' ? rows : null;
      });
    }),
  ],
  ['commit', withDatabase((database) => answered(database.commit(), () => ''))],
  ['commit_if_has_connection', withDatabase((database) => answered(database.commit(), () => ''))],
  ['ensure_transaction', withDatabase((database) => answered(database.begin(), () => ''))],
];

/** A value of a template as a parameter of a statement; what has no type of its own goes as text. */
function bindValue(value: Value): BindValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'string') return value;
  if (value instanceof PyFloat) return Number(toStr(value));
  return toStr(value);
}
