import { capitalizeText, centerText, replaceText } from '../methods/str.ts';
import { stripText } from '../methods/str-split.ts';
import { bindArgs } from '../params.ts';
import { checkTextLength } from '../run-state.ts';
import { pyBinary } from '../values/arithmetic.ts';
import { formatPercent } from '../values/format-percent.ts';
import { pyLength } from '../values/iterate.ts';
import { asIndex } from '../values/numbers.ts';
import { PyDict } from '../values/py-dict.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { toStr } from '../values/str.ts';
import { characters, splitLines, textLength } from '../values/text.ts';
import { isTruthy } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import type { FilterFunction } from './filter.ts';
import { wrapText } from './word-wrap.ts';

/** A filter of the value's text that takes no arguments. */
function plain(name: string, apply: (text: string) => Value): FilterFunction {
  return (value, args, kwargs) => {
    bindArgs({ name, params: [], hidden: 1 }, args, kwargs);
    return apply(toStr(value));
  };
}

function integer(value: Value): number {
  return (
    asIndex(value) ??
    raisePython('TypeError', `'${typeName(value)}' object cannot be interpreted as an integer`)
  );
}

function titleWords(text: string): string {
  return text
    .split(/([-\s({[<]+)/)
    .map((word) => word && capitalizeText(word))
    .join('');
}

function indentText(value: Value, args: Value[], kwargs: Kwargs): string {
  const [width = 4, first = false, blank = false] = bindArgs(
    { name: 'do_indent', params: ['width', 'first', 'blank'], hidden: 1 },
    args,
    kwargs,
  );
  if (typeof width !== 'string') checkTextLength(integer(width));
  const indention = typeof width === 'string' ? width : ' '.repeat(Math.max(0, integer(width)));
  const text = indentable(value);
  const lines = splitLines(`${text}\n`);
  checkTextLength(text.length + lines.length * indention.length);
  const body = isTruthy(blank)
    ? lines.join(`\n${indention}`)
    : lines.map((line, i) => (i === 0 || line === '' ? line : indention + line)).join('\n');
  return isTruthy(first) ? indention + body : body;
}

/** The text to indent; for other types the error of adding a newline to them. */
function indentable(value: Value): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return withoutSplitlines(value);
  if (value instanceof PyTuple || isUndefined(value)) pyBinary('+', value, '\n');
  return raisePython(
    'TypeError',
    `unsupported operand type(s) for +=: '${typeName(value)}' and 'str'`,
  );
}

function withoutSplitlines(value: Value): never {
  if (isUndefined(value)) return value.fail();
  return raisePython('AttributeError', `'${typeName(value)}' object has no attribute 'splitlines'`);
}

function truncate(value: Value, args: Value[], kwargs: Kwargs): Value {
  const [length = 255, killwords = false, end = '...', leeway = null] = bindArgs(
    { name: 'do_truncate', params: ['length', 'killwords', 'end', 'leeway'], hidden: 2 },
    args,
    kwargs,
  );
  const ending = toStr(end);
  const most = integer(length);
  const slack = leeway === null ? 5 : integer(leeway);
  if (most < textLength(ending)) {
    raisePython('AssertionError', `expected length >= ${textLength(ending)}, got ${most}`);
  }
  if (slack < 0) raisePython('AssertionError', `expected leeway >= 0, got ${slack}`);
  if (pyLength(value) <= most + slack) return value;
  if (typeof value !== 'string') return pyBinary('+', value, ending);
  const all = characters(value);
  const cut = all.slice(0, most - textLength(ending)).join('');
  if (isTruthy(killwords)) return cut + ending;
  const space = cut.lastIndexOf(' ');
  return (space === -1 ? cut : cut.slice(0, space)) + ending;
}

function wordwrap(value: Value, args: Value[], kwargs: Kwargs): string {
  const [width = 79, breakLong = true, joiner = null, onHyphens = true] = bindArgs(
    {
      name: 'do_wordwrap',
      params: ['width', 'break_long_words', 'wrapstring', 'break_on_hyphens'],
      hidden: 2,
    },
    args,
    kwargs,
  );
  const separator = joiner === null ? '\n' : toStr(joiner);
  const options = {
    width: integer(width),
    breakLong: isTruthy(breakLong),
    onHyphens: isTruthy(onHyphens),
  };
  if (typeof value !== 'string') return withoutSplitlines(value);
  return splitLines(value)
    .map((line) => wrapText(line, options).join(separator))
    .join(separator);
}

function format(value: Value, args: Value[], kwargs: Kwargs): string {
  if (args.length > 0 && kwargs.size > 0) {
    raisePython(
      'FilterArgumentError',
      "can't handle positional and keyword arguments at the same time",
    );
  }
  return formatPercent(toStr(value), kwargs.size > 0 ? new PyDict(kwargs) : new PyTuple(args));
}

/** Filters that make a text of a text. */
export const textFilters: Readonly<Record<string, FilterFunction>> = {
  upper: plain('do_upper', (text) => text.toUpperCase()),
  lower: plain('do_lower', (text) => text.toLowerCase()),
  capitalize: plain('do_capitalize', capitalizeText),
  title: plain('do_title', titleWords),
  string: plain('soft_str', (text) => text),
  safe: plain('do_mark_safe', (text) => text),
  wordcount: plain('do_wordcount', (text) => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  trim: (value, args, kwargs) => {
    const [chars = null] = bindArgs(
      { name: 'do_trim', params: ['chars'], hidden: 1 },
      args,
      kwargs,
    );
    return stripText(toStr(value), chars === null ? null : toStr(chars), true, true);
  },
  replace: (value, args, kwargs) => {
    const [from, to, count = null] = bindArgs(
      { name: 'do_replace', params: ['old', 'new', 'count'], required: 2, hidden: 2 },
      args,
      kwargs,
    );
    return replaceText(
      toStr(value),
      toStr(from!),
      toStr(to!),
      count === null ? -1 : integer(count),
    );
  },
  center: (value, args, kwargs) => {
    const [width = 80] = bindArgs(
      { name: 'do_center', params: ['width'], hidden: 1 },
      args,
      kwargs,
    );
    return centerText(toStr(value), integer(width));
  },
  indent: indentText,
  truncate,
  wordwrap,
  format,
};
