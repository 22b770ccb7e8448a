import { floatOf } from '../util/whole-float.ts';
import { pythonScalar, readPythonScalar } from './python-scalars.ts';

/** Thrown inside the reader for a text that the full parser must look at. */
export const notPlain: unique symbol = Symbol('not plain block YAML');

const number = /^-?(?:0|[1-9]\d{0,14}|\d{1,15}\.\d{1,15})$/;
const maybeNumber = /^[-+]?(?:\.?\d+\.?\d*(?:e[-+]?\d+)?|0o[0-7]+|0x[\da-f]+|\.inf|\.nan)$/i;

/** The first place from `at` on that is not a space. */
export function skipBlanks(text: string, at: number): number {
  let place = at;
  while (text.charCodeAt(place) === 32) place++;
  return place;
}

/** Where the line of a place ends: at its line break or at the end of the text. */
export function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline === -1 ? text.length : newline;
}

/** A text without the spaces at its end. */
export function trimSpaces(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 32) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Words that are no texts, or that no object may have as a key. */
export function isNoKey(name: string): boolean {
  return /^(?:null|true|false|yes|no|on|off|__proto__)$/i.test(name) || maybeNumber.test(name);
}

/** What an unquoted text is in YAML 1.2's core schema, or to dbt: a word, a number or a text. */
export function plainScalar(text: string, dbt: boolean): unknown {
  const first = text.charCodeAt(0);
  const isLetter = (first >= 97 && first <= 122) || (first >= 65 && first <= 90) || first === 95;
  if (isLetter) {
    if (text.length > 5) return text;
    if (/^(?:true|True|TRUE)$/.test(text)) return true;
    if (/^(?:false|False|FALSE)$/.test(text)) return false;
    if (/^(?:null|Null|NULL)$/.test(text)) return null;
    if (dbt && /^(?:[Yy]es|YES|[Oo]n|ON)$/.test(text)) return true;
    if (dbt && /^(?:[Nn]o|NO|[Oo]ff|OFF)$/.test(text)) return false;
    return text;
  }
  if (number.test(text) && text !== '-0')
    return text.includes('.') ? floatOf(Number(text)) : Number(text);
  // Longer ones may be refused.
  if (dbt && text.length > 4000 && first >= 43 && first <= 57) throw notPlain;
  if (dbt && pythonScalar.test(text)) return readPythonScalar(text);
  if (!dbt && maybeNumber.test(text)) throw notPlain;
  if (/^[!&*?:,[\]{}#|>@`"'%~-]/.test(text)) throw notPlain;
  return text;
}
