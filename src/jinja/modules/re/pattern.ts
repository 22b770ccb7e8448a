import { hostFunction } from '../../host-function.ts';
import { asIndex } from '../../values/numbers.ts';
import { PyDict } from '../../values/py-dict.ts';
import { type Kwargs, PyObject, type Value } from '../../values/py-object.ts';
import { PyTuple } from '../../values/py-tuple.ts';
import { raisePython } from '../../values/raise.ts';
import { reprString } from '../../values/repr.ts';
import { type Demand, matchAt, type Slots } from './matcher.ts';
import { parseRegex } from './parse-regex.ts';
import { compileRegex, type Program } from './program.ts';
import type { RegexFlags } from './syntax.ts';

/** Bits of the flags, as in Python. */
export const flagBits = {
  ignoreCase: 2,
  multiline: 8,
  dotAll: 16,
  verbose: 64,
  ascii: 256,
} as const;

/** A text to be searched: characters as Python counts them. */
export class Subject {
  readonly text: string;
  readonly codes: Uint32Array;
  readonly #characters: readonly string[] | undefined;

  constructor(text: string) {
    this.text = text;
    const characters = Array.from(text);
    this.codes = Uint32Array.from(characters, (character) => character.codePointAt(0)!);
    this.#characters = characters.length === text.length ? undefined : characters;
  }

  slice(start: number, end: number): string {
    return this.#characters === undefined
      ? this.text.slice(start, end)
      : this.#characters.slice(start, end).join('');
  }
}

export type Operation = (pattern: PyPattern, args: Value[], kwargs: Kwargs) => Value;

/** A compiled pattern. */
export class PyPattern extends PyObject {
  readonly source: string;
  readonly flags: number;
  readonly groups: number;
  readonly closing: readonly number[];
  readonly names: ReadonlyMap<string, number>;
  readonly #program: Program;
  readonly #slots: number;
  readonly #operations: Readonly<Record<string, Operation>>;

  constructor(source: string, flags: number, operations: Readonly<Record<string, Operation>>) {
    super();
    const given: RegexFlags = {
      ignoreCase: (flags & flagBits.ignoreCase) !== 0,
      multiline: (flags & flagBits.multiline) !== 0,
      dotAll: (flags & flagBits.dotAll) !== 0,
      verbose: (flags & flagBits.verbose) !== 0,
      ascii: (flags & flagBits.ascii) !== 0,
    };
    const parsed = parseRegex(source, given);
    const { program, slots } = compileRegex(parsed.root, parsed.groups);
    this.source = source;
    this.flags = flagNumber(parsed.flags);
    this.groups = parsed.groups;
    this.closing = parsed.closing;
    this.names = parsed.names;
    this.#program = program;
    this.#slots = slots;
    this.#operations = operations;
  }

  get pyTypeName(): string {
    return 're.Pattern';
  }

  /** The match that begins exactly at `start`. */
  matchAt(subject: Subject, start: number, demand: Demand = 'any'): PyMatch | undefined {
    const slots: Slots = new Int32Array(this.#slots).fill(-1);
    const end = matchAt(this.#program, subject.codes, start, slots, demand);
    if (end === -1) return undefined;
    slots[0] = start;
    slots[1] = end;
    return new PyMatch(this, subject, slots);
  }

  /** The first match at `start` or later. */
  search(subject: Subject, start: number, demand: Demand = 'any'): PyMatch | undefined {
    let wanted = demand;
    for (let at = start; at <= subject.codes.length; at++) {
      const match = this.matchAt(subject, at, wanted);
      if (match !== undefined) return match;
      wanted = 'any';
    }
    return undefined;
  }

  /** All matches that do not overlap; after an empty one the next must take something or be later. */
  *all(subject: Subject): Generator<PyMatch, undefined> {
    let match = this.search(subject, 0);
    while (match !== undefined) {
      yield match;
      const end = match.end(0);
      match = this.search(subject, end, match.start(0) === end ? 'advance' : 'any');
    }
    return undefined;
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'pattern':
        return this.source;
      case 'flags':
        return this.flags;
      case 'groups':
        return this.groups;
      case 'groupindex':
        return new PyDict(this.names);
      default: {
        const operation = this.#operations[name];
        return operation && hostFunction(name, (args, kwargs) => operation(this, args, kwargs));
      }
    }
  }

  override pyRepr(): string {
    return `re.compile(${reprString(this.source)})`;
  }

  override pyEq(other: Value): boolean | undefined {
    return other instanceof PyPattern
      ? other.source === this.source && other.flags === this.flags
      : undefined;
  }
}

function flagNumber(flags: RegexFlags): number {
  let number = flags.ascii ? 0 : 32;
  for (const [name, bit] of Object.entries(flagBits))
    if (flags[name as keyof RegexFlags]) number |= bit;
  return number;
}

/** What a pattern found. */
export class PyMatch extends PyObject {
  readonly pattern: PyPattern;
  readonly subject: Subject;
  readonly #slots: Slots;

