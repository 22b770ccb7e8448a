/** What every artifact starts with. */
export interface ArtifactMetadata {
  readonly dbt_schema_version: string;
  readonly dbt_version: string;
  readonly generated_at: string;
  readonly invocation_id: string;
  readonly invocation_started_at: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface MetadataSource {
  readonly dbtVersion: string;
  readonly invocationId: string;
  readonly startedAt: Date;
  readonly now: Date;
  /** What `DBT_ENV_CUSTOM_ENV_…` of the environment say. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What stands for a version of a schema in artifacts. */
export function schemaAddress(name: string, version: number | string): string {
  return `https://schemas.getdbt.com/dbt/${name}/v${version}.json`;
}

/** The metadata of an artifact whose schema is `name` in `version`, as in `manifest`, `v12`. */
export function artifactMetadata(
  name: string,
  version: string,
  source: MetadataSource,
): ArtifactMetadata {
  return {
    dbt_schema_version: schemaAddress(name, version.slice(1)),
    dbt_version: source.dbtVersion,
    generated_at: source.now.toISOString(),
    invocation_id: source.invocationId,
    invocation_started_at: source.startedAt.toISOString(),
    env: source.env ?? {},
  };
}
