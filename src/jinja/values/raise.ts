import { type ErrorDetails, TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';

/** The Python side of an error, kept as the `cause` of the TsdbtError that carries it. */
export class PythonFault {
  readonly type: string;
  readonly message: string;

  constructor(type: string, message: string) {
    this.type = type;
    this.message = message;
  }
}

/** Raises a Python-like exception, as the TsdbtError its kind belongs to. */
export function raisePython(type: string, message: string, details: ErrorDetails = {}): never {
  throw pythonError(type, message, details);
}

/** The error {@link raisePython} raises. */
export function pythonError(type: string, message: string, details: ErrorDetails = {}): TsdbtError {
  const more = { ...details, cause: new PythonFault(type, message) };
  switch (type) {
    case 'TemplateSyntaxError':
    case 'TemplateAssertionError':
      return tsdbtError('jinja-syntax', { message }, more);
    case 'UndefinedError':
      return tsdbtError('jinja-undefined', { message }, more);
    case 'SecurityError':
      return tsdbtError('jinja-security', { message }, more);
    case 'KeyError':
    case 'StopIteration':
    case 'AssertionError':
      return tsdbtError('jinja-runtime', { message: `${type}: ${message}` }, more);
    default:
      return tsdbtError('jinja-runtime', { message }, more);
  }
}

/** The Python exception an error stands for (`TypeError`, `KeyError` …), if it stands for one. */
export function pythonFault(error: unknown): PythonFault | undefined {
  return error instanceof TsdbtError && error.cause instanceof PythonFault
    ? error.cause
    : undefined;
}
