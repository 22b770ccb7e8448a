import { pythonScalar, pythonTime } from '../../config/python-scalars.ts';

/** How PyYAML may write a text in block style (`Emitter.analyze_scalar`). */
export interface ScalarStyle {
  readonly isEmpty: boolean;
  readonly isMultiline: boolean;
  readonly allowsPlain: boolean;
  readonly allowsSingleQuotes: boolean;
}

const lineBreak = /[\n\x85\u2028\u2029]/;
const edge = /^[ \n\x85\u2028\u2029]|[ \n\x85\u2028\u2029]$/;
const breakSpace = /[\n\x85\u2028\u2029] /;
const spaceBreak = / [\n\x85\u2028\u2029]/;
const special = /[^\n\x20-\x7e]/;
/** Marks of documents, indicators at the start, and those that count anywhere. */
const indicator =
  /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`])|^[?:-](?:[\0 \t\r\n\x85\u2028\u2029]|$)|.:(?:[\0 \t\r\n\x85\u2028\u2029]|$)|[\0 \t\r\n\x85\u2028\u2029]#/s;

export function scalarStyle(text: string): ScalarStyle {
  if (text === '')
    return { isEmpty: true, isMultiline: false, allowsPlain: true, allowsSingleQuotes: true };
  const isMultiline = lineBreak.test(text);
  const needsDoubleQuotes = special.test(text) || spaceBreak.test(text);
  const needsQuotes = breakSpace.test(text) || isMultiline || edge.test(text);
  return {
    isEmpty: false,
    isMultiline,
    allowsPlain: !needsDoubleQuotes && !needsQuotes && !indicator.test(text),
    allowsSingleQuotes: !needsDoubleQuotes && !breakSpace.test(text),
  };
}

const word =
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|~|null|Null|NULL|<<|=|)$/;

/** Whether PyYAML reads an unquoted text as something else than a text. */
export function isReadAsOther(text: string): boolean {
  return word.test(text) || pythonScalar.test(text) || pythonTime.test(text);
}
