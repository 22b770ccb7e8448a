import type { Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { isUndefined } from '../values/undefined.ts';

/** A filter or test by the name that is an argument. */
export function byName<T>(kind: string, known: Readonly<Record<string, T>>, name: Value): T {
  const found = typeof name === 'string' ? known[name] : undefined;
  if (found !== undefined) return found;
  const reason = isUndefined(name)
    ? ` (${name.message}; did you forget to quote the callable name?)`
    : '';
  return raisePython('TemplateRuntimeError', `No ${kind} named ${repr(name)}.${reason}`);
}
