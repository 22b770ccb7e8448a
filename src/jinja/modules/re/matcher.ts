import { spend } from '../../run-state.ts';
import type { Instruction, Program } from './program.ts';
import { foldCode, isWord, type Position } from './syntax.ts';

/** Start and end of each group, -1 where it took no part; after them the marks of loops. */
export type Slots = Int32Array;

// Kinds of entries on the stack of ways still to try.
const branch = 0;
const restore = 1;
const shorter = 2;
const longer = 3;

/** What a match must be beyond matching: anything, not empty, or up to the end of the text. */
export type Demand = 'any' | 'advance' | 'full';

/**
 * Matches a program at one place of a text, given as code points. A backtracking machine with its
 * own stack, which counts its work: a pattern that explodes meets the step limit of the render.
 */
export function matchAt(
  program: Program,
  text: Uint32Array,
  start: number,
  slots: Slots,
  demand: Demand = 'any',
): number {
  const stack: number[] = [];
  let pc = 0;
  let pos = start;
  let work = 0;
  for (;;) {
    if (++work === 1000) {
      spend(500);
      work = 0;
    }
    const step: Instruction = program[pc]!;
    let ok = true;
    switch (step.op) {
      case 'match':
        if (demand === 'any') return pos;
        ok = demand === 'advance' ? pos !== start : pos === text.length;
        if (ok) return pos;
        break;
      case 'set':
        ok = pos < text.length && step.test(text[pos]!);
        if (ok) {
          pos++;
          pc++;
        }
        break;
      case 'run': {
        const { min, max, test, mode } = step;
        const most = Math.min(text.length, pos + (mode === 'lazy' ? min : max));
        let end = pos;
        while (end < most && test(text[end]!)) end++;
        work = Math.min(999, work + ((end - pos) >> 3));
        ok = end - pos >= min;
        if (!ok) break;
        if (mode === 'greedy' && end - pos > min) stack.push(pc + 1, pos + min, end, shorter);
        if (mode === 'lazy') stack.push(pc, end, pos + max, longer);
        pos = end;
        pc++;
        break;
      }
      case 'split':
        stack.push(step.second, pos, branch);
        pc = step.first;
        break;
      case 'jump':
        pc = step.to;
        break;
      case 'save':
        stack.push(step.slot, slots[step.slot]!, restore);
        slots[step.slot] = pos;
        pc++;
        break;
      case 'progress':
        // A turn that took nothing ends the loop: it could go on forever.
        pc = slots[step.slot] === pos ? step.exit : pc + 1;
        break;
      case 'position':
        ok = holds(step.at, text, pos, step.ascii);
        pc++;
        break;
      case 'backreference': {
        const end = matchGroup(text, pos, slots, step.index, step.ignoreCase);
        ok = end !== -1;
        if (ok) pos = end;
        pc++;
        break;
      }
      case 'look': {
        const inner = step.negative ? slots.slice() : slots;
        const before = step.negative ? undefined : slots.slice();
        const from = pos - step.back;
        const found = from >= 0 && matchAt(step.program, text, from, inner) !== -1;
        ok = found !== step.negative;
        if (ok && before !== undefined) pushChanges(stack, before, slots);
        pc++;
        break;
      }
      case 'atomic': {
        const before = slots.slice();
        const end = matchAt(step.program, text, pos, slots);
        ok = end !== -1;
        if (ok) {
          pushChanges(stack, before, slots);
          pos = end;
        }
        pc++;
        break;
      }
      case 'condition':
        pc = slots[step.index * 2 + 1]! >= 0 ? pc + 1 : step.otherwise;
    }
    if (ok) continue;
    // Back to the last way not tried yet.
    let found = false;
    while (!found) {
      const kind = stack.pop();
      if (kind === undefined) return -1;
      const third = stack.pop()!;
      const second = stack.pop()!;
      if (kind === restore) {
        slots[second] = third;
        continue;
      }
      if (kind === branch) {
        pos = third;
        pc = second;
        found = true;
      } else if (kind === shorter) {
        const next = stack.pop()!;
        pos = third - 1;
        pc = next;
        if (pos > second) stack.push(next, second, pos, shorter);
        found = true;
      } else {
        const place = stack.pop()!;
        const run = program[place] as Instruction & { op: 'run' };
        if (second < third && second < text.length && run.test(text[second]!)) {
          pos = second + 1;
          pc = place + 1;
          stack.push(place, pos, third, longer);
          found = true;
        }
      }
    }
  }
}

function pushChanges(stack: number[], before: Slots, after: Slots): void {
  for (let slot = 0; slot < before.length; slot++) {
    if (before[slot] !== after[slot]) stack.push(slot, before[slot]!, restore);
  }
}

function matchGroup(
  text: Uint32Array,
  pos: number,
  slots: Slots,
  index: number,
  ignoreCase: boolean,
): number {
  const start = slots[index * 2]!;
  const end = slots[index * 2 + 1]!;
  if (start < 0 || end < 0 || pos + end - start > text.length) return -1;
  for (let i = start; i < end; i++) {
    const a = text[i]!;
    const b = text[pos + i - start]!;
    if (a !== b && !(ignoreCase && foldCode(a) === foldCode(b))) return -1;
  }
  return pos + end - start;
}

function holds(at: Position, text: Uint32Array, pos: number, ascii: boolean): boolean {
  switch (at) {
    case 'start':
      return pos === 0;
    case 'end':
      return pos === text.length;
    case 'lineStart':
      return pos === 0 || text[pos - 1] === 10;
    case 'lineEnd':
      return pos === text.length || text[pos] === 10;
    case 'endOrNewline':
      return pos === text.length || (pos === text.length - 1 && text[pos] === 10);
    default: {
      // In an empty text Python finds neither a boundary nor its absence.
      if (text.length === 0) return false;
      const before = pos > 0 && isWord(text[pos - 1]!, ascii);
      const after = pos < text.length && isWord(text[pos]!, ascii);
      return (before !== after) === (at === 'boundary');
    }
  }
}
