import { catalog, type ErrorName, type ErrorParams } from './catalog.ts';
import { fileFailure } from './file-problem.ts';

/** A place in a file the user wrote. Lines and columns count from 1; `file` is relative to the project. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

export interface ErrorDetails {
  readonly location?: SourceLocation;
  /** Unique id of the node the error belongs to. */
  readonly nodeId?: string;
  readonly cause?: unknown;
  /** Macro calls that led here, innermost first, as `macro (file:line)`. */
  readonly stack?: readonly string[];
  /** Replaces the catalogue's hint where the caller knows better. */
  readonly hint?: string;
  /** The text the location points into, when it is not what the file holds (rendered SQL, inline text). */
  readonly sourceText?: string;
}

/**
 * The one error class. `code` and `name` are permanent; `message` says what is wrong and `hint`
 * what to do about it. Build one with {@link tsdbtError}.
 */
export class TsdbtError extends Error {
  readonly code: string;
  override readonly name: ErrorName;
  readonly hint: string | undefined;
  readonly location: SourceLocation | undefined;
  readonly nodeId: string | undefined;
  readonly macroStack: readonly string[];
  readonly sourceText: string | undefined;

  constructor(name: ErrorName, message: string, hint: string | undefined, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = name;
    this.code = catalog[name].code;
    this.hint = details.hint ?? hint;
    this.location = details.location;
    this.nodeId = details.nodeId;
    this.macroStack = details.stack ?? [];
    this.sourceText = details.sourceText;
  }

  /** The same error with details filled in where it has none yet. */
  with(details: ErrorDetails): TsdbtError {
    const merged: ErrorDetails = {
      ...definedOnly({
        location: this.location ?? details.location,
        nodeId: this.nodeId ?? details.nodeId,
        cause: this.cause ?? details.cause,
        hint: this.hint ?? details.hint,
        sourceText: this.sourceText ?? details.sourceText,
      }),
      stack: this.macroStack.length > 0 ? this.macroStack : (details.stack ?? []),
    };
    return new TsdbtError(this.name, this.message, this.hint, merged);
  }
}

/** Builds the error `name` from the catalogue; its parameters are type-checked against the entry. */
export function tsdbtError<N extends ErrorName>(
  name: N,
  params: ErrorParams<N>,
  details: ErrorDetails = {},
): TsdbtError {
  const entry = catalog[name] as {
    message: (p: ErrorParams<N>) => string;
    hint?: (p: ErrorParams<N>) => string | undefined;
  };
  return new TsdbtError(name, entry.message(params), entry.hint?.(params), details);
}

export function isTsdbtError(value: unknown, name?: ErrorName): value is TsdbtError {
  return value instanceof TsdbtError && (name === undefined || value.name === name);
}

/**
 * Any thrown value as a TsdbtError. What the file system refuses is the user's situation; what is not
 * one of these is a bug of ours (9xxx).
 */
export function toTsdbtError(value: unknown, details: ErrorDetails = {}): TsdbtError {
  if (value instanceof TsdbtError) return value.with(details);
  const failure = fileFailure(value);
  if (failure !== undefined) {
    const { path = 'a file', problem } = failure;
    const name = failure.writes ? 'file-not-writable' : 'file-not-accessible';
    return tsdbtError(name, { path, problem }, { ...details, cause: value });
  }
  const message = value instanceof Error ? value.message : String(value);
  return tsdbtError('internal-error', { message }, { ...details, cause: value });
}

function definedOnly<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