  constructor(pattern: PyPattern, subject: Subject, slots: Slots) {
    super();
    this.pattern = pattern;
    this.subject = subject;
    this.#slots = slots;
  }

  get pyTypeName(): string {
    return 're.Match';
  }

  start(index: number): number {
    return this.end(index) === -1 ? -1 : this.#slots[index * 2]!;
  }

  end(index: number): number {
    return this.#slots[index * 2 + 1]!;
  }

  /** The text of a group; None when it took no part. */
  group(index: number): string | null {
    const start = this.start(index);
    return start < 0 ? null : this.subject.slice(start, this.end(index));
  }

  /** The number of a group given by number or name. */
  indexOf(key: Value): number {
    const index = typeof key === 'string' ? this.pattern.names.get(key) : asIndex(key);
    if (index === undefined || index < 0 || index > this.pattern.groups) {
      raisePython('IndexError', 'no such group');
    }
    return index;
  }

  groups(missing: Value = null): Value[] {
    return Array.from({ length: this.pattern.groups }, (_, i) => {
      const text = this.group(i + 1);
      return text === null ? missing : text;
    });
  }

  override pyAttr(name: string): Value | undefined {
    const method = (call: (args: Value[]) => Value) => hostFunction(name, call);
    const place = (args: Value[]) => (args[0] === undefined ? 0 : this.indexOf(args[0]));
    switch (name) {
      case 'group':
        return method((args) => {
          if (args.length <= 1) return this.group(place(args));
          return new PyTuple(args.map((key) => this.group(this.indexOf(key))));
        });
      case 'groups':
        return method((args) => new PyTuple(this.groups(args[0])));
      case 'groupdict':
        return method((args) => {
          const missing = args[0] === undefined ? null : args[0];
          const pairs = [...this.pattern.names].map(([key, i]) => {
            const text = this.group(i);
            return [key, text === null ? missing : text] as const;
          });
          return new PyDict(pairs);
        });
      case 'start':
        return method((args) => this.start(place(args)));
      case 'end':
        return method((args) => this.end(place(args)));
      case 'span':
        return method((args) => new PyTuple([this.start(place(args)), this.end(place(args))]));
      case 'string':
        return this.subject.text;
      case 're':
        return this.pattern;
      case 'pos':
        return 0;
      case 'endpos':
        return this.subject.codes.length;
      case 'lastindex':
        return this.#lastIndex();
      case 'lastgroup': {
        const last = this.#lastIndex();
        return [...this.pattern.names].find(([, index]) => index === last)?.[0] ?? null;
      }
      default:
        return undefined;
    }
  }

  override pyItem(key: Value): Value | undefined {
    return this.group(this.indexOf(key));
  }

  override pyRepr(): string {
    const span = `(${this.start(0)}, ${this.end(0)})`;
    return `<re.Match object; span=${span}, match=${reprString(this.group(0)!)}>`;
  }

  #lastIndex(): number | null {
    let last: number | null = null;
    let lastEnd = -1;
    for (const i of this.pattern.closing) {
      if (this.end(i) !== -1 && this.end(i) >= lastEnd) {
        last = i;
        lastEnd = this.end(i);
      }
    }
    return last;
  }
}
