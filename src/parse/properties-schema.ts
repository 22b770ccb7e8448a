import * as z from 'zod';
import { landingColumnKeys } from '../ingest/index.ts';

const config = z.record(z.string(), z.unknown()).nullable().optional();
const meta = z.record(z.string(), z.unknown()).nullable().optional();
const tags = z.union([z.string(), z.array(z.string())]).optional();
/** Where dbt takes a list only. */
const tagsList = z.array(z.string()).optional();
const text = z.union([z.string(), z.number(), z.boolean()]).nullable().optional();
/** A test is its name, or one key with its arguments; checked where tests are built. */
const tests = z.array(z.unknown()).nullable().optional();
const expectations = z.array(z.unknown()).nullable().optional();

const column = z.strictObject({
  name: z.string(),
  description: text,
  data_type: z.string().nullable().optional(),
  quote: z.boolean().nullable().optional(),
  meta,
  tags: tagsList,
  config,
  constraints: z.array(z.unknown()).optional(),
  tests,
  data_tests: tests,
  granularity: z.unknown().optional(),
  dimension: z.unknown().optional(),
  entity: z.unknown().optional(),
});
const columns = z.array(column).nullable().optional();

/** A landing source says how its files spell a column; the ingest layer checks these in full. */
const landingColumn = column.extend(
  Object.fromEntries(landingColumnKeys.map((key) => [key, z.unknown().optional()])),
) as unknown as typeof column;
const sourceColumns = z.array(landingColumn).nullable().optional();

const access = z.enum(['private', 'protected', 'public']);

const version = z.strictObject({
  v: z.union([z.string(), z.number()]),
  defined_in: z.string().optional(),
  description: text,
  access: access.optional(),
  config,
  constraints: z.array(z.unknown()).optional(),
  docs: z.unknown().optional(),
  /** Columns, and one `{include, exclude}` that says which columns of the model it keeps. */
  columns: z.array(z.unknown()).nullable().optional(),
  tests,
  data_tests: tests,
  deprecation_date: z.unknown().optional(),
});

const model = z.strictObject({
  name: z.string(),
  description: text,
  meta,
  docs: z.unknown().optional(),
  config,
  columns,
  constraints: z.array(z.unknown()).optional(),
  access: access.optional(),
  group: z.string().nullable().optional(),
  tests,
  data_tests: tests,
  expectations,
  latest_version: z.union([z.string(), z.number()]).nullable().optional(),
  versions: z.array(version).nullable().optional(),
  quote_columns: z.boolean().optional(),
  contract: z.unknown().optional(),
  relation: z.string().optional(),
  deprecation_date: z.unknown().optional(),
  time_spine: z.unknown().optional(),
  semantic_model: z.unknown().optional(),
  primary_entity: z.unknown().optional(),
  agg_time_dimension: z.unknown().optional(),
  metrics: z.unknown().optional(),
  derived_semantics: z.unknown().optional(),
});

const seed = model.omit({ expectations: true, versions: true, latest_version: true });

const threshold = z
  .strictObject({
    count: z.number().nullable().optional(),
    period: z.enum(['minute', 'hour', 'day']).nullable().optional(),
  })
  .nullable()
  .optional();
const freshness = z
  .strictObject({
    warn_after: threshold,
    error_after: threshold,
    filter: z.string().nullable().optional(),
  })
  .nullable()
  .optional();

/** Checked in full by the ingest layer; here only that it is a mapping. */
const landing = z.record(z.string(), z.unknown()).optional();

/** Empty it would ask for nothing; null is how a table goes without that of its source. */
const loadedAtField = z.string().min(1).nullable().optional();

const sourceTable = z.strictObject({
  name: z.string(),
  description: text,
  identifier: z.string().nullable().optional(),
  meta,
  tags: tagsList,
  config,
  columns: sourceColumns,
  tests,
  data_tests: tests,
  loader: z.string().optional(),
  freshness,
  loaded_at_field: loadedAtField,
  loaded_at_query: z.string().nullable().optional(),
  quoting: z.unknown().optional(),
  external: z.record(z.string(), z.unknown()).nullable().optional(),
  docs: z.unknown().optional(),
  landing,
});

const source = z.strictObject({
  name: z.string(),
  description: text,
  database: z.string().nullable().optional(),
  schema: z.string().nullable().optional(),
  loader: z.string().optional(),
  meta,
  tags: tagsList,
  config,
  freshness,
  loaded_at_field: loadedAtField,
  loaded_at_query: z.string().nullable().optional(),
  quoting: z.unknown().optional(),
  overrides: z.string().optional(),
  tests,
  data_tests: tests,
  docs: z.unknown().optional(),
  tables: z.array(sourceTable).nullable().optional(),
});

const exposure = z.strictObject({
  name: z.string(),
  label: z.string().nullable().optional(),
  type: z.enum(['dashboard', 'notebook', 'analysis', 'ml', 'application']),
  description: text,
  url: z.string().nullable().optional(),
  maturity: z.enum(['high', 'medium', 'low']).nullable().optional(),
  owner: z.record(z.string(), z.unknown()),
  depends_on: z.array(z.string()).nullable().optional(),
  tags: tagsList,
  meta,
  docs: z.unknown().optional(),
  enabled: z.boolean().optional(),
  config,
});

const macro = z.strictObject({
  name: z.string(),
  description: text,
  meta,
  docs: z.unknown().optional(),
  config,
  arguments: z
    .array(z.strictObject({ name: z.string(), type: z.unknown().optional(), description: text }))
    .optional(),
});

