import type { RunEvent } from '../../contracts/event.ts';
import type { TsdbtError } from '../../errors/tsdbt-error.ts';
import type { OpenedProject } from '../../tasks/open-project.ts';
import { isShown, type LogEvent, type LogLevel } from './log-event.ts';

/** A place that lines go to: the console, or a file. */
export interface Sink {
  begin(opened: OpenedProject, event: LogEvent): void;
  /** An event of the run, and how dbt's log tells it. */
  run(event: RunEvent, logged: readonly LogEvent[]): void;
  /** Text of a template, or what the command was asked for. */
  tell(event: LogEvent, isAsked: boolean): void;
  failed(errors: readonly TsdbtError[], logged: readonly LogEvent[]): void;
  /** What only a log has. */
  log(event: LogEvent): void;
}

/**
 * A sink of dbt's log events, one a line, from the level `least` up; what was asked for counts as an error.
 * `change` is applied to each before its level is looked at.
 */
export function lineSink(
  write: (line: string) => void,
  format: (event: LogEvent) => string,
  least: LogLevel | 'none',
  change: (event: LogEvent) => LogEvent = (event) => event,
): Sink {
  const log = (given: LogEvent) => {
    const event = change(given);
    if (isShown(event.level, least)) write(format(event));
  };
  const all = (events: readonly LogEvent[]) => {
    for (const event of events) log(event);
  };
  return {
    begin: (_, event) => log(event),
    run: (_, logged) => all(logged),
    tell: (event, isAsked) => {
      if (isShown(isAsked ? 'error' : event.level, least)) write(format(event));
    },
    failed: (_, logged) => all(logged),
    log,
  };
}
