import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { selectorMethods } from './selector-methods/registry.ts';

/** One atom of a selector: `2+tag:nightly+1`. A depth of `Infinity` is a bare `+`. */
export interface SelectorAtom {
  readonly text: string;
  readonly method: string;
  readonly methodArguments: readonly string[];
  readonly value: string;
  readonly parentsDepth: number;
  readonly childrenDepth: number;
  /** `@`: the descendants and all their ancestors. */
  readonly childrensParents: boolean;
}

/** An atom set: atoms joined by commas, whose nodes must match all of them. */
export type SelectorIntersection = readonly SelectorAtom[];

const ATOM = /^(@)?(?:(\d*)(\+))?(?:([\w.]+):)?(.*?)(?:(\+)(\d*))?$/s;

/**
 * Parses what stands behind `--select`: spaces mean union, commas mean intersection.
 * The grammar of an atom is `[@][n+][method[.argument…]:]value[+n]`
 * (docs.getdbt.com/reference/node-selection/syntax).
 */
export function parseSelector(text: string): readonly SelectorIntersection[] {
  return text
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => part.split(',').map(parseAtom));
}

/** Parses one atom: `2+tag:nightly+1`. */
export function parseAtom(text: string): SelectorAtom {
  const match = ATOM.exec(text);
  const value = match?.[5] ?? '';
  // Behind a method they may be part of the value: `config.incremental_strategy:delete+insert`.
  const misplaced = match?.[4] === undefined && /[+@]/.test(value);
  if (match === null || value === '' || misplaced) {
    throw tsdbtError('selector-syntax', {
      selector: text,
      problem: 'a name or method:value is expected',
    });
  }
  const [, at, parentDepth, parentPlus, methodText, , childPlus, childDepth] = match;
  if (at !== undefined && childPlus !== undefined) {
    throw tsdbtError('selector-syntax', {
      selector: text,
      problem:
        '"@" already takes the descendants, so it can\'t be joined with a "+" behind the name',
    });
  }
  const named = selectorMethod(methodText ?? defaultMethod(value), text);
  return {
    text,
    ...named,
    value,
    parentsDepth: depth(parentPlus, parentDepth),
    childrenDepth: depth(childPlus, childDepth),
    childrensParents: at !== undefined,
  };
}

/** Reads `config.materialized` as a method and its arguments; it must be known. */
export function selectorMethod(
  methodText: string,
  text: string,
): Pick<SelectorAtom, 'method' | 'methodArguments'> {
  const [method = '', ...methodArguments] = methodText.split('.');
  if (!selectorMethods.has(method)) {
    const known = [...selectorMethods.keys()];
    throw tsdbtError('selector-method-unknown', {
      selector: text,
      method,
      known,
      near: suggest(method, known),
    });
  }
  return { method, methodArguments };
}

function depth(plus: string | undefined, digits: string | undefined): number {
  if (plus === undefined) return 0;
  return digits === undefined || digits === '' ? Number.POSITIVE_INFINITY : Number(digits);
}

/** A value without a method: a path when it has a separator, a file by its ending, else a name. */
function defaultMethod(value: string): string {
  if (value.includes('/') || value.includes('\\')) return 'path';
  return /\.(sql|py|csv)$/i.test(value) ? 'file' : 'fqn';
}
