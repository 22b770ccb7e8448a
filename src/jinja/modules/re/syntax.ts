/** Whether a character belongs to a set, by its code point. */
export type CharTest = (code: number) => boolean;

export type Position =
  | 'start'
  | 'end'
  | 'lineStart'
  | 'lineEnd'
  | 'endOrNewline'
  | 'boundary'
  | 'notBoundary';

/** A regular expression as a tree. */
export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly test: CharTest }
  | { readonly kind: 'position'; readonly at: Position; readonly ascii: boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: RegexNode }
  | {
      readonly kind: 'repeat';
      readonly body: RegexNode;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly kind: 'backreference'; readonly index: number; readonly ignoreCase: boolean }
  | {
      readonly kind: 'look';
      readonly body: RegexNode;
      readonly behind: boolean;
      readonly negative: boolean;
    }
  | { readonly kind: 'atomic'; readonly body: RegexNode }
  | {
      readonly kind: 'condition';
      readonly index: number;
      readonly yes: RegexNode;
      readonly no: RegexNode;
    };

export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}

/** A character for comparing without case. */
export function foldCode(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  const text = String.fromCodePoint(code).toUpperCase().toLowerCase();
  const folded = text.codePointAt(0)!;
  return text.length === String.fromCodePoint(folded).length ? folded : code;
}

export function isWord(code: number, ascii: boolean): boolean {
  if (code < 128) {
    return (
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 48 && code <= 57) ||
      code === 95
    );
  }
  return !ascii && /[\p{L}\p{N}]/u.test(String.fromCodePoint(code));
}

export function isDigit(code: number, ascii: boolean): boolean {
  if (code < 128) return code >= 48 && code <= 57;
  return !ascii && /\p{Nd}/u.test(String.fromCodePoint(code));
}

export function isSpaceCode(code: number, ascii: boolean): boolean {
  if (code < 128)
    return code === 32 || (code >= 9 && code <= 13) || (!ascii && code >= 28 && code <= 31);
  return !ascii && (code === 0x85 || /\s/.test(String.fromCodePoint(code))) && code !== 0xfeff;
}
