import { CharClassReader, classEscape } from './char-class.ts';
import { regexError } from './regex-error.ts';
import { foldCode, type Position, type RegexFlags, type RegexNode } from './syntax.ts';

/** A parsed pattern, and what its groups are called. */
export interface ParsedRegex {
  readonly root: RegexNode;
  readonly groups: number;
  /** The groups in the order in which they close. */
  readonly closing: readonly number[];
  readonly names: ReadonlyMap<string, number>;
  readonly flags: RegexFlags;
}

const flagNames: Readonly<Record<string, keyof RegexFlags | undefined>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
  u: undefined,
  L: undefined,
};

/** Parses a pattern of Python's syntax. */
export function parseRegex(source: string, given: RegexFlags): ParsedRegex {
  // All flags of the leading `(?i)(?s)…` groups hold for the whole pattern.
  const leading = /^(?:\(\?[aiLmsux]+\))*/.exec(source)![0];
  const flags = withFlags(given, leading.replace(/[()?]/g, ''), true);
  const reader = new RegexReader(source, flags, leading.length);
  const root = reader.readChoice();
  if (!reader.done) regexError('unbalanced parenthesis', reader.at);
  return {
    root,
    groups: reader.groups,
    closing: reader.closing,
    names: reader.names,
    flags: reader.flags,
  };
}

function withFlags(flags: RegexFlags, letters: string, value: boolean): RegexFlags {
  const changed: { -readonly [K in keyof RegexFlags]: RegexFlags[K] } = { ...flags };
  for (const letter of letters) {
    const name = flagNames[letter];
    if (name !== undefined) changed[name] = value;
  }
  return changed;
}

class RegexReader {
  at: number;
  groups = 0;
  readonly closing: number[] = [];
  flags: RegexFlags;
  readonly names = new Map<string, number>();
  readonly #source: string;
  readonly #open = new Set<number>();
  #depth = 0;

  constructor(source: string, flags: RegexFlags, at: number) {
    this.#source = source;
    this.flags = flags;
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.#source.length;
  }

