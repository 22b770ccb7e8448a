import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StateComparison } from '../artifacts/state-comparison.ts';
import { readSelectorEntries } from '../config/read-selectors.ts';
import { namedVars } from '../config/vars.ts';
import { yamlRenderer } from '../context/yaml-renderer.ts';
import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { IndirectSelection, SelectionContext } from '../graph/selectable.ts';
import { type NamedSelector, readSelectorDefinition } from '../graph/yaml-selectors.ts';
import { isPlainObject } from '../util/map-strings.ts';
import type { ParsedProject } from './open-project.ts';
import { readArtifact } from './read-artifact.ts';
import { projectManifest, targetFile } from './write-artifacts.ts';

/** The selectors of selectors.yml by their name. */
export function readSelectors(
  parsed: ParsedProject,
  indirect: IndirectSelection,
): ReadonlyMap<string, NamedSelector> {
  const { invocation, vars } = parsed.request;
  const render = yamlRenderer(invocation, {
    vars: namedVars(vars),
    target: parsed.target,
  });
  const entries = readSelectorEntries(parsed.project.root, render);
  const defaults = entries.filter((entry) => entry.isDefault);
  if (defaults.length > 1) {
    const problem = `is the default, and so is "${defaults[0]!.name}"; only one can be`;
    throw tsdbtError('selector-definition-invalid', { name: defaults[1]!.name, problem });
  }
  return new Map(
    entries.map(({ name, isDefault, definition }) => [
      name,
      { name, isDefault, spec: readSelectorDefinition(name, definition, indirect) },
    ]),
  );
}

/**
 * What selectors compare with: selectors.yml, and the artifacts of the folder `state`. Each artifact
 * is read when a selector first asks for it.
 */
export function selectionContext(
  parsed: ParsedProject,
  selectors: ReadonlyMap<string, NamedSelector>,
  state: string | undefined,
  warn: (text: string) => void,
): SelectionContext {
  const specs = new Map([...selectors.values()].map(({ name, spec }) => [name, spec]));
  const base: SelectionContext = { rootPackage: parsed.project.name, selectors: specs };
  if (state === undefined) return base;
  if (!existsSync(state))
    throw tsdbtError('state-unreadable', { path: state, problem: 'there is no such folder' });
  const comparison = once(() => compareStates(parsed, state, warn));
  const results = once(() => statuses(join(state, 'run_results.json')));
  const fresher = once(() =>
    fresherSources(join(state, 'sources.json'), targetFile(parsed, 'sources.json')),
  );
  return {
    ...base,
    get state() {
      const states = comparison();
      return states === undefined
        ? undefined
        : (check: string, id: string) => states.matches(check, id);
    },
    get results() {
      return results();
    },
    get fresherSources() {
      return fresher();
    },
  };
}

function compareStates(
  parsed: ParsedProject,
  state: string,
  warn: (text: string) => void,
): StateComparison | undefined {
  const old = readArtifact(join(state, 'manifest.json'), 'manifest');
  if (old === undefined) return undefined;
  const current = projectManifest(parsed, new Map());
  return new StateComparison(old, current, parsed.request.invocation.now(), warn);
}

function statuses(path: string): ReadonlyMap<string, string> | undefined {
  const results = resultsOf(path, 'run-results');
  return (
    results && new Map(results.map((one) => [String(one['unique_id']), String(one['status'])]))
  );
}

/** Sources of which the newest data is newer than it was, or which were not checked before. */
function fresherSources(before: string, now: string): ReadonlySet<string> | undefined {
  const [old, current] = [loadedAt(before), loadedAt(now)];
  if (old === undefined || current === undefined) return undefined;
  return new Set(
    [...current].flatMap(([id, time]) =>
      time > (old.get(id) ?? Number.NEGATIVE_INFINITY) ? [id] : [],
    ),
  );
}

function loadedAt(path: string): ReadonlyMap<string, number> | undefined {
  return (
    resultsOf(path, 'sources') &&
    new Map(
      resultsOf(path, 'sources')!.flatMap((one) =>
        typeof one['max_loaded_at'] === 'string'
          ? [[String(one['unique_id']), new Date(one['max_loaded_at']).getTime()] as const]
          : [],
      ),
    )
  );
}

type ResultSchema = 'run-results' | 'sources';

function resultsOf(
  path: string,
  schema: ResultSchema,
): readonly Readonly<Record<string, Json>>[] | undefined {
  const results = readArtifact(path, schema)?.['results'];
  return Array.isArray(results)
    ? results.filter((one): one is Record<string, Json> => isPlainObject(one))
    : undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
