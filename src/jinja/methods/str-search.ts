import { asIndex } from '../values/numbers.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { hasAstral } from '../values/text.ts';
import { typeName } from '../values/type-name.ts';
import { checkArity, textArgument } from './arity.ts';
import type { Method } from './method.ts';

/** Start and end arguments as offsets into a text of this length. */
function range(args: readonly Value[], length: number): [number, number] {
  const place = (value: Value | undefined, fallback: number) => {
    const at = value === undefined || value === null ? fallback : asIndex(value);
    if (at === undefined) {
      raisePython(
        'TypeError',
        'slice indices must be integers or None or have an __index__ method',
      );
    }
    return at < 0 ? Math.max(0, at + length) : at;
  };
  return [place(args[1], 0), Math.min(place(args[2], length), length)];
}

function affix(
  name: 'startswith' | 'endswith',
  self: string,
  args: Value[],
  kwargs: Kwargs,
): boolean {
  checkSearch(name, args, kwargs);
  const [start, end] = range(args, self.length);
  const part = start === 0 && end === self.length ? self : self.slice(start, end);
  const test = (affixText: Value): boolean => {
    if (typeof affixText !== 'string') {
      raisePython(
        'TypeError',
        `${name} first arg must be str or a tuple of str, not ${typeName(args[0]!)}`,
      );
    }
    if (start > self.length) return false;
    return name === 'startswith' ? part.startsWith(affixText) : part.endsWith(affixText);
  };
  const wanted = args[0]!;
  return wanted instanceof PyTuple ? wanted.items.some(test) : test(wanted);
}

/** Python words the arity of these methods in its own way. */
function checkSearch(name: string, args: readonly Value[], kwargs: Kwargs): void {
  if (kwargs.size > 0) raisePython('TypeError', `${name}() takes no keyword arguments`);
  if (args.length === 0) {
    raisePython('TypeError', `${name}() takes at least 1 argument (0 given)`);
  }
  if (args.length > 3) {
    raisePython('TypeError', `${name}() takes at most 3 arguments (${args.length} given)`);
  }
}

function find(name: string, self: string, args: Value[], kwargs: Kwargs, last: boolean): number {
  checkSearch(name, args, kwargs);
  const wanted = textArgument(args[0]!, (type) => `must be str, not ${type}`);
  // Offsets count characters, so texts beyond the basic plane are searched as arrays of them.
  if (hasAstral(self)) return findAstral(Array.from(self), Array.from(wanted), args, last);
  const [start, end] = range(args, self.length);
  if (start > end) return -1;
  const part = self.slice(start, end);
  const at = last ? part.lastIndexOf(wanted) : part.indexOf(wanted);
  return at === -1 ? -1 : at + start;
}

function findAstral(text: string[], wanted: string[], args: Value[], last: boolean): number {
  const [start, end] = range(args, text.length);
  let found = -1;
  for (let at = start; at + wanted.length <= end; at++) {
    if (wanted.every((character, i) => text[at + i] === character)) {
      if (!last) return at;
      found = at;
    }
  }
  return found;
}

function findOrFail(
  name: string,
  self: string,
  args: Value[],
  kwargs: Kwargs,
  last: boolean,
): number {
  const at = find(name, self, args, kwargs, last);
  return at === -1 ? raisePython('ValueError', 'substring not found') : at;
}

function count(self: string, args: Value[], kwargs: Kwargs): number {
  checkSearch('count', args, kwargs);
  const wanted = textArgument(args[0]!, (type) => `must be str, not ${type}`);
  const [start, end] = range(args, self.length);
  if (start > end) return 0;
  const part = self.slice(start, end);
  return wanted === '' ? Array.from(part).length + 1 : part.split(wanted).length - 1;
}

/** Methods of texts that look for a part. */
export const searchMethods: Readonly<Record<string, Method<string>>> = {
  startswith: (self, args, kwargs) => affix('startswith', self, args, kwargs),
  endswith: (self, args, kwargs) => affix('endswith', self, args, kwargs),
  find: (self, args, kwargs) => find('find', self, args, kwargs, false),
  rfind: (self, args, kwargs) => find('rfind', self, args, kwargs, true),
  index: (self, args, kwargs) => findOrFail('index', self, args, kwargs, false),
  rindex: (self, args, kwargs) => findOrFail('rindex', self, args, kwargs, true),
  count,
  removeprefix: (self, args, kwargs) => {
    checkArity('str', 'removeprefix', args, kwargs, 1);
    const prefix = textArgument(
      args[0]!,
      (type) => `removeprefix() argument must be str, not ${type}`,
    );
    return self.startsWith(prefix) ? self.slice(prefix.length) : self;
  },
  removesuffix: (self, args, kwargs) => {
    checkArity('str', 'removesuffix', args, kwargs, 1);
    const suffix = textArgument(
      args[0]!,
      (type) => `removesuffix() argument must be str, not ${type}`,
    );
    return suffix !== '' && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
  },
};
