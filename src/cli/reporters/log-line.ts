import { codeOf, type LogEvent } from './log-event.ts';

/** What each line of an invocation has. */
export interface LineContext {
  readonly invocationId: string;
  readonly now: () => Date;
  /** What `DBT_ENV_CUSTOM_ENV_…` of the environment say. */
  readonly extra: Readonly<Record<string, string>>;
}

/** An event as dbt's JSON log has it: `{"info": {"name": "LogModelResult", …}, "data": {…}}`. */
export function jsonLine(event: LogEvent, { invocationId, now, extra }: LineContext): string {
  const info = {
    category: '',
    code: codeOf(event.name),
    extra,
    invocation_id: invocationId,
    level: event.level,
    msg: event.msg,
    name: event.name,
    pid: process.pid,
    thread: event.thread ?? 'MainThread',
    ts: now().toISOString().replace('Z', '000Z'),
  };
  return JSON.stringify({ data: event.data, info });
}

/** An event as a line of text; with `debug` it says level and thread, too. */
export function textLine(event: LogEvent, { now }: LineContext, debug: boolean): string {
  const time = now().toISOString().slice(11, 23);
  const msg = event.level === 'warn' ? `[WARNING]: ${event.msg}` : event.msg;
  if (!debug) return `${time.slice(0, 8)}  ${msg}`;
  return `${time}000 [${event.level.padEnd(5)}] [${event.thread ?? 'MainThread'}]: ${msg}`;
}
