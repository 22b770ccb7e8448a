import { checkTextLength } from '../../jinja/index.ts';
import { isReadAsOther, type ScalarStyle, scalarStyle } from './scalar-style.ts';

const bestWidth = 80;
const bestIndent = 2;
const isBreak = (character: string | undefined): boolean =>
  character !== undefined && '\n\x85\u2028\u2029'.includes(character);

const escapes: ReadonlyMap<string, string> = new Map([
  ...[['\0', '0'] as const, ['\x07', 'a'] as const, ['\x08', 'b'] as const, ['\t', 't'] as const],
  ...[['\n', 'n'] as const, ['\v', 'v'] as const, ['\f', 'f'] as const, ['\r', 'r'] as const],
  ...[['\x1b', 'e'] as const, ['"', '"'] as const, ['\\', '\\'] as const, ['\x85', 'N'] as const],
  ...[['\xa0', '_'] as const, ['\u2028', 'L'] as const, ['\u2029', 'P'] as const],
]);

/** Writes what a YAML document is made of, column by column, as PyYAML's `Emitter` does. */
export class BlockWriter {
  readonly #parts: string[] = [];
  #length = 0;
  #column = 0;
  /** Whether white space was written last, and whether nothing else is on the line. */
  #isAfterSpace = true;
  #isIndention = true;
  /** Columns of the collection that is written; undefined outside of all. */
  #indent: number | undefined;
  #isOpenEnded = false;

  get isIndention(): boolean {
    return this.#isIndention;
  }

  /** Runs `write` with the indent of a collection, or of the lines of a scalar, that begins here. */
  indented(kind: 'block' | 'indentless' | 'scalar', write: () => void): void {
    const before = this.#indent;
    if (before === undefined) this.#indent = kind === 'scalar' ? bestIndent : 0;
    else if (kind !== 'indentless') this.#indent = before + bestIndent;
    write();
    this.#indent = before;
  }

  indicator(text: string, needsSpace: boolean, keepsIndention = false): void {
    this.#put(this.#isAfterSpace || !needsSpace ? text : ` ${text}`);
    this.#isAfterSpace = false;
    this.#isIndention &&= keepsIndention;
    this.#isOpenEnded = false;
  }

  /** Begins a line in the column of the indent, unless one has just begun there. */
  newLine(): void {
    const indent = this.#indent ?? 0;
    const isBehind = this.#column > indent || (this.#column === indent && !this.#isAfterSpace);
    if (!this.#isIndention || isBehind) this.#lineBreak('\n');
    if (this.#column < indent) {
      this.#isAfterSpace = true;
      this.#put(' '.repeat(indent - this.#column));
    }
  }

  /** A text in the style that PyYAML takes; a key must stand on one line. */
  text(text: string, isKey: boolean, isRoot: boolean): void {
    const style = scalarStyle(text);
    const isPlain =
      style.allowsPlain && !isReadAsOther(text) && !(isKey && (style.isEmpty || style.isMultiline));
    if (isPlain) this.plain(text, isKey, isRoot);
    else if (style.allowsSingleQuotes && !(isKey && style.isMultiline))
      this.indented('scalar', () => this.#singleQuoted(text, !isKey));
    else this.indented('scalar', () => this.#doubleQuoted(text, !isKey));
  }

  plain(text: string, isKey: boolean, isRoot: boolean): void {
    this.indented('scalar', () => {
      if (text !== '') {
        if (!this.#isAfterSpace) this.#put(' ');
        this.#isAfterSpace = false;
        this.#isIndention = false;
        this.#words(text, !isKey);
      }
      if (isRoot) this.#isOpenEnded = true;
    });
  }

  /** The document, ended. */
  finished(): string {
    this.newLine();
    if (this.#isOpenEnded) {
      this.indicator('...', true);
      this.newLine();
    }
    return this.#parts.join('');
  }

  #put(text: string): void {
    this.#column += text.length;
    this.#length += text.length;
    checkTextLength(this.#length);
    this.#parts.push(text);
  }

  #lineBreak(text: string): void {
    this.#put(text);
    this.#isAfterSpace = true;
    this.#isIndention = true;
    this.#column = 0;
  }

  /** Words on lines of the best width, as far as single spaces let them be broken. */
  #words(text: string, splits: boolean): void {
    for (const part of text.match(/ +|[^ ]+/g) ?? []) {
      if (part === ' ' && splits && this.#column > bestWidth) {
        this.newLine();
        this.#isAfterSpace = false;
        this.#isIndention = false;
      } else this.#put(part);
    }
  }

  #singleQuoted(text: string, splits: boolean): void {
    this.indicator("'", true);
    const parts = text.match(/ +|[\n\x85\u2028\u2029]+|'|[^ \n\x85\u2028\u2029']+/g) ?? [];
    for (const [i, part] of parts.entries()) {
      if (part === "'") this.#put("''");
      else if (isBreak(part[0])) {
        if (part[0] === '\n') this.#lineBreak('\n');
        for (const one of part) this.#lineBreak(one);
        this.newLine();
      } else if (
        part === ' ' &&
        splits &&
        this.#column > bestWidth &&
        i !== 0 &&
        i !== parts.length - 1
      )
        this.newLine();
      else this.#put(part);
    }
    this.indicator("'", false);
  }

  #doubleQuoted(text: string, splits: boolean): void {
    this.indicator('"', true);
    const characters = Array.from(text);
    let start = 0;
    for (let end = 0; end <= characters.length; end++) {
      const character = characters[end];
      if (character === undefined || !/[\x20-\x7e]/.test(character) || /["\\]/.test(character)) {
        if (start < end) this.#put(characters.slice(start, end).join(''));
        start = end;
        if (character !== undefined) {
          this.#put(escaped(character));
          start = end + 1;
        }
      }
      const isInside = end > 0 && end < characters.length - 1;
      const mayBreak = isInside && (character === ' ' || start >= end);
      if (mayBreak && splits && this.#column + (end - start) > bestWidth) {
        this.#put(`${characters.slice(start, end).join('')}\\`);
        if (start < end) start = end;
        this.newLine();
        this.#isAfterSpace = false;
        this.#isIndention = false;
        if (characters[start] === ' ') this.#put('\\');
      }
    }
    this.indicator('"', false);
  }
}

function escaped(character: string): string {
  const known = escapes.get(character);
  if (known !== undefined) return `\\${known}`;
  const code = character.codePointAt(0)!;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Whether a text may be the key of a mapping without a question mark before it. */
export function isSimpleKey(text: string, style: ScalarStyle = scalarStyle(text)): boolean {
  return text.length < 128 && !style.isEmpty && !style.isMultiline;
}