const analysis = z.strictObject({
  name: z.string(),
  description: text,
  meta,
  docs: z.unknown().optional(),
  config,
  columns,
  tags,
});
const singularTest = z.strictObject({
  name: z.string(),
  description: text,
  meta,
  docs: z.unknown().optional(),
  config,
});

const group = z.strictObject({
  name: z.string(),
  owner: z.record(z.string(), z.unknown()),
  description: text,
  config,
});

const unitTestRows = z.strictObject({
  rows: z
    .union([z.string(), z.array(z.record(z.string(), z.unknown()))])
    .nullable()
    .optional(),
  format: z.enum(['dict', 'csv', 'sql']).optional(),
  fixture: z.string().nullable().optional(),
});

const unitTest = z.strictObject({
  name: z.string(),
  model: z.string().optional(),
  /** Instead of `model`: a macro, as `name` or `package.name`, called with `args`. */
  macro: z.string().optional(),
  args: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).optional(),
  description: text,
  given: z.array(unitTestRows.extend({ input: z.string() })).optional(),
  expect: unitTestRows
    .extend({ text: z.string().optional(), value: z.unknown().optional() })
    .optional(),
  expect_after_merge: unitTestRows.optional(),
  expect_ctes: z.record(z.string(), unitTestRows).optional(),
  overrides: z
    .strictObject({
      macros: z.record(z.string(), z.unknown()).optional(),
      vars: z.record(z.string(), z.unknown()).optional(),
      env_vars: z.record(z.string(), z.unknown()).optional(),
    })
    .nullable()
    .optional(),
  versions: z.unknown().optional(),
  config,
});

const functionArgument = z.strictObject({
  name: z.string(),
  data_type: z.string(),
  description: z.string().nullable().optional(),
  default_value: z.unknown().optional(),
});
const functionReturns = z.strictObject({
  data_type: z.string(),
  description: z.string().nullable().optional(),
});

/** A user-defined function; what it is (`type`, `volatility` …) stands under `config`. */
const userFunction = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  meta,
  docs: z.unknown().optional(),
  config,
  access: z.string().nullable().optional(),
  group: z.string().nullable().optional(),
  /** Of functions dbt reads no columns and constraints, but for their form. */
  columns,
  constraints: z.array(z.unknown()).optional(),
  arguments: z.array(functionArgument).optional(),
  returns: functionReturns,
  overloads: z
    .array(
      z.strictObject({
        defined_in: z.string(),
        arguments: z.array(functionArgument).optional(),
        returns: functionReturns.nullable().optional(),
        description: z.string().nullable().optional(),
      }),
    )
    .optional(),
});
/** dbt says nothing of other keys beside these, but those inside of them are refused. */
export const dbtFunction = z.looseObject(userFunction.shape);

/** Metrics, semantic models and saved queries are carried, so only what links them is checked. */
const named = z.looseObject({ name: z.string(), description: text, config });
const semanticModel = named.extend({ model: z.string() });

/** The sections of a property file; each entry is checked by its own schema below. */
export const propertyFileSchema = z.strictObject({
  version: z.unknown().optional(),
  anchors: z.unknown().optional(),
  models: z.array(z.unknown()).nullable().optional(),
  seeds: z.array(z.unknown()).nullable().optional(),
  snapshots: z.array(z.unknown()).nullable().optional(),
  sources: z.array(z.unknown()).nullable().optional(),
  macros: z.array(z.unknown()).nullable().optional(),
  analyses: z.array(z.unknown()).nullable().optional(),
  exposures: z.array(z.unknown()).nullable().optional(),
  data_tests: z.array(z.unknown()).nullable().optional(),
  tests: z.array(z.unknown()).nullable().optional(),
  unit_tests: z.array(z.unknown()).nullable().optional(),
  groups: z.array(z.unknown()).nullable().optional(),
  metrics: z.array(z.unknown()).nullable().optional(),
  semantic_models: z.array(z.unknown()).nullable().optional(),
  saved_queries: z.array(z.unknown()).nullable().optional(),
  functions: z.array(z.unknown()).nullable().optional(),
});

/** One schema per section whose entries describe a named resource. */
export const entrySchemas = {
  models: model,
  seeds: seed,
  snapshots: model,
  sources: source,
  exposures: exposure,
  macros: macro,
  analyses: analysis,
  data_tests: singularTest,
  groups: group,
  unit_tests: unitTest,
  metrics: named,
  semantic_models: semanticModel,
  saved_queries: named,
  functions: userFunction,
} as const;

export type ColumnProperties = z.infer<typeof column> & {
  readonly extra?: Readonly<Record<string, unknown>>;
};
/** The keys that a column may have. */
export const columnKeys: ReadonlySet<string> = new Set(Object.keys(column.shape));
export type ModelProperties = z.infer<typeof model>;
export type SourceProperties = z.infer<typeof source>;
export type SourceTableProperties = z.infer<typeof sourceTable>;
export type ExposureProperties = z.infer<typeof exposure>;
export type MacroProperties = z.infer<typeof macro>;
export type VersionProperties = z.infer<typeof version>;
export type GroupProperties = z.infer<typeof group>;
export type UnitTestProperties = z.infer<typeof unitTest>;
export type UnitTestRowsProperties = z.infer<typeof unitTestRows>;
export type FunctionProperties = z.infer<typeof userFunction>;
export type NamedProperties = z.infer<typeof named>;
export type SemanticModelProperties = z.infer<typeof semanticModel>;
