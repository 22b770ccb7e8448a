import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { MaterializationInput } from '../materialization.ts';
import type { IncrementalStrategy } from './strategy.ts';

/**
 * `microbatch`: the rows of the batch's stretch of time are replaced. Rows outside of it are left
 * alone, and rows of the batch that lie outside are not written.
 */
export const microbatch: IncrementalStrategy = {
  name: 'microbatch',
  needsKey: false,
  writtenRows: (input, batch) => `(select * from ${batch} where ${insideOf(input)})`,
  write: ({ input, batch, columns, predicates }) => {
    const { dialect, target } = input;
    const inside = insideOf(input);
    const narrowed = predicates.map((predicate) => `\n  and (${predicate})`).join('');
    const name = dialect.relation(target);
    const list = columns.map((column) => dialect.quote(column)).join(', ');
    return [
      {
        kind: 'sql',
        sql: `delete from ${name}\nwhere ${inside}${narrowed}`,
        purpose: "delete the rows of the batch's time",
      },
      {
        kind: 'sql',
        sql: `insert into ${name} (${list})\nselect ${list}\nfrom ${batch}\nwhere ${inside}`,
        purpose: 'insert the batch',
        main: true,
      },
    ];
  },
};

/** The condition that picks the rows of the batch's time. */
function insideOf({ nodeId, config, window }: MaterializationInput): string {
  if (window === undefined)
    throw tsdbtError('internal-error', { message: `${nodeId} runs without a batch` });
  const field = String(config['event_time']);
  return `${field} >= '${window.start}'\n  and ${field} < '${window.end}'`;
}
