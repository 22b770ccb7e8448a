import { parseSelector, type SelectorAtom } from './parse-selector.ts';
import type { IndirectSelection } from './selectable.ts';

/** One atom, with the way in which tests come along with what it selects. */
export interface SelectionCriteria {
  readonly kind: 'criteria';
  readonly atom: SelectorAtom;
  readonly indirect: IndirectSelection;
}

/** A set operation on selections (core `graph/selector_spec.py`). */
export interface SelectionGroup {
  readonly kind: 'union' | 'intersection' | 'difference';
  readonly parts: readonly SelectionSpec[];
  readonly indirect: IndirectSelection;
  /** Text of the command line that should select something. */
  readonly expected?: string;
}

export type SelectionSpec = SelectionCriteria | SelectionGroup;

/**
 * What `--select` and `--exclude` mean: a union of intersections without another. Nothing given
 * means everything.
 */
export function commandLineSpec(
  select: readonly string[],
  exclude: readonly string[],
  indirect: IndirectSelection,
): SelectionSpec {
  const given = select.some((text) => text.trim() !== '');
  const included = union(given ? select : ['fqn:*', 'source:*'], indirect, given);
  const excluded = union(exclude, indirect, true);
  return { kind: 'difference', parts: [included, excluded], indirect };
}

function union(
  texts: readonly string[],
  indirect: IndirectSelection,
  expected: boolean,
): SelectionSpec {
  const parts = texts.flatMap(parseSelector).map(
    (atoms): SelectionSpec => ({
      kind: 'intersection',
      parts: atoms.map((atom) => ({ kind: 'criteria', atom, indirect })),
      indirect,
      ...(expected ? { expected: atoms.map((atom) => atom.text).join(',') } : {}),
    }),
  );
  return { kind: 'union', parts, indirect };
}
