import type { NodeConfig } from '../config/node-config.ts';
import type { Node } from '../contracts/node.ts';
import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { parseIsoDateTime, toStr } from '../jinja/index.ts';

/** How much time a batch spans. All times are UTC. */
export type BatchSize = 'hour' | 'day' | 'month' | 'year';

export const batchSizes: readonly BatchSize[] = ['hour', 'day', 'month', 'year'];

export interface MicrobatchConfig {
  readonly eventTime: string;
  readonly size: BatchSize;
  readonly begin: Date;
  readonly lookback: number;
}

export function isMicrobatch({ config }: Pick<Node, 'config'>): boolean {
  return (
    config['materialized'] === 'incremental' && config['incremental_strategy'] === 'microbatch'
  );
}

/**
 * A configuration with `begin` as dbt keeps it: the text of a moment, `2024-01-01T00:00:00` (core
 * `parser/manifest.py`, `check_valid_microbatch_config`). One that is no moment stays, to be told of.
 */
export function withMoment(config: NodeConfig): NodeConfig {
  const { begin } = config;
  if (typeof begin !== 'string' || !isMicrobatch({ config })) return config;
  try {
    return { ...config, begin: toStr(parseIsoDateTime(begin)).replace(' ', 'T') };
  } catch {
    return config;
  }
}

/** The settings of a microbatch model; an error that names the one that is missing or wrong. */
export function microbatchConfig(node: Node): MicrobatchConfig {
  const { config } = node;
  const eventTime = config['event_time'];
  if (typeof eventTime !== 'string' || eventTime === '')
    throw invalid(node, 'event_time', 'must name the column that holds the time of a row');
  const size = config['batch_size'];
  const known = batchSizes.find((name) => name === size);
  if (known === undefined) {
    const near = suggest(String(size), batchSizes);
    throw invalid(node, 'batch_size', `must be one of ${batchSizes.join(', ')}`, near);
  }
  const written = config['begin'];
  // A bare number is a date to JavaScript, too.
  const isDate = typeof written === 'string' && /^\s*\d{4}-/.test(written);
  const begin = new Date(isDate ? utc(written) : Number.NaN);
  if (Number.isNaN(begin.getTime()))
    throw invalid(node, 'begin', 'must be the date of the first batch, as in 2024-01-01');
  const lookback = Number(config['lookback'] ?? 1);
  if (!Number.isInteger(lookback) || lookback < 0)
    throw invalid(node, 'lookback', 'must be a whole number from 0');
  return { eventTime, size: known, begin, lookback };
}

/** A key is an error of the run, as in dbt: the project can be parsed. */
export function refuseUniqueKey(node: Node): void {
  if ((node.config['unique_key'] ?? null) === null) return;
  throw invalid(
    node,
    'unique_key',
    'is not for microbatch, which replaces the rows of a stretch of time: use merge or delete+insert',
  );
}

/** Times without a zone are UTC. */
export function utc(text: string): string {
  const iso = text.trim().replace(' ', 'T');
  if (/^\d{4}-\d{2}-\d{2}$/.test(iso)) return iso;
  return /(Z|[+-]\d{2}:?\d{2})$/.test(iso) ? iso : `${iso}Z`;
}

function invalid(node: Node, key: string, problem: string, near?: string) {
  return tsdbtError(
    'invalid-value',
    { key, where: `${node.uniqueId} (microbatch)`, problem },
    {
      nodeId: node.uniqueId,
      location: { file: node.originalFilePath },
      ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
    },
  );
}
