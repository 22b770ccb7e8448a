import {
  type SourceLocation,
  TsdbtError,
  toTsdbtError,
  tsdbtError,
} from '../errors/tsdbt-error.ts';
import type { Stmt } from './ast.ts';
import type { Env } from './frame.ts';
import { ReturnSignal } from './return-signal.ts';
import { currentRun } from './run-state.ts';

/**
 * What a statement threw, with the place in the template and the macro calls that led there. The
 * place is the expression last evaluated if that is inside the statement, else the statement.
 */
export function locateError(
  error: unknown,
  stmt: Stmt | undefined,
  next: Stmt | undefined,
  env: Env,
): unknown {
  if (error instanceof ReturnSignal) return error;
  if (error instanceof TsdbtError && error.location !== undefined) return error;
  const start = stmt?.pos ?? 0;
  const at = env.at?.pos ?? start;
  const inside = at >= start && (next === undefined || at < next.pos);
  const location = env.text.locate(inside ? at : start);
  const details = { location, stack: macroStack(location) };
  if (error instanceof RangeError) {
    const deep = error.message.includes('call stack');
    const limit = deep ? 'calls or values are nested too deeply' : 'a text or list is too long';
    return tsdbtError('jinja-limit', { limit }, details);
  }
  return toTsdbtError(error, details);
}

/** The macro calls that are open, innermost first, each with the line it has got to. */
function macroStack(location: SourceLocation): string[] {
  const stack: string[] = [];
  let line = location.line;
  for (let call = currentRun().calls; call !== undefined; call = call.outer) {
    stack.push(`${call.name} (${call.file}:${line})`);
    line = call.callerText?.locate(call.callerPos).line;
    if (stack.length === 50) break;
  }
  return stack;
}
