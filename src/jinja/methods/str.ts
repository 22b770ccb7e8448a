import { bindArgs } from '../params.ts';
import { checkTextLength } from '../run-state.ts';
import { table } from '../table.ts';
import { items, tryIterate } from '../values/iterate.ts';
import { asIndex } from '../values/numbers.ts';
import { PyDict } from '../values/py-dict.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { characters, splitLines, textLength } from '../values/text.ts';
import { typeName } from '../values/type-name.ts';
import { checkArity, textArgument } from './arity.ts';
import type { Method } from './method.ts';
import { classTests } from './str-classes.ts';
import { searchMethods } from './str-search.ts';
import { splitMethods } from './str-split.ts';

type StrMethod = Method<string>;

/** A method without arguments. */
function plain(name: string, apply: (text: string) => Value): StrMethod {
  return (self, args, kwargs) => {
    checkArity('str', name, args, kwargs, 0);
    return apply(self);
  };
}

const titleWord = /\p{L}[\p{L}\p{M}]*/gu;

/** Python's `title()`: upper case at the start of each run of letters. */
function titleCase(text: string): string {
  return text.replace(titleWord, (word) => {
    const [first = ''] = word;
    return first.toUpperCase() + word.slice(first.length).toLowerCase();
  });
}

/** First character in upper case, the rest in lower. */
export function capitalizeText(text: string): string {
  const first = characters(text)[0] ?? '';
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

function swapCase(text: string): string {
  return characters(text)
    .map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()))
    .join('');
}

function widthArguments(name: string, args: Value[], kwargs: Kwargs): [number, string] {
  checkArity('str', name, args, kwargs, 1, 2);
  const width = asIndex(args[0]!);
  if (width === undefined) {
    raisePython('TypeError', `'${typeName(args[0]!)}' object cannot be interpreted as an integer`);
  }
  const fill = args[1] ?? ' ';
  if (typeof fill !== 'string' || textLength(fill) !== 1) {
    const what =
      typeof fill === 'string'
        ? 'The fill character must be exactly one character long'
        : `The fill character must be a unicode character, not ${typeName(fill)}`;
    raisePython('TypeError', what);
  }
  checkTextLength(width);
  return [width, fill];
}

/** A text in the middle of a field, as Python places it. */
export function centerText(text: string, width: number, fill = ' '): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  checkTextLength(width);
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** Python's `separator.join(items)`. */
function joinText(separator: string, source: Value): string {
  if (tryIterate(source) === undefined) raisePython('TypeError', 'can only join an iterable');
  const parts: string[] = [];
  let length = 0;
  for (const item of items(source)) {
    if (typeof item !== 'string') {
      raisePython(
        'TypeError',
        `sequence item ${parts.length}: expected str instance, ${typeName(item)} found`,
      );
    }
    length += item.length + separator.length;
    checkTextLength(length);
    parts.push(item);
  }
  return parts.join(separator);
}

function zeroFill(text: string, width: number): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  checkTextLength(width);
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  let out = '';
  for (const character of text) {
    if (character === '\t') {
      const count = size > 0 ? size - (column % size) : 0;
      out += ' '.repeat(count);
      column += count;
    } else {
      out += character;
      column = character === '\n' || character === '\r' ? 0 : column + 1;
    }
  }
  checkTextLength(out.length);
  return out;
}

function translate(text: string, map: Value): string {
  if (!(map instanceof PyDict)) return text;
  return characters(text)
    .map((character) => {
      const to = map.get(character.codePointAt(0)!);
      if (to === undefined) return character;
      if (to === null) return '';
      return typeof to === 'number' ? String.fromCodePoint(to) : String(to);
    })
    .join('');
}

function makeTranslation(args: Value[]): PyDict {
  const map = new PyDict();
  const [first, to, remove] = args;
  if (first instanceof PyDict) {
    for (const [key, value] of first.entries()) {
      map.set(typeof key === 'string' ? key.codePointAt(0)! : key, value);
    }
  } else if (typeof first === 'string' && typeof to === 'string') {
    const from = characters(first);
    const target = characters(to);
    if (from.length !== target.length) {
      raisePython('ValueError', 'the first two maketrans arguments must have equal length');
    }
    from.forEach((character, i) => {
      map.set(character.codePointAt(0)!, target[i]!.codePointAt(0)!);
    });
    if (typeof remove === 'string') {
      for (const character of remove) map.set(character.codePointAt(0)!, null);
    }
  }
  return map;
}

/** Python's `replace`. */
export function replaceText(text: string, from: string, to: string, count: number): string {
  if (count === 0) return text;
  const most = count < 0 ? Number.POSITIVE_INFINITY : count;
  const parts = from === '' ? ['', ...characters(text), ''] : text.split(from);
  const times = Math.min(parts.length - 1, most);
  checkTextLength(text.length + times * to.length);
  if (from !== '' && times === parts.length - 1) return parts.join(to);
  let out = parts[0]!;
  for (let i = 1; i < parts.length; i++) out += (i <= times ? to : from) + parts[i]!;
  return out;
}

/** The methods of texts. */
export const strMethods = table<StrMethod>(
  {
    upper: plain('upper', (text) => text.toUpperCase()),
    lower: plain('lower', (text) => text.toLowerCase()),
    casefold: plain('casefold', (text) => text.toLowerCase().replaceAll('ß', 'ss')),
    title: plain('title', titleCase),
    capitalize: plain('capitalize', capitalizeText),
    swapcase: plain('swapcase', swapCase),
    join: (self, args, kwargs) => {
      checkArity('str', 'join', args, kwargs, 1);
      return joinText(self, args[0]!);
    },
    replace: (self, args, kwargs) => {
      checkArity('str', 'replace', args, kwargs, 2, 3);
      const [from, to] = [0, 1].map((i) =>
        textArgument(args[i]!, (type) => `replace() argument ${i + 1} must be str, not ${type}`),
      ) as [string, string];
      return replaceText(self, from, to, asIndex(args[2] ?? -1) ?? -1);
    },
    center: (self, args, kwargs) => {
      const [width, fill] = widthArguments('center', args, kwargs);
      return centerText(self, width, fill);
    },
    ljust: (self, args, kwargs) => {
      const [width, fill] = widthArguments('ljust', args, kwargs);
      return self + fill.repeat(Math.max(0, width - textLength(self)));
    },
    rjust: (self, args, kwargs) => {
      const [width, fill] = widthArguments('rjust', args, kwargs);
      return fill.repeat(Math.max(0, width - textLength(self))) + self;
    },
    zfill: (self, args, kwargs) => {
      const [width] = widthArguments('zfill', args, kwargs);
      return zeroFill(self, width);
    },
    expandtabs: (self, args, kwargs) => {
      const [size] = bindArgs(
        { name: 'expandtabs', params: ['tabsize'], native: true },
        args,
        kwargs,
      );
      return expandTabs(self, asIndex(size ?? 8) ?? 8);
    },
    splitlines: (self, args, kwargs) => {
      const [keepEnds] = bindArgs(
        { name: 'splitlines', params: ['keepends'], native: true },
        args,
        kwargs,
      );
      return splitLines(self, keepEnds === true || (asIndex(keepEnds ?? 0) ?? 0) !== 0);
    },
    translate: (self, args, kwargs) => {
      checkArity('str', 'translate', args, kwargs, 1);
      return translate(self, args[0]!);
    },
    maketrans: (_self, args) => makeTranslation(args),
  },
  searchMethods,
  splitMethods,
  Object.fromEntries(Object.entries(classTests).map(([name, test]) => [name, plain(name, test)])),
);