  readChoice(): RegexNode {
    if (++this.#depth > 200) regexError('pattern is nested too deeply', this.at);
    const options = [this.#readSequence()];
    while (this.#skip('|')) options.push(this.#readSequence());
    this.#depth--;
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #readSequence(): RegexNode {
    const parts: RegexNode[] = [];
    for (;;) {
      if (this.flags.verbose) this.#skipVerbose();
      const character = this.#source[this.at];
      if (character === undefined || character === '|' || character === ')') break;
      const start = this.at;
      const atom = this.#readAtom();
      if (atom === undefined) continue;
      parts.push(this.#readRepeat(atom, start));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  #skipVerbose(): void {
    for (;;) {
      const match = /^(?:\s+|#[^\n]*)/.exec(this.#source.slice(this.at));
      if (match === null) return;
      this.at += match[0].length;
    }
  }

  #readRepeat(atom: RegexNode, start: number): RegexNode {
    let node = atom;
    for (let repeated = false; ; repeated = true) {
      if (this.flags.verbose) this.#skipVerbose();
      const place = this.at;
      const range = this.#readRange();
      if (range === undefined) return node;
      if (atom.kind === 'position' && place === start) regexError('nothing to repeat', place);
      if (repeated) regexError('multiple repeat', place);
      const mode = this.#skip('?') ? 'lazy' : this.#skip('+') ? 'possessive' : 'greedy';
      node = { kind: 'repeat', body: node, min: range[0], max: range[1], mode };
    }
  }

  #readRange(): [number, number] | undefined {
    if (this.#skip('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#skip('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#skip('?')) return [0, 1];
    const match = /^\{(\d*)(,?)(\d*)\}/.exec(this.#source.slice(this.at, this.at + 30));
    if (match === null || (match[1] === '' && match[2] === '')) return undefined;
    const place = this.at;
    this.at += match[0].length;
    const min = Number(match[1]);
    const max =
      match[2] === '' ? min : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (max < min) regexError('min repeat greater than max repeat', place + 1);
    return [min, max];
  }

  #readAtom(): RegexNode | undefined {
    const start = this.at;
    const character = String.fromCodePoint(this.#source.codePointAt(start)!);
    this.at += character.length;
    const { dotAll, multiline } = this.flags;
    switch (character) {
      case '.':
        return { kind: 'set', test: dotAll ? () => true : (code) => code !== 10 };
      case '^':
        return this.#position(multiline ? 'lineStart' : 'start');
      case '$':
        return this.#position(multiline ? 'lineEnd' : 'endOrNewline');
      case '[': {
        const reader = new CharClassReader(this.#source, this.at, this.flags);
        const test = reader.read();
        this.at = reader.at;
        return { kind: 'set', test };
      }
      case '(':
        return this.#readGroup(start);
      case '*':
      case '+':
      case '?':
        return regexError('nothing to repeat', start);
      case '\\':
        return this.#readEscape(start);
      default:
        return this.#literal(character.codePointAt(0)!);
    }
  }

  #position(at: Position): RegexNode {
    return { kind: 'position', at, ascii: this.flags.ascii };
  }

  #literal(code: number): RegexNode {
    if (!this.flags.ignoreCase) return { kind: 'set', test: (other) => other === code };
    const folded = foldCode(code);
    return { kind: 'set', test: (other) => other === code || foldCode(other) === folded };
  }

  #readEscape(start: number): RegexNode {
    const character = this.#source[this.at];
    if (character === undefined) return regexError('bad escape (end of pattern)', start);
    switch (character) {
      case 'A':
        this.at++;
        return this.#position('start');
      case 'Z':
        this.at++;
        return this.#position('end');
      case 'b':
        this.at++;
        return this.#position('boundary');
      case 'B':
        this.at++;
        return this.#position('notBoundary');
      default:
    }
    const reference = /^[1-9]\d?/.exec(this.#source.slice(this.at, this.at + 2));
    if (reference !== null && !/^[0-3][0-7]{2}/.test(this.#source.slice(this.at, this.at + 3))) {
      const index = Number(reference[0]);
      if (index > this.groups) regexError(`invalid group reference ${index}`, this.at);
      if (this.#open.has(index)) regexError('cannot refer to an open group', start);
      this.at += reference[0].length;
      return { kind: 'backreference', index, ignoreCase: this.flags.ignoreCase };
    }
    const read = classEscape(this.#source, this.at, this.flags);
    this.at = read.end;
    return read.test === undefined ? this.#literal(read.code) : { kind: 'set', test: read.test };
  }

  #readGroup(start: number): RegexNode | undefined {
    if (!this.#skip('?')) return this.#capture(start, undefined);
    const rest = this.#source.slice(this.at);
    const named = /^P<([^>]*)>/.exec(rest);
    if (named !== null) {
      const name = named[1]!;
      if (!/^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name)) {
        regexError(`bad character in group name '${name}'`, this.at + 2);
      }
      if (this.names.has(name)) {
        regexError(
          `redefinition of group name '${name}' as group ${this.groups + 1}; was group ${this.names.get(name)}`,
          this.at + 2,
        );
      }
      this.at += named[0].length;
      return this.#capture(start, name);
    }
    const reference = /^P=([^)]*)\)/.exec(rest);
    if (reference !== null) {
      const index = this.names.get(reference[1]!);
      if (index === undefined)
        return regexError(`unknown group name '${reference[1]}'`, this.at + 2);
      this.at += reference[0].length;
      return { kind: 'backreference', index, ignoreCase: this.flags.ignoreCase };
    }
    if (rest.startsWith('#')) {
      const end = rest.indexOf(')');
      if (end === -1) regexError('missing ), unterminated comment', start);
      this.at += end + 1;
      return undefined;
    }
    const look = /^(<?)([=!])/.exec(rest);
    if (look !== null) {
      this.at += look[0].length;
      const body = this.#body(start);
      return { kind: 'look', body, behind: look[1] === '<', negative: look[2] === '!' };
    }
    if (rest.startsWith('>')) {
      this.at++;
      return { kind: 'atomic', body: this.#body(start) };
    }
    return rest.startsWith('(') ? this.#readCondition(start) : this.#readFlags(start, rest);
  }

  #capture(start: number, name: string | undefined): RegexNode {
    const index = ++this.groups;
    if (name !== undefined) this.names.set(name, index);
    this.#open.add(index);
    const body = this.#body(start);
    this.#open.delete(index);
    this.closing.push(index);
    return { kind: 'group', index, body };
  }

  #readCondition(start: number): RegexNode {
    const match = /^\(([^)]*)\)/.exec(this.#source.slice(this.at));
    const name = match?.[1] ?? '';
    const index = /^\d+$/.test(name) ? Number(name) : this.names.get(name);
    if (match === null || index === undefined || index === 0 || index > this.groups) {
      return regexError(`unknown group name '${name}'`, this.at + 1);
    }
    this.at += match[0].length;
    const yes = this.#readSequence();
    const no: RegexNode = this.#skip('|') ? this.#readSequence() : { kind: 'empty' };
    if (!this.#skip(')')) regexError('missing ), unterminated subpattern', start);
    return { kind: 'condition', index, yes, no };
  }

  #readFlags(start: number, rest: string): RegexNode | undefined {
    const match = /^([aiLmsux]*)(?:-([imsx]+))?([:)])/.exec(rest);
    if (match === null) return regexError(`unknown extension ?${rest[0] ?? ''}`, start + 1);
    this.at += match[0].length;
    if (match[3] === ')') regexError('global flags not at the start of the expression', start);
    const outer = this.flags;
    this.flags = withFlags(withFlags(outer, match[1]!, true), match[2] ?? '', false);
    const body = this.#body(start);
    this.flags = outer;
    return body;
  }

  #body(start: number): RegexNode {
    const body = this.readChoice();
    if (!this.#skip(')')) regexError('missing ), unterminated subpattern', start);
    return body;
  }

  #skip(character: string): boolean {
    if (this.#source[this.at] !== character) return false;
    this.at++;
    return true;
  }
}
