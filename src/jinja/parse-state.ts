import { didYouMean } from '../errors/suggest.ts';
import { type TsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import type { Stmt } from './ast.ts';
import { type Token, tokenNames } from './lexer.ts';
import { PythonFault } from './values/raise.ts';
import { reprString } from './values/repr.ts';

/** A filter or test that does not exist; an error unless only reached under a condition. */
interface UnknownName {
  readonly kind: 'filter' | 'test';
  readonly name: string;
  readonly pos: number;
  readonly known: Iterable<string>;
  soft: boolean;
}

/** Which of the special names the body of a macro or loop speaks of. */
export interface SpecialNames {
  readonly wanted: ReadonlySet<string>;
  readonly used: Set<string>;
  readonly stored: Set<string>;
}

interface OpenTag {
  readonly name: string;
  readonly pos: number;
}

/** Parses the statement of a tag: given, because statements hold bodies and bodies statements. */
export type ParseTag = (state: ParseState, pos: number) => Stmt | Stmt[];

/** Turns an offset into a place of the file. */
export type Locate = (pos: number) => { file: string; line: number; column: number };

/** Where a parse stands: the tokens, the open tags, and what was noticed on the way. */
export class ParseState {
  current: Token;
  /** Filters and tests here are looked up only when they run, as in Jinja's conditional frames. */
  soft = false;
  readonly unknown: UnknownName[] = [];
  readonly specials: SpecialNames[] = [];
  readonly openTags: OpenTag[] = [];
  readonly endTags: (readonly string[])[] = [];
  /** Loops around this place that `break` can leave. */
  loops = 0;
  /** For loops around this place, also outside of a macro in them. */
  forDepth = 0;
  /** Errors that count only when the whole template could be read. */
  readonly lateErrors: TsdbtError[] = [];
  readonly parseTag: ParseTag;
  readonly #tokens: readonly Token[];
  readonly #locate: Locate;
  #at = 0;

  constructor(tokens: readonly Token[], locate: Locate, parseTag: ParseTag) {
    this.#tokens = tokens;
    this.#locate = locate;
    this.parseTag = parseTag;
    this.current = tokens[0]!;
    this.#checkToken();
  }

  /** Moves on; gives the token left behind. */
  next(): Token {
    const token = this.current;
    if (token.type !== 'eof') {
      this.current = this.#tokens[++this.#at]!;
      this.#checkToken();
    }
    return token;
  }

  /** The token after the current one. */
  look(): Token {
    const token = this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)]!;
    if (token.type === 'error') this.fail(token.value, token.pos);
    return token;
  }

  isName(name: string): boolean {
    return this.current.type === 'name' && this.current.value === name;
  }

  skipIf(type: string): boolean {
    if (this.current.type !== type) return false;
    this.next();
    return true;
  }

  skipIfName(name: string): boolean {
    if (!this.isName(name)) return false;
    this.next();
    return true;
  }

  expect(type: string): Token {
    if (this.current.type !== type) this.#unexpected(tokenNames.get(type) ?? type);
    return this.next();
  }

  expectName(name: string): Token {
    if (!this.isName(name)) this.#unexpected(name);
    return this.next();
  }

  /** Notes the use of a name, for the macros and loops around it. */
  useName(name: string): void {
    for (let i = this.specials.length - 1; i >= 0; i--) {
      const special = this.specials[i]!;
      if (special.wanted.has(name) && !special.stored.has(name)) special.used.add(name);
    }
  }

  /** Notes that a name is set, which takes its special meaning away. */
  storeName(name: string): void {
    for (const special of this.specials) if (special.wanted.has(name)) special.stored.add(name);
  }

  /** Runs `parse`, and tells which of the wanted names it used. */
  watching<T>(
    wanted: ReadonlySet<string>,
    parse: () => T,
  ): { result: T; used: ReadonlySet<string> } {
    const special: SpecialNames = { wanted, used: new Set(), stored: new Set() };
    this.specials.push(special);
    const result = parse();
    this.specials.pop();
    return { result, used: special.used };
  }

  /** Parses a part of which only some may run. */
  softly<T>(soft: boolean, parse: () => T): T {
    const former = this.soft;
    this.soft = soft;
    const result = parse();
    this.soft = former;
    return result;
  }

  fail(message: string, pos = this.current.pos, hint?: string): never {
    throw this.error('TemplateSyntaxError', message, pos, hint);
  }

  /** Fails with the end of the template (`name` undefined) or a tag that fits nowhere. */
  failUnknownTag(name: string | undefined, tags: Iterable<string>, ends = this.endTags): never {
    const looking = ends.at(-1)?.map(reprString).join(' or ');
    const parts = [
      name === undefined
        ? 'Unexpected end of template.'
        : `Encountered unknown tag ${reprString(name)}.`,
    ];
    if (looking !== undefined) {
      parts.push(
        name !== undefined && ends.some((names) => names.includes(name))
          ? `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${looking}.`
          : `Jinja was looking for the following tags: ${looking}.`,
      );
    }
    const innermost = this.openTags.at(-1);
    if (innermost !== undefined) {
      parts.push(`The innermost block that needs to be closed is ${reprString(innermost.name)}.`);
    }
    const near = name === undefined ? undefined : didYouMean(name, [...tags, ...ends.flat()]);
    this.fail(parts.join(' '), this.current.pos, near ?? this.#unclosedHint());
  }

  error(type: string, message: string, pos: number, hint?: string): TsdbtError {
    const location = this.#locate(pos);
    return tsdbtError(
      'jinja-syntax',
      { message, hint },
      { location, cause: new PythonFault(type, message) },
    );
  }

  /** Fails for what Jinja finds only after parsing: filters and tests that do not exist, and the like. */
  checkLate(): void {
    const first = this.unknown.find((unknown) => !unknown.soft);
    if (first === undefined) {
      if (this.lateErrors[0] !== undefined) throw this.lateErrors[0];
      return;
    }
    const message = `No ${first.kind} named ${reprString(first.name)}.`;
    const hint = didYouMean(first.name, first.known);
    throw this.error('TemplateAssertionError', message, first.pos, hint);
  }

  #unclosedHint(): string | undefined {
    const innermost = this.openTags.at(-1);
    if (innermost === undefined) return undefined;
    return `{% ${innermost.name} %} was opened at line ${this.#locate(innermost.pos).line}: close it with {% end${innermost.name} %}.`;
  }

  #unexpected(wanted: string): never {
    const { current } = this;
    if (current.type === 'eof') {
      this.fail(
        `unexpected end of template, expected ${reprString(wanted)}.`,
        current.pos,
        this.#openHint(),
      );
    }
    this.fail(`expected token ${reprString(wanted)}, got ${reprString(describeToken(current))}`);
  }

  /** Where the `{{` or `{%` was opened that the template ends in. */
  #openHint(): string | undefined {
    for (let i = this.#at - 1; i >= 0; i--) {
      const token = this.#tokens[i]!;
      if (token.type === 'block_begin' || token.type === 'variable_begin') {
        return `${token.value.slice(0, 2)} was opened at line ${this.#locate(token.pos).line} and is not closed.`;
      }
    }
    return undefined;
  }

  #checkToken(): void {
    if (this.current.type === 'error') this.fail(this.current.value);
  }
}

/** How error messages show a token. */
export function describeToken(token: Token): string {
  return token.type === 'name' ? token.value : (tokenNames.get(token.type) ?? token.type);
}
