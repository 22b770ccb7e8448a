import * as z from 'zod';

const names = z.union([z.string(), z.array(z.string())]);
const tree = z.record(z.string(), z.unknown()).nullable().optional();

/** The keys of project.yml (dbt_project.yml); docs.getdbt.com/reference/dbt_project.yml. */
export const projectSchema = z.strictObject({
  name: z.string(),
  version: z.union([z.string(), z.number()]).nullable().optional(),
  'config-version': z.literal(2).optional(),
  profile: z.string().optional(),
  /** The outputs a profiles.yml would hold, here, for projects that want one file. */
  profiles: z.record(z.string(), z.unknown()).optional(),
  'model-paths': z.array(z.string()).optional(),
  'seed-paths': z.array(z.string()).optional(),
  'test-paths': z.array(z.string()).optional(),
  'analysis-paths': z.array(z.string()).optional(),
  'macro-paths': z.array(z.string()).optional(),
  'snapshot-paths': z.array(z.string()).optional(),
  'function-paths': z.array(z.string()).optional(),
  'docs-paths': z.array(z.string()).optional(),
  'asset-paths': z.array(z.string()).optional(),
  'target-path': z.string().optional(),
  'log-path': z.string().optional(),
  'packages-install-path': z.string().optional(),
  'clean-targets': z.array(z.string()).optional(),
  'require-dbt-version': names.optional(),
  'query-comment': z
    .union([
      z.string(),
      z.strictObject({
        comment: z.string().nullable().optional(),
        append: z.boolean().nullable().optional(),
        'job-label': z.boolean().optional(),
      }),
    ])
    .nullable()
    .optional(),
  'restrict-access': z.boolean().optional(),
  'dbt-cloud': z.record(z.string(), z.unknown()).nullable().optional(),
  quoting: z.record(z.string(), z.unknown()).optional(),
  'on-run-start': names.nullable().optional(),
  'on-run-end': names.nullable().optional(),
  dispatch: z
    .array(z.strictObject({ macro_namespace: z.string(), search_order: z.array(z.string()) }))
    .optional(),
  vars: tree,
  flags: tree,
  packages: z.array(z.unknown()).optional(),
  models: tree,
  seeds: tree,
  snapshots: tree,
  sources: tree,
  tests: tree,
  data_tests: tree,
  unit_tests: tree,
  analyses: tree,
  exposures: tree,
  metrics: tree,
  functions: tree,
  'semantic-models': tree,
  'saved-queries': tree,
});

export type ProjectFile = z.infer<typeof projectSchema>;
