import { tsdbtError } from '../../../errors/tsdbt-error.ts';
import { raisePython } from '../../values/raise.ts';
import type { CharTest, Position, RegexNode } from './syntax.ts';

/** One step of a compiled pattern. Numbers are places in the program, or slots. */
export type Instruction =
  | { readonly op: 'set'; readonly test: CharTest }
  | {
      readonly op: 'run';
      readonly test: CharTest;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'progress'; readonly slot: number; readonly exit: number }
  | { readonly op: 'position'; readonly at: Position; readonly ascii: boolean }
  | { readonly op: 'backreference'; readonly index: number; readonly ignoreCase: boolean }
  | {
      readonly op: 'look';
      readonly program: Program;
      readonly back: number;
      readonly negative: boolean;
    }
  | { readonly op: 'atomic'; readonly program: Program }
  | { readonly op: 'condition'; readonly index: number; readonly otherwise: number }
  | { readonly op: 'match' };

export type Program = readonly Instruction[];

const maxInstructions = 50_000;

/** Compiles a tree; `slots` is counted up from the slots of the groups. */
export function compileRegex(root: RegexNode, groups: number): { program: Program; slots: number } {
  const compiler = new Compiler(2 * (groups + 1));
  return { program: compiler.compile(root), slots: compiler.slots };
}

class Compiler {
  slots: number;

  constructor(slots: number) {
    this.slots = slots;
  }

  compile(node: RegexNode): Program {
    const code: Instruction[] = [];
    this.#emit(node, code);
    code.push({ op: 'match' });
    return code;
  }

  #emit(node: RegexNode, code: Instruction[]): void {
    if (code.length > maxInstructions) {
      throw tsdbtError('jinja-limit', { limit: 'a regular expression with too many repetitions' });
    }
    switch (node.kind) {
      case 'empty':
        break;
      case 'set':
        code.push({ op: 'set', test: node.test });
        break;
      case 'position':
        code.push({ op: 'position', at: node.at, ascii: node.ascii });
        break;
      case 'sequence':
        for (const part of node.parts) this.#emit(part, code);
        break;
      case 'choice':
        this.#emitChoice(node.options, code);
        break;
      case 'group':
        code.push({ op: 'save', slot: node.index * 2 });
        this.#emit(node.body, code);
        code.push({ op: 'save', slot: node.index * 2 + 1 });
        break;
      case 'repeat':
        this.#emitRepeat(node, code);
        break;
      case 'backreference':
        code.push({ op: 'backreference', index: node.index, ignoreCase: node.ignoreCase });
        break;
      case 'look': {
        const width = node.behind ? fixedWidth(node.body) : 0;
        if (width === undefined) raisePython('error', 'look-behind requires fixed-width pattern');
        const program = this.compile(node.body);
        code.push({ op: 'look', program, back: width, negative: node.negative });
        break;
      }
      case 'atomic':
        code.push({ op: 'atomic', program: this.compile(node.body) });
        break;
      case 'condition':
        this.#emitCondition(node, code);
    }
  }

  #emitChoice(options: readonly RegexNode[], code: Instruction[]): void {
    const jumps: number[] = [];
    options.forEach((option, i) => {
      if (i === options.length - 1) {
        this.#emit(option, code);
        return;
      }
      const split = code.length;
      code.push({ op: 'match' });
      this.#emit(option, code);
      jumps.push(code.length);
      code.push({ op: 'match' });
      code[split] = { op: 'split', first: split + 1, second: code.length };
    });
    for (const jump of jumps) code[jump] = { op: 'jump', to: code.length };
  }

  #emitRepeat(node: RegexNode & { kind: 'repeat' }, code: Instruction[]): void {
    const { body, min, max, mode } = node;
    if (body.kind === 'set') {
      code.push({ op: 'run', test: body.test, min, max, mode });
      return;
    }
    if (mode === 'possessive') {
      const greedy: RegexNode = { ...node, mode: 'greedy' };
      code.push({ op: 'atomic', program: this.compile(greedy) });
      return;
    }
    for (let i = 0; i < min; i++) this.#emit(body, code);
    const ways = (next: number, exit: number) =>
      mode === 'greedy' ? { first: next, second: exit } : { first: exit, second: next };
    if (max === Number.POSITIVE_INFINITY) {
      const start = code.length;
      const slot = this.slots++;
      code.push({ op: 'match' }, { op: 'save', slot });
      this.#emit(body, code);
      const exit = code.length + 2;
      code.push({ op: 'progress', slot, exit }, { op: 'jump', to: start });
      code[start] = { op: 'split', ...ways(start + 1, exit) };
      return;
    }
    const splits: number[] = [];
    for (let i = min; i < max; i++) {
      splits.push(code.length);
      code.push({ op: 'match' });
      this.#emit(body, code);
    }
    for (const split of splits) code[split] = { op: 'split', ...ways(split + 1, code.length) };
  }

  #emitCondition(node: RegexNode & { kind: 'condition' }, code: Instruction[]): void {
    const start = code.length;
    code.push({ op: 'match' });
    this.#emit(node.yes, code);
    const jump = code.length;
    code.push({ op: 'match' });
    code[start] = { op: 'condition', index: node.index, otherwise: code.length };
    this.#emit(node.no, code);
    code[jump] = { op: 'jump', to: code.length };
  }
}

/** How many characters a pattern always takes, or undefined when that varies. */
function fixedWidth(node: RegexNode): number | undefined {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return node.parts.reduce<number | undefined>((sum, part) => {
        const width = fixedWidth(part);
        return sum === undefined || width === undefined ? undefined : sum + width;
      }, 0);
    case 'choice': {
      const widths = new Set(node.options.map(fixedWidth));
      return widths.size === 1 ? [...widths][0] : undefined;
    }
    case 'group':
    case 'atomic':
      return fixedWidth(node.body);
    case 'repeat': {
      const width = fixedWidth(node.body);
      return width === undefined || node.min !== node.max ? undefined : width * node.min;
    }
    case 'condition': {
      const width = fixedWidth(node.yes);
      return width === fixedWidth(node.no) ? width : undefined;
    }
    case 'backreference':
      return undefined;
    default:
      return 0;
  }
}
