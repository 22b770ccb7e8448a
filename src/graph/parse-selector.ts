import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { atomPattern, defaultMethod } from './atom-pattern.ts';
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
  const parts = atomPattern.exec(text)?.groups;
  const value = parts?.['value'] ?? '';
  // Behind a method they may be part of the value: `config.incremental_strategy:delete+insert`.
  const misplaced = parts?.['method'] === undefined && /[+@]/.test(value);
  if (parts === undefined || value === '' || misplaced) {
    throw tsdbtError('selector-syntax', {
      selector: text,
      problem: 'a name or method:value is expected',
    });
  }
  const { childrens_parents: at, parents, children } = parts;
  if (at !== undefined && children !== undefined) {
    throw tsdbtError('selector-syntax', {
      selector: text,
      problem:
        '"@" already takes the descendants, so it can\'t be joined with a "+" behind the name',
    });
  }
  const named = selectorMethod(parts['method'] ?? defaultMethod(value), text);
  return {
    text,
    ...named,
    value,
    parentsDepth: depth(parents, parts['parents_depth']),
    childrenDepth: depth(children, parts['children_depth']),
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
