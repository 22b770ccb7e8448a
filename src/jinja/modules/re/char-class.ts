import { regexError } from './regex-error.ts';
import {
  type CharTest,
  foldCode,
  isDigit,
  isSpaceCode,
  isWord,
  type RegexFlags,
} from './syntax.ts';

interface Escape {
  readonly end: number;
  /** The character it stands for, where it is not a class. */
  readonly code: number;
  readonly test: CharTest | undefined;
}

const control: Readonly<Record<string, number>> = {
  a: 7,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
};

/** The escape after a backslash at `at`: a class of characters, or one of them. */
export function classEscape(source: string, at: number, { ascii }: RegexFlags): Escape {
  const letter = source[at]!;
  const one = (code: number, length = 1): Escape => ({ end: at + length, code, test: undefined });
  const set = (test: CharTest): Escape => ({ end: at + 1, code: 0, test });
  switch (letter) {
    case 'd':
      return set((code) => isDigit(code, ascii));
    case 'D':
      return set((code) => !isDigit(code, ascii));
    case 'w':
      return set((code) => isWord(code, ascii));
    case 'W':
      return set((code) => !isWord(code, ascii));
    case 's':
      return set((code) => isSpaceCode(code, ascii));
    case 'S':
      return set((code) => !isSpaceCode(code, ascii));
    default:
  }
  const controlCode = Object.hasOwn(control, letter) ? control[letter] : undefined;
  if (controlCode !== undefined) return one(controlCode);
  const hex = /^(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8}))/i.exec(source.slice(at, at + 9));
  if (hex !== null) {
    return one(Number.parseInt(hex[1] ?? hex[2] ?? hex[3]!, 16), hex[0].length);
  }
  const octal = /^(?:0[0-7]{0,2}|[0-3][0-7]{2})/.exec(source.slice(at, at + 3));
  if (octal !== null) return one(Number.parseInt(octal[0], 8), octal[0].length);
  if (/^[a-z0-9]$/i.test(letter)) regexError(`bad escape \\${letter}`, at - 1);
  const code = source.codePointAt(at)!;
  return one(code, code > 0xffff ? 2 : 1);
}

/** Reads the `…]` of a set in square brackets. */
export class CharClassReader {
  at: number;
  readonly #source: string;
  readonly #start: number;
  readonly #flags: RegexFlags;

  constructor(source: string, at: number, flags: RegexFlags) {
    this.#source = source;
    this.#start = at - 1;
    this.at = at;
    this.#flags = flags;
  }

  read(): CharTest {
    const negated = this.#source[this.at] === '^';
    if (negated) this.at++;
    const tests: CharTest[] = [];
    for (let first = true; first || this.#source[this.at] !== ']'; first = false) {
      const place = this.at;
      const low = this.#readOne();
      if (this.#source[this.at] === '-' && this.#source[this.at + 1] !== ']') {
        this.at++;
        const high = this.#readOne();
        const text = this.#source.slice(place, this.at);
        if (low.test !== undefined || high.test !== undefined || high.code < low.code) {
          regexError(`bad character range ${text}`, place);
        }
        tests.push((code) => code >= low.code && code <= high.code);
      } else {
        tests.push(low.test ?? ((code) => code === low.code));
      }
    }
    this.at++;
    return combine(tests, negated, this.#flags.ignoreCase);
  }

  #readOne(): Pick<Escape, 'code' | 'test'> {
    const character = this.#source[this.at];
    if (character === undefined) return regexError('unterminated character set', this.#start);
    if (character !== '\\') {
      const code = this.#source.codePointAt(this.at)!;
      this.at += code > 0xffff ? 2 : 1;
      return { code, test: undefined };
    }
    this.at++;
    if (this.#source[this.at] === undefined) regexError('unterminated character set', this.#start);
    if (this.#source[this.at] === 'b') {
      this.at++;
      return { code: 8, test: undefined };
    }
    const read = classEscape(this.#source, this.at, this.#flags);
    this.at = read.end;
    return read;
  }
}

/** One test of all parts of a set, with the answers for ASCII worked out beforehand. */
function combine(tests: readonly CharTest[], negated: boolean, ignoreCase: boolean): CharTest {
  const any = (code: number) => tests.some((test) => test(code));
  const decide = (code: number) => {
    const inside =
      any(code) ||
      (ignoreCase &&
        (any(foldCode(code)) || any(String.fromCodePoint(code).toUpperCase().codePointAt(0)!)));
    return inside !== negated;
  };
  const ascii = Array.from({ length: 128 }, (_, code) => decide(code));
  return (code) => (code < 128 ? ascii[code]! : decide(code));
}
