import { isSpace } from '../values/text.ts';

/** Whether a text has letters with case, all of them lower. */
export function isLowerText(text: string): boolean {
  return /\p{Ll}/u.test(text) && !/[\p{Lu}\p{Lt}]/u.test(text);
}

/** Whether a text has letters with case, all of them upper. */
export function isUpperText(text: string): boolean {
  return /[\p{Lu}]/u.test(text) && !/[\p{Ll}\p{Lt}]/u.test(text);
}

function isTitleText(text: string): boolean {
  let cased = false;
  let found = false;
  for (const character of text) {
    if (/[\p{Lu}\p{Lt}]/u.test(character)) {
      if (cased) return false;
      cased = true;
      found = true;
    } else if (/\p{Ll}/u.test(character)) {
      if (!cased) return false;
      found = true;
    } else {
      cased = false;
    }
  }
  return found;
}

function isSpaceText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isSpace(text.charCodeAt(i))) return false;
  return text !== '';
}

/** Python's `is…()` tests of texts. */
export const classTests: Readonly<Record<string, (text: string) => boolean>> = {
  isalpha: (text) => /^\p{L}+$/u.test(text),
  isalnum: (text) => /^[\p{L}\p{N}]+$/u.test(text),
  isdigit: (text) => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+$/u.test(text),
  isdecimal: (text) => /^\p{Nd}+$/u.test(text),
  isnumeric: (text) => /^\p{N}+$/u.test(text),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins at NUL
  isascii: (text) => /^[\x00-\x7f]*$/.test(text),
  isidentifier: (text) => /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(text),
  isprintable: (text) => !/[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u.test(text.replaceAll(' ', '')),
  islower: isLowerText,
  isupper: isUpperText,
  istitle: isTitleText,
  isspace: isSpaceText,
};
