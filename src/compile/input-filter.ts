import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Node, SourceNode } from '../contracts/node.ts';
import { mappingKey } from '../util/mapping-key.ts';

/** A stretch of time, UTC: `start` belongs to it, `end` does not. */
export interface TimeWindow {
  readonly start: Date;
  readonly end: Date;
}

/** What an invocation leaves out of everything that its nodes read. */
export interface InputFilter {
  /** `--empty`: no rows at all, the columns only. */
  readonly empty?: boolean | undefined;
  /** `--sample`: rows of this window, where the input says which column holds its time. */
  readonly sample?: TimeWindow | undefined;
}

/** The batch of a microbatch model that is compiled: its inputs are cut to its time. */
export interface Batch {
  /** `20240917`: `model.batch.id`. */
  readonly id: string;
  readonly window: TimeWindow;
}

/**
 * The subquery that stands for an input; undefined when nothing is left out. Time filters are for
 * models and snapshots whose input has an `event_time` (dbt core `context/providers.py`).
 */
export function filteredInput(
  name: string,
  input: Node | SourceNode,
  reader: Node,
  {
    filter,
    batch,
  }: { readonly filter?: InputFilter | undefined; readonly batch?: Batch | undefined },
  dialect: SqlDialect,
): string | undefined {
  const limited =
    filter?.empty === true ? `(select * from ${name} where false limit 0)` : undefined;
  const field = eventTime(input, dialect);
  const window =
    field === undefined || !readsWindows(reader)
      ? undefined
      : common(filter?.sample, batch?.window);
  if (window === undefined) return limited;
  const where = `${field} >= '${timestampText(window.start)}' and ${field} < '${timestampText(window.end)}'`;
  return `(select * from ${limited ?? name} where ${where})`;
}

/** What both windows have; the one there is, when there is one. */
function common(sample: TimeWindow | undefined, batch: TimeWindow | undefined) {
  if (batch === undefined || sample === undefined) return batch ?? sample;
  const later = Math.max(sample.start.getTime(), batch.start.getTime());
  const earlier = Math.min(sample.end.getTime(), batch.end.getTime());
  return { start: new Date(later), end: new Date(earlier) };
}

function readsWindows(reader: Node): boolean {
  return reader.resourceType === 'model' || reader.resourceType === 'snapshot';
}

function eventTime(input: Node | SourceNode, dialect: SqlDialect): string | undefined {
  const written = input.config['event_time'];
  if (typeof written !== 'string' || written === '') return undefined;
  return input.columns[mappingKey(written)]?.quote === true ? dialect.quote(written) : written;
}

/** A time as dbt writes it into SQL: `2020-01-01 00:00:00+00:00`. */
export function timestampText(time: Date): string {
  const [date, clock] = time.toISOString().replace('Z', '').split('T') as [string, string];
  const [seconds, fraction] = clock.split('.') as [string, string];
  return `${date} ${seconds}${fraction === '000' ? '' : `.${fraction}000`}+00:00`;
}
