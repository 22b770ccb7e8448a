import { hostFunction } from '../../host-function.ts';
import { bindArgs } from '../../params.ts';
import { checkTextLength, spend } from '../../run-state.ts';
import { table } from '../../table.ts';
import { asIndex } from '../../values/numbers.ts';
import { PyIterator } from '../../values/py-iterator.ts';
import type { Kwargs, Value } from '../../values/py-object.ts';
import { PyTuple } from '../../values/py-tuple.ts';
import { raisePython } from '../../values/raise.ts';
import { typeName } from '../../values/type-name.ts';
import { pyModule } from '../py-module.ts';
import { PyType } from '../py-type.ts';
import { flagBits, type Operation, type PyMatch, PyPattern, Subject } from './pattern.ts';
import { replacer } from './replacement.ts';

const cache = new Map<string, PyPattern>();
const cacheSize = 500;

/** A compiled pattern, from the cache if it was compiled before. */
function compile(source: Value, flags: Value = 0): PyPattern {
  if (source instanceof PyPattern) return source;
  if (typeof source !== 'string') {
    raisePython('TypeError', 'first argument must be string or compiled pattern');
  }
  const bits = asIndex(flags) ?? 0;
  const key = `${bits}:${source}`;
  let pattern = cache.get(key);
  if (pattern === undefined) {
    pattern = new PyPattern(source, bits, operations);
    if (cache.size >= cacheSize) cache.clear();
    cache.set(key, pattern);
  }
  return pattern;
}

function subjectOf(value: Value): Subject {
  if (typeof value === 'string') return new Subject(value);
  return raisePython('TypeError', `expected string or bytes-like object, got '${typeName(value)}'`);
}

function count(value: Value | undefined): number {
  const number = asIndex(value ?? 0) ?? 0;
  return number <= 0 ? Number.POSITIVE_INFINITY : number;
}

/** What `findall` and `split` give for a match: the group, the groups, or all of it. */
function found(match: PyMatch): Value {
  const groups = match.groups('');
  if (groups.length === 0) return match.group(0);
  return groups.length === 1 ? groups[0]! : new PyTuple(groups);
}

function substitute(pattern: PyPattern, args: Value[], kwargs: Kwargs): [string, number] {
  const [replacement, text, most] = bindArgs(
    { name: 'sub', params: ['repl', 'string', 'count'], required: 2 },
    args,
    kwargs,
  );
  const subject = subjectOf(text!);
  const replace = replacer(pattern, replacement!);
  const limit = count(most);
  let out = '';
  let at = 0;
  let times = 0;
  for (const match of pattern.all(subject)) {
    spend(1);
    out += subject.slice(at, match.start(0)) + replace(match);
    checkTextLength(out.length);
    at = match.end(0);
    if (++times >= limit) break;
  }
  return [out + subject.slice(at, subject.codes.length), times];
}

function split(pattern: PyPattern, args: Value[], kwargs: Kwargs): Value {
  const [text, most] = bindArgs(
    { name: 'split', params: ['string', 'maxsplit'], required: 1 },
    args,
    kwargs,
  );
  const subject = subjectOf(text!);
  const limit = count(most);
  const out: Value[] = [];
  let at = 0;
  let times = 0;
  for (const match of pattern.all(subject)) {
    spend(1);
    out.push(subject.slice(at, match.start(0)), ...match.groups());
    at = match.end(0);
    if (++times >= limit) break;
  }
  out.push(subject.slice(at, subject.codes.length));
  return out;
}

function matching(
  name: string,
  apply: (pattern: PyPattern, subject: Subject, start: number) => PyMatch | undefined,
): Operation {
  return (pattern, args, kwargs) => {
    const [text, pos = 0] = bindArgs(
      { name, params: ['string', 'pos', 'endpos'], required: 1 },
      args,
      kwargs,
    );
    return apply(pattern, subjectOf(text!), Math.max(0, asIndex(pos) ?? 0)) ?? null;
  };
}

const operations = table<Operation>({
  match: matching('match', (pattern, subject, start) => pattern.matchAt(subject, start)),
  fullmatch: matching('fullmatch', (pattern, subject, start) =>
    pattern.matchAt(subject, start, 'full'),
  ),
  search: matching('search', (pattern, subject, start) => pattern.search(subject, start)),
  findall: (pattern, args, kwargs) => {
    const [text] = bindArgs({ name: 'findall', params: ['string'], required: 1 }, args, kwargs);
    return Array.from(pattern.all(subjectOf(text!)), found);
  },
  finditer: (pattern, args, kwargs) => {
    const [text] = bindArgs({ name: 'finditer', params: ['string'], required: 1 }, args, kwargs);
    return new PyIterator(pattern.all(subjectOf(text!)), 'callable_iterator');
  },
  sub: (pattern, args, kwargs) => substitute(pattern, args, kwargs)[0],
  subn: (pattern, args, kwargs) => new PyTuple(substitute(pattern, args, kwargs)),
  split,
});

/** The module's function for an operation: pattern first, flags last. */
function moduleFunction(name: string, operation: Operation, params: readonly string[]): Value {
  return hostFunction(name, (args, kwargs) => {
    const all = ['pattern', ...params, 'flags'];
    const bound = bindArgs(
      { name, params: all, required: all.length - (params.length > 1 ? 2 : 1) },
      args,
      kwargs,
    );
    const pattern = compile(bound[0]!, bound.at(-1));
    const rest = bound.slice(1, -1);
    while (rest.length > 0 && rest.at(-1) === undefined) rest.pop();
    return operation(pattern, rest as Value[], new Map());
  });
}

/** The module `re`. */
export function reModule(): Value {
  const members: Record<string, Value> = {
    compile: hostFunction('compile', (args, kwargs) => {
      const [source, flags] = bindArgs(
        { name: 'compile', params: ['pattern', 'flags'], required: 1 },
        args,
        kwargs,
      );
      return compile(source!, flags);
    }),
    escape: hostFunction('escape', (args) => {
      const [text] = args;
      if (typeof text !== 'string') {
        return raisePython('TypeError', 'decoding to str: need a bytes-like object');
      }
      return text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
    }),
    purge: hostFunction('purge', () => null),
    error: new PyType('re.error', { call: () => null }),
  };
  const params: Readonly<Record<string, readonly string[]>> = {
    match: ['string'],
    fullmatch: ['string'],
    search: ['string'],
    findall: ['string'],
    finditer: ['string'],
    sub: ['repl', 'string', 'count'],
    subn: ['repl', 'string', 'count'],
    split: ['string', 'maxsplit'],
  };
  for (const [name, names] of Object.entries(params)) {
    members[name] = moduleFunction(name, operations[name]!, names);
  }
  const flags: readonly (readonly [string, string, number])[] = [
    ['I', 'IGNORECASE', flagBits.ignoreCase],
    ['M', 'MULTILINE', flagBits.multiline],
    ['S', 'DOTALL', flagBits.dotAll],
    ['X', 'VERBOSE', flagBits.verbose],
    ['A', 'ASCII', flagBits.ascii],
    ['U', 'UNICODE', 32],
  ];
  for (const [short, long, bit] of flags) {
    members[short] = bit;
    members[long] = bit;
  }
  return pyModule(members);
}
