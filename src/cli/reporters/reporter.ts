import type { EventSink } from '../../contracts/event.ts';
import type { TsdbtError } from '../../errors/tsdbt-error.ts';
import type { OpenedProject } from '../../tasks/open-project.ts';

/** Turns what a run tells into lines. */
export interface Reporter {
  readonly emit: EventSink;
  /** Before anything runs: which tool, project and target. */
  begin(opened: OpenedProject): void;
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
