import { driveSync } from '../../drive.ts';
import { callValue } from '../../operators.ts';
import { isGenerator, Suspension, settle } from '../../suspension.ts';
import { type Evaluation, PyObject, type Value } from '../../values/py-object.ts';
import { raisePython } from '../../values/raise.ts';
import { typeName } from '../../values/type-name.ts';
import type { PyMatch, PyPattern } from './pattern.ts';
import { regexError } from './regex-error.ts';

/** Makes the text that takes a match's place. */
export type Replacer = (match: PyMatch) => string;

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
};

/** The replacement of `re.sub`: a template with `\1` and `\g<name>`, or a function. */
export function replacer(pattern: PyPattern, replacement: Value): Replacer {
  if (typeof replacement === 'string') return template(pattern, replacement);
  if (!(replacement instanceof PyObject && replacement.pyCallable())) {
    raisePython(
      'TypeError',
      `decoding to str: need a bytes-like object, ${typeName(replacement)} found`,
    );
  }
  return (match) => {
    const text = driveSync(callSteps(replacement, match));
    if (typeof text !== 'string') {
      raisePython('TypeError', `expected str instance, ${typeName(text)} found`);
    }
    return text;
  };
}

function* callSteps(callee: Value, match: PyMatch): Evaluation {
  const result = callValue(callee, [match], new Map());
  if (result instanceof Suspension) return yield* settle(result);
  return isGenerator(result) ? yield* result : result;
}

function template(pattern: PyPattern, source: string): Replacer {
  if (!source.includes('\\')) return () => source;
  const parts: (string | number)[] = [];
  const finder = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[0-3][0-7]{2})|([1-9]\d?)|([\s\S]))|[^\\]+|\\$/g;
  for (const match of source.matchAll(finder)) {
    const [whole, name, octal, digits, letter] = match;
    if (name !== undefined) parts.push(groupNumber(pattern, name, match.index + 3));
    else if (octal !== undefined) parts.push(String.fromCharCode(Number.parseInt(octal, 8)));
    else if (digits !== undefined) parts.push(groupNumber(pattern, digits, match.index + 1));
    else if (letter !== undefined) {
      const plain = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
      if (plain === undefined && /[a-zA-Z]/.test(letter)) {
        regexError(`bad escape \\${letter}`, match.index);
      }
      parts.push(plain ?? whole);
    } else if (whole === '\\') regexError('bad escape (end of pattern)', match.index);
    else parts.push(whole);
  }
  return (match) =>
    parts.map((part) => (typeof part === 'string' ? part : (match.group(part) ?? ''))).join('');
}

function groupNumber(pattern: PyPattern, name: string, position: number): number {
  const index = /^\d+$/.test(name) ? Number(name) : pattern.names.get(name);
  if (index === undefined) return raisePython('IndexError', `unknown group name '${name}'`);
  if (index > pattern.groups) regexError(`invalid group reference ${index}`, position);
  return index;
}
