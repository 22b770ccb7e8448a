import { raisePython } from './values/raise.ts';

const simple: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Undoes the backslash escapes of a string literal; unknown ones stay as they are, as in Python. */
export function unescapeString(body: string): string {
  return body.replace(
    /\\(?:([0-7]{1,3})|x([\s\S]{0,2})|u([\s\S]{0,4})|U([\s\S]{0,8})|(N)|([\s\S]))/g,
    (
      whole: string,
      octal: string | undefined,
      x: string | undefined,
      u: string | undefined,
      big: string | undefined,
      named: string | undefined,
      other: string | undefined,
    ) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (x !== undefined) return hex(x, 2, '\\xXX');
      if (u !== undefined) return hex(u, 4, '\\uXXXX');
      if (big !== undefined) return hex(big, 8, '\\UXXXXXXXX');
      if (named !== undefined) raisePython('UnicodeDecodeError', 'unknown Unicode character name');
      return simple.get(other!) ?? whole;
    },
  );
}

function hex(digits: string, length: number, form: string): string {
  if (digits.length !== length || !/^[\da-f]+$/i.test(digits)) {
    raisePython('UnicodeDecodeError', `truncated ${form} escape`);
  }
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff) raisePython('UnicodeDecodeError', 'illegal Unicode character');
  return String.fromCodePoint(code);
}
