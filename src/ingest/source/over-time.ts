import type { DeclaredColumn } from './landing-columns.ts';
import type { Refuse } from './landing-problem.ts';

/** What becomes of rows whose file is no longer in the landing folder. */
export type MissingFilePolicy = 'keep' | 'remove' | 'fail';

/** What becomes of rows that are older than the watermark. */
export type LatePolicy = 'accept' | 'quarantine' | 'drop';

/** When a row is late: its event time is before the newest one loaded, less the allowed lateness. */
export interface EventTime {
  /** A declared column of the source. */
  readonly column: string;
  readonly allowedLatenessMicros: bigint;
  readonly late: LatePolicy;
}

/** The keys of a `landing:` block that say how files and events over time are dealt with. */
export interface OverTime {
  /** Undefined where the user said nothing: rows stay, but a date that is named is what its folder holds. */
  readonly onMissingFile: MissingFilePolicy | undefined;
  readonly eventTime: EventTime | undefined;
}

export const overTimeKeys = ['on_missing_file', 'event_time', 'allowed_lateness', 'late'] as const;

const missingFilePolicies: readonly MissingFilePolicy[] = ['keep', 'remove', 'fail'];
const latePolicies: readonly LatePolicy[] = ['accept', 'quarantine', 'drop'];
const unitMicros: Readonly<Record<string, bigint>> = {
  s: 1_000_000n,
  m: 60_000_000n,
  h: 3_600_000_000n,
  d: 86_400_000_000n,
};

/** Reads and checks these keys; `refuse` throws. */
export function readOverTime(
  block: Readonly<Record<string, unknown>>,
  columns: readonly DeclaredColumn[],
  refuse: Refuse,
): OverTime {
  const choice = <T extends string>(key: string, allowed: readonly T[]): T | undefined => {
    const value = block[key];
    if (value === undefined || value === null) return undefined;
    return (
      allowed.find((item) => item === value) ??
      refuse(
        `has \`landing.${key}: ${String(value)}\``,
        ['landing', key],
        `Allowed: ${allowed.join(', ')}.`,
      )
    );
  };
  const onMissingFile = choice('on_missing_file', missingFilePolicies);
  const late = choice('late', latePolicies);
  const column = block['event_time'] ?? undefined;
  if (column === undefined) {
    for (const key of ['allowed_lateness', 'late'] as const)
      if (block[key] !== undefined)
        refuse(`has \`landing.${key}\` without \`landing.event_time\``, ['landing', key]);
    return { onMissingFile, eventTime: undefined };
  }
  const declared = columns.find(({ name }) => name === column);
  if (declared === undefined)
    return refuse(
      `has \`landing.event_time: ${String(column)}\`, which is none of its \`columns\``,
      ['landing', 'event_time'],
      'Name a declared column with the data type timestamp, timestamptz or date.',
    );
  const type = declared.dataType?.trim().toLowerCase() ?? 'varchar';
  if (!/^(timestamp|datetime|date)/.test(type))
    return refuse(
      `has \`landing.event_time: ${declared.name}\`, a column of the type ${type}`,
      ['landing', 'event_time'],
      'An event time is a timestamp, a timestamptz or a date.',
    );
  const eventTime = {
    column: declared.name,
    allowedLatenessMicros: durationMicros(block['allowed_lateness'] ?? '0 seconds', refuse),
    late: late ?? 'accept',
  };
  return { onMissingFile, eventTime };
}

function durationMicros(value: unknown, refuse: Refuse): bigint {
  const found = /^(\d{1,6})\s*(s|m|h|d|seconds?|minutes?|hours?|days?)$/.exec(String(value).trim());
  if (found === null)
    return refuse(
      `has \`landing.allowed_lateness: ${String(value)}\``,
      ['landing', 'allowed_lateness'],
      'Write a number with its unit: 30 seconds, 10 minutes, 2 hours, 3 days.',
    );
  return BigInt(found[1]!) * unitMicros[found[2]!.charAt(0)]!;
}
