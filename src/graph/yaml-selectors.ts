import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { parseAtom, type SelectorAtom, selectorMethod } from './parse-selector.ts';
import type { IndirectSelection } from './selectable.ts';
import type { SelectionSpec } from './selection-spec.ts';

/** A selector of selectors.yml. */
export interface NamedSelector {
  readonly name: string;
  readonly isDefault: boolean;
  readonly spec: SelectionSpec;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the definition of a selector (docs.getdbt.com/reference/node-selection/yaml-selectors): a
 * text, `{method, value, …}`, `{tag: nightly}`, `union` or `intersection` with one `exclude` each.
 * `indirect` is what the command line says; a definition may say otherwise.
 */
export function readSelectorDefinition(
  name: string,
  definition: unknown,
  indirect: IndirectSelection,
): SelectionSpec {
  const wrong = (problem: string) => tsdbtError('selector-definition-invalid', { name, problem });
  const read = (value: unknown): SelectionSpec => {
    if (typeof value === 'string') return { kind: 'criteria', atom: parseAtom(value), indirect };
    if (!isFields(value))
      throw wrong('must be a text, a method with a value, or union or intersection with a list');
    if ('union' in value) return group('union', value['union']);
    if ('intersection' in value) return group('intersection', value['intersection']);
    return criteria(value);
  };

  const group = (kind: 'union' | 'intersection', value: unknown): SelectionSpec => {
    if (!Array.isArray(value)) throw wrong(`has a "${kind}" that is not a list`);
    const parts: SelectionSpec[] = [];
    let excluded: SelectionSpec | undefined;
    for (const part of value as readonly unknown[]) {
      if (isFields(part) && 'exclude' in part) {
        if (excluded !== undefined) throw wrong(`has two "exclude" in one "${kind}"`);
        excluded = exclusions(part['exclude']);
      } else parts.push(read(part));
    }
    return without({ kind, parts, indirect: 'eager' }, excluded);
  };

  const exclusions = (value: unknown): SelectionSpec => {
    if (!Array.isArray(value)) throw wrong('has an "exclude" that is not a list');
    return { kind: 'union', parts: value.map(read), indirect: 'eager' };
  };

  const criteria = (value: Fields): SelectionSpec => {
    const keys = Object.keys(value);
    const [only] = keys;
    const isShort = keys.length === 1 && only !== undefined;
    if (!isShort && !('method' in value && 'value' in value)) {
      const has = keys.join(', ');
      throw wrong(
        `needs either one key, as in {tag: nightly}, or method and value, and has ${has}`,
      );
    }
    const fields: Fields = isShort ? { method: only, value: value[only] } : value;
    const base: SelectionSpec = {
      kind: 'criteria',
      atom: atomOf(fields, wrong),
      indirect: indirectOf(fields['indirect_selection']) ?? indirect,
    };
    return without(base, 'exclude' in value ? exclusions(value['exclude']) : undefined);
  };

  const indirectOf = (value: unknown): IndirectSelection | undefined => {
    const modes = ['eager', 'cautious', 'buildable', 'empty'] as const;
    if (value === undefined || value === null) return undefined;
    const mode = modes.find((known) => known === value);
    if (mode === undefined)
      throw wrong(`has an indirect_selection that is none of ${modes.join(', ')}`);
    return mode;
  };

  if (isFields(definition) && ('union' in definition || 'intersection' in definition)) {
    const keys = Object.keys(definition);
    if (keys.length > 1) throw wrong(`may have one key at the top, and has ${keys.join(', ')}`);
  }
  return read(definition);
}

/** The selector that `--selector` names. */
export function findSelector(
  selectors: ReadonlyMap<string, NamedSelector>,
  name: string,
): NamedSelector {
  const found = selectors.get(name);
  if (found !== undefined) return found;
  const known = [...selectors.keys()];
  throw tsdbtError('selector-not-found', { name, known, near: suggest(name, known) });
}

function without(base: SelectionSpec, excluded: SelectionSpec | undefined): SelectionSpec {
  if (excluded === undefined) return base;
  return { kind: 'difference', parts: [base, excluded], indirect: 'eager' };
}

function atomOf(fields: Fields, wrong: (problem: string) => Error): SelectorAtom {
  const { method, value, parents, children, childrens_parents: at } = fields;
  if (typeof method !== 'string') throw wrong('has a method that is no text');
  if (typeof value === 'object') throw wrong(`has a value of ${method} that is no text`);
  if (at === true && children === true)
    throw wrong('has childrens_parents and children, which already are in it');
  const text = `${method}:${String(value)}`;
  return {
    text,
    ...selectorMethod(method, text),
    value: String(value),
    parentsDepth: depthOf(parents, fields['parents_depth']),
    childrenDepth: depthOf(children, fields['children_depth']),
    childrensParents: at === true,
  };
}

function depthOf(wanted: unknown, depth: unknown): number {
  if (wanted !== true) return 0;
  const steps = Number(depth ?? 0);
  return steps > 0 ? steps : Number.POSITIVE_INFINITY;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
