import type { RenderText } from '../config/load-project.ts';
import { repeatedKey } from '../config/repeated-key.ts';
import { validate } from '../config/validate.ts';
import { parseYaml, type YamlFile, type YamlPath } from '../config/yaml-file.ts';
import { type TsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject, mapStrings } from '../util/map-strings.ts';
import { givenTwice } from './checks/given-twice.ts';
import { refusedNulls } from './checks/refused-nulls.ts';
import { versionColumnErrors } from './checks/version-columns.ts';
import { keepColumnExtras } from './column-extras.ts';
import type { Diagnostics } from './diagnostics.ts';
import {
  dbtFunction,
  type ExposureProperties,
  entrySchemas,
  type FunctionProperties,
  type GroupProperties,
  type MacroProperties,
  type ModelProperties,
  type NamedProperties,
  propertyFileSchema,
  type SemanticModelProperties,
  type SourceProperties,
  type UnitTestProperties,
} from './properties-schema.ts';
import type { SourceFile } from './source-file.ts';

/** One entry of a property file, checked, with its place. */
export interface PropertyEntry<T> {
  readonly properties: T;
  readonly file: SourceFile;
  readonly yaml: YamlFile;
  readonly path: YamlPath;
  /** The package of the file, where it describes what is of another one. */
  readonly packageName?: string;
}

/** The entry as it stands in its file, before its templates are rendered. */
export function writtenEntry<T>({ yaml, path }: PropertyEntry<T>): T | undefined {
  const [section, index] = path;
  const sections = yaml.value as Readonly<Record<string, readonly T[]>>;
  return sections[String(section)]?.[Number(index)];
}

/** The entries of all property files of a package, by section. */
export interface PropertySections {
  readonly models: readonly PropertyEntry<ModelProperties>[];
  readonly seeds: readonly PropertyEntry<ModelProperties>[];
  readonly snapshots: readonly PropertyEntry<ModelProperties>[];
  readonly sources: readonly PropertyEntry<SourceProperties>[];
  readonly exposures: readonly PropertyEntry<ExposureProperties>[];
  readonly macros: readonly PropertyEntry<MacroProperties>[];
  readonly analyses: readonly PropertyEntry<ModelProperties>[];
  readonly data_tests: readonly PropertyEntry<ModelProperties>[];
  readonly groups: readonly PropertyEntry<GroupProperties>[];
  readonly unit_tests: readonly PropertyEntry<UnitTestProperties>[];
  readonly metrics: readonly PropertyEntry<NamedProperties>[];
  readonly semantic_models: readonly PropertyEntry<SemanticModelProperties>[];
  readonly saved_queries: readonly PropertyEntry<NamedProperties>[];
  readonly functions: readonly PropertyEntry<FunctionProperties>[];
}

type Section = keyof PropertySections;

type Warn = (name: string, text: string) => void;

const singular: Record<Section, string> = {
  models: 'model',
  seeds: 'seed',
  snapshots: 'snapshot',
  sources: 'source',
  exposures: 'exposure',
  macros: 'macro',
  analyses: 'analysis',
  data_tests: 'test',
  groups: 'group',
  unit_tests: 'unit test',
  metrics: 'metric',
  semantic_models: 'semantic model',
  saved_queries: 'saved query',
  functions: 'function',
};

/**
 * Parses property files. Texts are rendered natively with `render`, but for those that mean
 * something later: descriptions (which may call `doc`), arguments of tests, filters and SQL.
 */
export function parsePropertyFiles(
  files: readonly SourceFile[],
  render: RenderText,
  diagnostics: Diagnostics,
  options: { readonly dbt: boolean; readonly packageName?: string } = { dbt: false },
): PropertySections {
  const sections: Record<Section, PropertyEntry<unknown>[]> = {
    models: [],
    seeds: [],
    snapshots: [],
    sources: [],
    exposures: [],
    macros: [],
    analyses: [],
    data_tests: [],
    groups: [],
    unit_tests: [],
    metrics: [],
    semantic_models: [],
    saved_queries: [],
    functions: [],
  };
  for (const file of files) {
    const of = { file: `${options.packageName ?? ''}\t${file.path}` };
    const warn = (name: string, text: string) => diagnostics.warn(name, text, of);
    const check = checkedLike(options.dbt, 'CustomKeyInObjectDeprecation', warn);
    const read = diagnostics.collect(() => {
      const yaml = parseYaml(file.contents, file.path, { dbt: options.dbt });
      if (yaml.value === null) return true;
      for (const { name, text } of (yaml.repeated ?? []).map(repeatedKey)) warn(name, text);
      const written = options.dbt ? withoutTests(yaml.value, file, warn) : yaml.value;
      const value = mapStrings(written, (text, path) => {
        // The line break that ends a block of text goes when it is rendered, template or not.
        if (!text.includes('{'))
          return text.endsWith('\n') && !isLate(path) ? text.slice(0, -1) : text;
        return isLate(path) ? text : render(text, { file: yaml, path });
      });
      const atTop = checkedLike(options.dbt, 'CustomTopLevelKeyDeprecation', warn);
      const top = validate(propertyFileSchema, value, yaml, [], file.path, atTop);
      diagnostics.add(...top.errors);
      if (top.value === undefined) return undefined;
      if (options.dbt) diagnostics.add(...emptySections(value, yaml, file));
      for (const section of Object.keys(sections) as Section[]) {
        const written =
          section === 'data_tests' ? (top.value.data_tests ?? top.value.tests) : top.value[section];
        const key =
          section === 'data_tests' && top.value.data_tests === undefined ? 'tests' : section;
        for (const [i, entry] of (written ?? []).entries()) {
          const path = [key, i];
          const name =
            isPlainObject(entry) && typeof entry['name'] === 'string' ? ` "${entry['name']}"` : '';
          const where = `${singular[section]}${name}`;
          if (options.dbt && section === 'data_tests' && name === '') {
            // A list of tests for others to take, by its anchor.
            warn('WrongResourceSchemaFile', `A ${where} in ${file.path} has no name.`);
            continue;
          }
          const isLoose = options.dbt && section === 'functions';
          const schema = (isLoose ? dbtFunction : entrySchemas[section]) as never;
          const checked = validate(schema, entry, yaml, path, where, isLoose ? {} : check);
          diagnostics.add(...checked.errors, ...givenTwice(section, entry, yaml, path, where));
          if (options.dbt) diagnostics.add(...refusedNulls(section, entry, yaml, path, where));
          if (section === 'models')
            diagnostics.add(...versionColumnErrors(entry, yaml, path, where));
          keepColumnExtras(entry, checked.value);
          if (checked.value !== undefined)
            sections[section].push({ properties: checked.value, file, yaml, path });
          else if (section === 'sources' && isPlainObject(entry))
            diagnostics.noteBroken('source', String(entry['name']));
        }
      }
      return true;
    });
    if (read === undefined) {
      diagnostics.noteBroken('source');
      // Snapshots can be declared in a property file.
      diagnostics.noteBroken('node');
    }
  }
  return sections as unknown as PropertySections;
}

