/** Artifacts in dbt's published shapes, made by code: manifest v12, catalog v1, run results v6. */
export interface Artifacts {
  readonly manifest: Record<string, unknown>;
  readonly catalog: Record<string, unknown>;
  readonly runResults: Record<string, unknown>;
}

export interface ColumnSpec {
  readonly type: string;
  readonly description?: string;
  readonly pii?: boolean;
  readonly meta?: Record<string, unknown>;
  readonly constraints?: readonly Record<string, unknown>[];
}

export interface NodeSpec {
  readonly type: 'model' | 'seed' | 'snapshot' | 'analysis';
  readonly name: string;
  readonly folder: string;
  readonly description?: string;
  readonly sql?: string;
  readonly compiled?: string;
  readonly parents?: readonly string[];
  readonly tags?: readonly string[];
  readonly config?: Record<string, unknown>;
  readonly columns?: readonly (readonly [string, ColumnSpec])[];
  readonly schema?: string;
  readonly macros?: readonly string[];
}

export interface TestSpec {
  readonly name: string;
  readonly on: string;
  readonly column?: string;
  /** Name of the generic test; absent for a singular one. */
  readonly generic?: string;
  readonly arguments?: Record<string, unknown>;
  readonly alsoReads?: readonly string[];
  readonly severity?: string;
  readonly sql?: string;
}

export interface ResultSpec {
  readonly status: string;
  readonly ms?: number;
  readonly start?: number;
  readonly thread?: number;
  readonly rows?: number;
  readonly failures?: number;
  readonly message?: string;
}

