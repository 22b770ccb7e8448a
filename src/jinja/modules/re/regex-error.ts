import { raisePython } from '../../values/raise.ts';

/** Fails as Python's `re` does. */
export function regexError(message: string, position: number): never {
  return raisePython('error', `${message} at position ${position}`);
}
