import { bindArgs } from '../params.ts';
import { asIndex } from '../values/numbers.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { isSpace, trimEnd, trimStart } from '../values/text.ts';
import { typeName } from '../values/type-name.ts';
import { checkArity, textArgument } from './arity.ts';
import type { Method } from './method.ts';

function split(name: 'split' | 'rsplit', self: string, args: Value[], kwargs: Kwargs): string[] {
  const [separator = null, most = -1] = bindArgs(
    { name, params: ['sep', 'maxsplit'], native: true },
    args,
    kwargs,
  );
  const limit = asIndex(most);
  if (limit === undefined) {
    raisePython('TypeError', `'${typeName(most)}' object cannot be interpreted as an integer`);
  }
  const times = limit < 0 ? Number.POSITIVE_INFINITY : limit;
  if (separator === null)
    return name === 'split' ? splitSpace(self, times) : rsplitSpace(self, times);
  const wanted = textArgument(separator, (type) => `must be str or None, not ${type}`);
  if (wanted === '') raisePython('ValueError', 'empty separator');
  const parts = self.split(wanted);
  if (parts.length - 1 <= times) return parts;
  return name === 'split'
    ? [...parts.slice(0, times), parts.slice(times).join(wanted)]
    : [parts.slice(0, parts.length - times).join(wanted), ...parts.slice(parts.length - times)];
}

function splitSpace(text: string, times: number): string[] {
  const out: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    if (at >= text.length) return out;
    if (out.length >= times) return [...out, text.slice(at)];
    const start = at;
    while (at < text.length && !isSpace(text.charCodeAt(at))) at++;
    out.push(text.slice(start, at));
  }
}

function rsplitSpace(text: string, times: number): string[] {
  const out: string[] = [];
  let end = text.length;
  for (;;) {
    while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
    if (end === 0) return out.reverse();
    if (out.length >= times) return [...out, text.slice(0, end)].reverse();
    const stop = end;
    while (end > 0 && !isSpace(text.charCodeAt(end - 1))) end--;
    out.push(text.slice(end, stop));
  }
}

/** Python's `strip`: white space, or any of the given characters. */
export function stripText(
  text: string,
  chars: string | null,
  left: boolean,
  right: boolean,
): string {
  if (chars === null) {
    const start = left ? trimStart(text) : text;
    return right ? trimEnd(start) : start;
  }
  const set = new Set(chars);
  const all = Array.from(text);
  let start = 0;
  let end = all.length;
  if (left) while (start < end && set.has(all[start]!)) start++;
  if (right) while (end > start && set.has(all[end - 1]!)) end--;
  return all.slice(start, end).join('');
}

function strip(name: 'strip' | 'lstrip' | 'rstrip'): Method<string> {
  return (self, args, kwargs) => {
    checkArity('str', name, args, kwargs, 0, 1);
    const chars = args[0] ?? null;
    if (chars !== null && typeof chars !== 'string') {
      raisePython('TypeError', `${name} arg must be None or str`);
    }
    return stripText(self, chars, name !== 'rstrip', name !== 'lstrip');
  };
}

function partition(name: 'partition' | 'rpartition'): Method<string> {
  return (self, args, kwargs) => {
    checkArity('str', name, args, kwargs, 1);
    const separator = textArgument(args[0]!, (type) => `must be str, not ${type}`);
    if (separator === '') raisePython('ValueError', 'empty separator');
    const at = name === 'partition' ? self.indexOf(separator) : self.lastIndexOf(separator);
    if (at === -1) return new PyTuple(name === 'partition' ? [self, '', ''] : ['', '', self]);
    return new PyTuple([self.slice(0, at), separator, self.slice(at + separator.length)]);
  };
}

/** Methods of texts that take them apart. */
export const splitMethods: Readonly<Record<string, Method<string>>> = {
  split: (self, args, kwargs) => split('split', self, args, kwargs),
  rsplit: (self, args, kwargs) => split('rsplit', self, args, kwargs),
  strip: strip('strip'),
  lstrip: strip('lstrip'),
  rstrip: strip('rstrip'),
  partition: partition('partition'),
  rpartition: partition('rpartition'),
};
