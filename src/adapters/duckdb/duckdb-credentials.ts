import * as z from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** What DuckDB settings take: a scalar, which reaches the engine as text, or a list of them. */
const setting = z.union([scalar, z.array(scalar)]);

export type DuckDbSetting = string | number | boolean | readonly (string | number | boolean)[];

/** The keys of a `type: duckdb` output in profiles.yml. */
export const duckdbCredentials = z.strictObject({
  type: z.literal('duckdb'),
  /** The database file, relative to the project, or `:memory:`. */
  path: z
    .string()
    .default(':memory:')
    // Taken for files, `md:my_db` and the like would be databases of their own beside the real ones.
    .refine((path) => path === ':memory:' || !/^[a-z][a-z0-9+.-]+:/i.test(path), {
      error: ({ input }) =>
        `is a file or :memory:, not ${String(input).replace(/:.*/s, ':')} (MotherDuck, DuckLake and databases behind an address are not supported)`,
    }),
  /** Name of the database; when given it must be the stem of the file. */
  database: z.string().optional(),
  schema: z.string().default('main'),
  threads: z.int().min(1).default(1),
  /** Folder of external models that have no location, relative to where tsdbt is called. */
  external_root: z.string().optional(),
  /** Accepted without effect: the file is closed at the end, and every node has its transaction. */
  keep_open: z.boolean().optional(),
  disable_transactions: z.boolean().optional(),
  /** Accepted without effect: for MotherDuck and DuckLake, whose databases are refused where `path` names one. */
  motherduck_token: z.string().optional(),
  is_ducklake: z.literal(false).optional(),
  /** Accepted without effect: what dbt-duckdb does with its Python modules, and when a network fails. */
  retries: z.record(z.string(), z.unknown()).optional(),
  module_paths: z.array(z.string()).optional(),
  /** Accepted as well: a source that one of them reads is an error of its own. */
  plugins: z.array(z.record(z.string(), z.unknown())).optional(),
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
  /**
   * Keeps statements away from files that the project does not work with. On by default for projects
   * with a project.yml; `allow` names further folders, relative to the project, or addresses.
   */
  sandbox: z
    .union([z.boolean(), z.strictObject({ allow: z.array(z.string()).optional() })])
    .optional(),
  /** Passed to the engine when the database is opened. */
  config_options: z.record(z.string(), setting).optional(),
});

export type DuckDbCredentials = z.infer<typeof duckdbCredentials>;
