import type { Json } from '../../contracts/json.ts';
import type { Flag } from './flag-table.ts';

const yes = new Set(['1', 'true', 't', 'yes', 'y', 'on']);
const no = new Set(['0', 'false', 'f', 'no', 'n', 'off']);

/** What a value may be, for errors: `true or false`. */
export function valuesOf(flag: Flag): string {
  switch (flag.kind) {
    case 'boolean':
    case 'switch':
      return 'true or false';
    case 'integer':
      return 'a whole number';
    case 'choice':
    case 'words':
      return `one of ${(flag.choices ?? []).join(', ')}`;
    case 'options':
      return 'a mapping of error, warn and silence to lists of event names';
    case 'text':
      return 'a text';
  }
}

/**
 * The value that a text of the command line or the environment has for a flag; undefined when it has none.
 * Options of warnings stay the text that they are.
 */
export function valueOfText(flag: Flag, text: string): Json | undefined {
  const word = text.trim().toLowerCase();
  switch (flag.kind) {
    case 'boolean':
    case 'switch':
      if (yes.has(word)) return true;
      return no.has(word) ? false : undefined;
    case 'integer':
      return /^[+-]?\d+$/.test(word) ? Number(word) : undefined;
    case 'choice':
      return flag.choices?.includes(word) === true ? word : undefined;
    case 'words': {
      const words = word.split(/[\s,]+/).filter((part) => part !== '');
      return words.every((part) => flag.choices?.includes(part) === true) ? words : undefined;
    }
    case 'options':
    case 'text':
      return text;
  }
}

/** The value that a value of `flags:` has for a flag other than options; undefined when it has none. */
export function valueOfYaml(flag: Flag, value: unknown): Json | undefined {
  switch (flag.kind) {
    case 'boolean':
    case 'switch':
      return typeof value === 'boolean' ? value : undefined;
    case 'integer':
      return Number.isInteger(value) ? (value as number) : undefined;
    default:
      return typeof value === 'string' ? valueOfText(flag, value) : undefined;
  }
}