/** Own keys only, in order; `__proto__` becomes a key like any other, as JSON.parse makes it. */
function table(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(out, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return out;
}

export const firstMoment = Date.UTC(2026, 10, 23, 6, 30, 0);

/** Collects nodes and results, then gives the three artifacts. */
export class ArtifactBuilder {
  readonly #project: string;
  readonly #nodes: [string, unknown][] = [];
  readonly #sources: [string, unknown][] = [];
  readonly #exposures: [string, unknown][] = [];
  readonly #macros: [string, unknown][] = [];
  readonly #docs: [string, unknown][] = [];
  readonly #catalogNodes: [string, unknown][] = [];
  readonly #catalogSources: [string, unknown][] = [];
  readonly #results: unknown[] = [];

  constructor(project: string) {
    this.#project = project;
  }

  source(
    sourceName: string,
    name: string,
    spec: {
      readonly description?: string;
      readonly sourceDescription?: string;
      readonly config?: Record<string, unknown>;
      readonly columns?: readonly (readonly [string, ColumnSpec])[];
      readonly file?: string;
    },
  ): string {
    const id = `source.${this.#project}.${sourceName}.${name}`;
    this.#sources.push([
      id,
      {
        ...this.#common(
          id,
          name,
          'source',
          spec.file ?? 'models/sources.yml',
          spec.description,
          spec.columns,
        ),
        fqn: [this.#project, sourceName, name],
        source_name: sourceName,
        source_description: spec.sourceDescription ?? '',
        loader: '',
        identifier: name,
        schema: sourceName,
        relation_name: `"shop"."${sourceName}"."${name}"`,
        config: { enabled: true, ...spec.config },
        freshness: spec.config?.['freshness'] ?? null,
      },
    ]);
    this.#catalogSources.push(this.#catalogEntry(id, sourceName, name, spec.columns));
    return id;
  }

  node(spec: NodeSpec): string {
    const id = `${spec.type}.${this.#project}.${spec.name}`;
    const file = `${spec.folder}/${spec.name}.${spec.type === 'seed' ? 'csv' : 'sql'}`;
    const schema = spec.schema ?? 'main';
    this.#nodes.push([
      id,
      {
        ...this.#common(id, spec.name, spec.type, file, spec.description, spec.columns),
        schema,
        alias: spec.name,
        fqn: [this.#project, ...spec.folder.split('/').slice(1), spec.name],
        tags: spec.tags ?? [],
        config: {
          enabled: true,
          materialized: spec.type === 'seed' ? 'seed' : 'view',
          tags: spec.tags ?? [],
          'post-hook': [],
          'pre-hook': [],
          on_schema_change: 'ignore',
          contract: { enforced: false, alias_types: true },
          access: 'protected',
          ...spec.config,
        },
        access: 'protected',
        patch_path: `${this.#project}://${spec.folder}/properties.yml`,
        relation_name: `"shop"."${schema}"."${spec.name}"`,
        raw_code: spec.sql ?? '',
        compiled_code: spec.compiled ?? '',
        language: 'sql',
        depends_on: { macros: spec.macros ?? [], nodes: spec.parents ?? [] },
      },
    ]);
    this.#catalogNodes.push(this.#catalogEntry(id, schema, spec.name, spec.columns));
    return id;
  }

  test(spec: TestSpec): string {
    const id = `test.${this.#project}.${spec.name}${spec.generic === undefined ? '' : '.c0ffee1234'}`;
    const file = spec.generic === undefined ? `tests/${spec.name}.sql` : 'models/properties.yml';
    this.#nodes.push([
      id,
      {
        ...this.#common(id, spec.name, 'test', file, '', []),
        fqn: [this.#project, spec.name],
        tags: [],
        schema: 'main_dbt_test__audit',
        config: {
          enabled: true,
          materialized: 'test',
          severity: spec.severity ?? 'ERROR',
          fail_calc: 'count(*)',
        },
        relation_name: null,
        raw_code: spec.sql ?? `{{ test_${spec.generic}(**_dbt_generic_test_kwargs) }}`,
        compiled_code:
          spec.sql ??
          `select ${spec.column ?? '*'}\nfrom ${spec.on.split('.').pop()}\nwhere ${spec.column} is null`,
        language: 'sql',
        depends_on: { macros: [], nodes: [...(spec.alsoReads ?? []), spec.on] },
        ...(spec.generic === undefined
          ? {}
          : {
              column_name: spec.column ?? null,
              attached_node: spec.on,
              test_metadata: {
                name: spec.generic,
                namespace: null,
                kwargs: {
                  column_name: spec.column,
                  model: '{{ get_where_subquery(...) }}',
                  ...spec.arguments,
                },
              },
            }),
      },
    ]);
    return id;
  }

  exposure(
    name: string,
    spec: Record<string, unknown> & { readonly parents: readonly string[] },
  ): string {
    const id = `exposure.${this.#project}.${name}`;
    const { parents, ...rest } = spec;
    this.#exposures.push([
      id,
      {
        ...this.#common(id, name, 'exposure', 'models/exposures.yml', '', []),
        fqn: [this.#project, name],
        type: 'dashboard',
        maturity: 'high',
        tags: [],
        config: { enabled: true },
        ...rest,
        depends_on: { macros: [], nodes: parents },
      },
    ]);
    return id;
  }

  macro(name: string, spec: Record<string, unknown>): string {
    const id = `macro.${this.#project}.${name}`;
    const common = this.#common(id, name, 'macro', `macros/${name}.sql`, '', []);
    this.#macros.push([id, { ...common, depends_on: { macros: [] }, arguments: [], ...spec }]);
    return id;
  }

  doc(name: string, text: string): void {
    this.#docs.push([
      `doc.${this.#project}.${name}`,
      { name, package_name: this.#project, block_contents: text },
    ]);
  }

  result(id: string, spec: ResultSpec): void {
    const start = firstMoment + (spec.start ?? 0);
    const moment = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
    const ran = spec.status !== 'skipped';
    this.#results.push({
      status: spec.status,
      timing: ran
        ? [
            { name: 'compile', started_at: moment(start), completed_at: moment(start + 1) },
            {
              name: 'execute',
              started_at: moment(start + 1),
              completed_at: moment(start + (spec.ms ?? 10)),
            },
          ]
        : [],
      thread_id: `Thread-${(spec.thread ?? 0) + 1} (worker)`,
      execution_time: ran ? (spec.ms ?? 10) / 1000 : 0,
      adapter_response: spec.rows === undefined ? {} : { _message: 'OK', rows_affected: spec.rows },
      message: spec.message ?? null,
      failures: spec.failures ?? null,
      unique_id: id,
      compiled: ran,
      compiled_code: null,
      relation_name: null,
    });
  }

  build(elapsed = 4.2): Artifacts {
    const metadata = {
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
      dbt_version: '1.11.0',
      generated_at: '2026-11-23T06:30:12.000000Z',
      invocation_id: '00000000-0000-4000-8000-000000000000',
      env: {},
      project_name: this.#project,
      adapter_type: 'duckdb',
    };
    return {
      manifest: {
        metadata,
        nodes: table(this.#nodes),
        sources: table(this.#sources),
        macros: table(this.#macros),
        docs: table(this.#docs),
        exposures: table(this.#exposures),
        metrics: {},
        groups: {},
        selectors: {},
        disabled: {},
        parent_map: {},
        child_map: {},
        unit_tests: {},
      },
      catalog: {
        metadata,
        nodes: table(this.#catalogNodes),
        sources: table(this.#catalogSources),
        errors: null,
      },
      runResults: {
        metadata: {
          ...metadata,
          dbt_schema_version: 'https://schemas.getdbt.com/dbt/run-results/v6.json',
        },
        results: this.#results,
        elapsed_time: elapsed,
        args: { which: 'build', invocation_command: 'tsdbt build' },
      },
    };
  }

  #common(
    id: string,
    name: string,
    type: string,
    file: string,
    description: string | undefined,
    columns: readonly (readonly [string, ColumnSpec])[] | undefined,
  ): Record<string, unknown> {
    return {
      database: 'shop',
      name,
      resource_type: type,
      package_name: this.#project,
      path: file.split('/').slice(1).join('/'),
      original_file_path: file,
      unique_id: id,
      description: description ?? '',
      meta: {},
      docs: { show: true, node_color: null },
      columns: table(
        (columns ?? []).map(([column, spec]) => [
          column,
          {
            name: column,
            description: spec.description ?? '',
            data_type: spec.type,
            meta: { ...(spec.pii ? { pii: true } : {}), ...spec.meta },
            constraints: spec.constraints ?? [],
            tags: [],
          },
        ]),
      ),
    };
  }

  #catalogEntry(
    id: string,
    schema: string,
    name: string,
    columns: readonly (readonly [string, ColumnSpec])[] | undefined,
  ): [string, unknown] {
    const entries = (columns ?? []).map(([column, spec], index): [string, unknown] => [
      column,
      { type: spec.type, index: index + 1, name: column, comment: null },
    ]);
    return [
      id,
      {
        metadata: {
          type: 'BASE TABLE',
          schema,
          name,
          database: 'shop',
          comment: null,
          owner: null,
        },
        columns: table(entries),
        stats: {},
        unique_id: id,
      },
    ];
  }
}
