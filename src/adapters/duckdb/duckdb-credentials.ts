import * as z from 'zod';

/** Scalars that DuckDB settings take; they reach the engine as text. */
const setting = z.union([z.string(), z.number(), z.boolean()]);

/** The keys of a `type: duckdb` output in profiles.yml. */
export const duckdbCredentials = z.strictObject({
  type: z.literal('duckdb'),
  /** The database file, relative to the project, or `:memory:`. */
  path: z.string().default(':memory:'),
  /** Name of the database; when given it must be the stem of the file. */
  database: z.string().optional(),
  schema: z.string().default('main'),
  threads: z.int().min(1).default(1),
  /** Folder of external models that have no location, relative to where tsdbt is called. */
  external_root: z.string().optional(),
  /** Installed where they are not yet, and loaded. */
  extensions: z
    .array(z.union([z.string(), z.strictObject({ name: z.string(), repo: z.string().optional() })]))
    .optional(),
  /** Made with `create secret`; the keys are those of DuckDB, with `type` and, if wanted, `name`. */
  secrets: z.array(z.record(z.string(), z.unknown())).optional(),
  /** Further databases, by their alias. */
  attach: z
    .array(
      z.strictObject({
        path: z.string(),
        alias: z.string().optional(),
        type: z.string().optional(),
        secret: z.string().optional(),
        read_only: z.boolean().optional(),
        options: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
  /** Run after opening: `set <name> = <value>`. */
  settings: z.record(z.string(), setting).optional(),
  /** Passed to the engine when the database is opened. */
  config_options: z.record(z.string(), setting).optional(),
});

export type DuckDbCredentials = z.infer<typeof duckdbCredentials>;
