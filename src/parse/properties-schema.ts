import { z } from 'zod';

const config = z.record(z.string(), z.unknown()).nullable().optional();
const meta = z.record(z.string(), z.unknown()).nullable().optional();
const tags = z.union([z.string(), z.array(z.string())]).optional();
const text = z.union([z.string(), z.number(), z.boolean()]).nullable().optional();
/** A test is its name, or one key with its arguments; checked where tests are built. */
const tests = z.array(z.unknown()).nullable().optional();
const expectations = z.array(z.unknown()).nullable().optional();

const column = z.strictObject({
  name: z.string(),
  description: text,
  data_type: z.string().nullable().optional(),
  quote: z.boolean().optional(),
  meta,
  tags,
  config,
  constraints: z.array(z.unknown()).optional(),
  tests,
  data_tests: tests,
  granularity: z.unknown().optional(),
  dimension: z.unknown().optional(),
  entity: z.unknown().optional(),
});
const columns = z.array(column).nullable().optional();

const model = z.strictObject({
  name: z.string(),
  description: text,
  meta,
  docs: z.unknown().optional(),
  config,
  columns,
  constraints: z.array(z.unknown()).optional(),
  access: z.enum(['private', 'protected', 'public']).optional(),
  group: z.string().optional(),
  tests,
  data_tests: tests,
  expectations,
  latest_version: z.union([z.string(), z.number()]).optional(),
  versions: z.array(z.unknown()).optional(),
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

const sourceTable = z.strictObject({
  name: z.string(),
  description: text,
  identifier: z.string().optional(),
  meta,
  tags,
  config,
  columns,
  tests,
  data_tests: tests,
  loader: z.string().optional(),
  freshness,
  loaded_at_field: z.string().nullable().optional(),
  loaded_at_query: z.string().nullable().optional(),
  quoting: z.unknown().optional(),
  external: z.unknown().optional(),
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
  tags,
  config,
  freshness,
  loaded_at_field: z.string().nullable().optional(),
  loaded_at_query: z.string().nullable().optional(),
  quoting: z.unknown().optional(),
  overrides: z.string().optional(),
  tests,
  data_tests: tests,
  tables: z.array(sourceTable).nullable().optional(),
});

const exposure = z.strictObject({
  name: z.string(),
  label: z.string().optional(),
  type: z.enum(['dashboard', 'notebook', 'analysis', 'ml', 'application']),
  description: text,
  url: z.string().optional(),
  maturity: z.enum(['high', 'medium', 'low']).optional(),
  owner: z.record(z.string(), z.unknown()),
  depends_on: z.array(z.string()).optional(),
  tags,
  meta,
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
} as const;

export type ColumnProperties = z.infer<typeof column>;
export type ModelProperties = z.infer<typeof model>;
export type SourceProperties = z.infer<typeof source>;
export type SourceTableProperties = z.infer<typeof sourceTable>;
export type ExposureProperties = z.infer<typeof exposure>;
export type MacroProperties = z.infer<typeof macro>;