/** Sections with nothing in them, which dbt does not take for empty lists. */
function emptySections(value: unknown, yaml: YamlFile, { path: where }: SourceFile) {
  return Object.entries(value as object).flatMap(([key, section]) => {
    if (section !== null || !Object.hasOwn(singular, key)) return [];
    const facts = { location: yaml.locate([key]), hint: 'Leave it away while it is empty.' };
    return [tsdbtError('invalid-value', { key, where, problem: 'must be a list' }, facts)];
  });
}

/** dbt takes keys it does not know with a warning; a project that is ours is held to more. */
function checkedLike(dbt: boolean, name: string, warn: Warn) {
  return dbt ? { onUnknownKey: ({ message }: TsdbtError) => warn(name, message) } : {};
}

/** dbt does not look at tests that are of nothing: `tests` at the top, most often by a slip in the indentation. */
function withoutTests(value: unknown, file: SourceFile, warn: Warn): unknown {
  if (!isPlainObject(value) || !Object.hasOwn(value, 'tests')) return value;
  const { tests: _, ...others } = value;
  const text = `${file.path}: \`tests\` at the top of a file are of no model, and not read. Indent them below what they test.`;
  warn('CustomTopLevelKeyDeprecation', text);
  return others;
}

/**
 * Texts that are templates of their own, by the path in the file (core `parser/schema_renderer.py`):
 * descriptions, tests, hooks, queries; filters of metrics are never rendered here.
 */
function isLate([section, _index, ...path]: YamlPath): boolean {
  const [first, second, third, fourth] = path;
  switch (section) {
    case 'sources':
      break;
    case 'metrics':
      return path.slice(-2).includes('filter') || isLateIn(path);
    case 'models':
      // Metrics and dimensions of a model that is a semantic model too.
      if (first === 'metrics' && path.slice(-2).includes('filter')) return true;
      if (first === 'derived_semantics') return isLateIn(path.slice(1));
      if (first === 'columns' && (third === 'dimension' || third === 'entity'))
        return fourth === 'description';
      return isLateIn(path);
    case 'saved_queries':
      return (first === 'query_params' && second === 'where') || isLateIn(path);
    case 'functions':
      return (
        first === 'description' ||
        (first === 'returns' && second === 'description') ||
        (first === 'columns' && lateFields.has(third)) ||
        // Of the arguments of an overload; those of the function itself are rendered.
        (first === 'overloads' && third === 'arguments' && path.at(-1) === 'description') ||
        isHook(path)
      );
    case 'unit_tests':
      // Tests of macros: the macro is called with what is written.
      return (
        first === 'args' ||
        (first === 'expect' && (second === 'text' || second === 'value')) ||
        isLateIn(path)
      );
    default:
      return isLateIn(path);
  }
  return (
    ['description', 'loaded_at_query', 'landing'].includes(String(first)) ||
    (first === 'config' && (second === 'loaded_at_query' || second === 'landing')) ||
    (first === 'tables' && isLateIn(path.slice(2)))
  );
}

const lateFields = new Set<unknown>([
  ...['description', 'tests', 'data_tests', 'expectations'],
  ...['loaded_at_query', 'landing'],
]);

/** Lists whose entries have descriptions and tests of their own. */
const describedParts = new Set<unknown>([
  ...['columns', 'arguments', 'dimensions', 'measures', 'entities', 'metrics'],
]);

/** Of the path within one resource, or within a version of it. */
function isLateIn(path: YamlPath): boolean {
  const [first, second, third] = path;
  if (lateFields.has(first)) return true;
  // Whatever is described that deep.
  if (path.length === 5 && path[4] === 'description') return true;
  if (describedParts.has(first)) return lateFields.has(third);
  if (first === 'versions') return isLateIn(path.slice(2));
  return (first === 'config' && lateConfigs.has(second)) || isHook(path);
}

function isHook([first, second]: YamlPath): boolean {
  return first === 'config' && /^(?:pre|post)[-_]hook$/.test(String(second));
}

const lateConfigs = new Set<unknown>(['loaded_at_query', 'landing', 'expectations']);
