import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { NodeConfig } from '../config/node-config.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { ConfigKind, Project, Target } from '../contracts/project.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { PropertySections } from './property-files.ts';

/** What the parsers of one package share. */
export interface ParseContext {
  /** The package being parsed. */
  readonly project: Project;
  /** The project the user is in; equal to `project` but for packages. */
  readonly root: Project;
  readonly target: Target;
  readonly dialect: SqlDialect;
  readonly host: TemplateHost;
  readonly diagnostics: Diagnostics;
  readonly properties: PropertySections;
  /** Renders a description: only `doc()` is known there. */
  readonly describe: (text: unknown, file: string) => string;
}

/** Configuration every node of a kind starts from. */
export const defaultConfigs: Readonly<Record<ConfigKind, NodeConfig>> = {
  models: {
    enabled: true,
    alias: null,
    schema: null,
    database: null,
    tags: [],
    meta: {},
    group: null,
    materialized: 'view',
    incremental_strategy: null,
    'pre-hook': [],
    'post-hook': [],
    quoting: {},
    column_types: {},
    full_refresh: null,
    unique_key: null,
    on_schema_change: 'ignore',
    on_configuration_change: 'apply',
    grants: {},
    packages: [],
    docs: { show: true, node_color: null },
    contract: { enforced: false, alias_types: true },
    access: 'protected',
    persist_docs: {},
  },
  seeds: {
    enabled: true,
    alias: null,
    schema: null,
    database: null,
    tags: [],
    meta: {},
    group: null,
    materialized: 'seed',
    'pre-hook': [],
    'post-hook': [],
    quoting: {},
    column_types: {},
    full_refresh: null,
    grants: {},
    packages: [],
    docs: { show: true, node_color: null },
    persist_docs: {},
    delimiter: ',',
    quote_columns: null,
  },
  snapshots: { enabled: true, tags: [], meta: {}, materialized: 'snapshot' },
  data_tests: {
    enabled: true,
    alias: null,
    schema: 'dbt_test__audit',
    database: null,
    tags: [],
    meta: {},
    group: null,
    materialized: 'test',
    severity: 'ERROR',
    store_failures: null,
    store_failures_as: null,
    where: null,
    limit: null,
    fail_calc: 'count(*)',
    warn_if: '!= 0',
    error_if: '!= 0',
  },
  sources: { enabled: true, meta: {}, tags: [] },
  exposures: { enabled: true, meta: {}, tags: [] },
  analyses: { enabled: true, tags: [], meta: {}, materialized: 'view' },
};
