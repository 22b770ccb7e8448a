import type { Speaker } from '../../context/invocation.ts';
import type { EventSink } from '../../contracts/event.ts';
import type { Warning } from '../../contracts/warning.ts';
import type { TsdbtError } from '../../errors/tsdbt-error.ts';
import type { OpenedProject } from '../../tasks/open-project.ts';
import type { LogEvent } from './log-event.ts';

/** Turns what a command tells into lines. */
export interface Reporter {
  readonly invocationId: string;
  /** Events of level debug are shown or written somewhere. */
  readonly isDetailed: boolean;
  /** Throws where a warning is to be an error. */
  readonly emit: EventSink;
  /** Tells of warnings. Throws where some are to be errors, when it has told of all. */
  warn(warnings: readonly Warning[]): void;
  /** Before anything runs: which tool, project and target. */
  begin(opened: OpenedProject): void;
  /** What a template said. */
  say(text: string, by: Speaker | undefined): void;
  /** What the command was asked for: its `msg` is the text. */
  print(event: Pick<LogEvent, 'name' | 'msg' | 'data'> & Partial<LogEvent>): void;
  /** What kept the command from running, or a part of it that failed. */
  failed(errors: readonly TsdbtError[]): void;
  /** The end of the command. */
  finished(command: string, success: boolean): void;
  /** Reads the source of a file, for code frames of errors at run time. */
  readonly readSource: (file: string) => string | undefined;
}

/** Gives an error the text of its file, so that it is shown with its lines. */
export function withSource(error: TsdbtError, readSource: Reporter['readSource']): TsdbtError {
  const file = error.location?.file;
  if (error.sourceText !== undefined || file === undefined) return error;
  const text = readSource(file);
  return text === undefined ? error : error.with({ sourceText: text });
}
