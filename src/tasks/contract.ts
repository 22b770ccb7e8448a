import type { SourceNode } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  columnNames,
  type FieldProfile,
  type FilesProfile,
  type LandingColumn,
  type LandingConfig,
  landingOf,
  listLandingFiles,
  profileFiles,
  widerType,
} from '../ingest/index.ts';
import type { WrittenColumn } from './landing-yaml.ts';
import type { ParsedProject } from './open-project.ts';
import { withScratchDatabase } from './scratch-database.ts';
import { selectFromProject } from './select-nodes.ts';

/** A difference between the files of a landing source and what it declares. */
export interface Drift {
  readonly kind: 'new_column' | 'missing_column' | 'type_mismatch' | 'unreadable_file';
  /** Name in the files; of an unreadable file, its path. */
  readonly name: string;
  readonly declared: string | null;
  /** The type that reads every value. */
  readonly found: string | null;
  /** Files that have the column, or lack it where it is missing, of all files. */
  readonly files: number;
  readonly of: number;
  /** Values of a new column; those that are none of the declared type. */
  readonly values: number;
  readonly example: {
    readonly value: string | null;
    readonly file: string;
    readonly line: number | null;
  };
  readonly message: string | null;
  /** The column as it would be declared; null where a person must decide. */
  readonly column: WrittenColumn | null;
}

export interface SourceDrift {
  readonly source: string;
  readonly id: UniqueId;
  /** Where it is declared. */
  readonly file: string;
  readonly files: number;
  readonly records: number;
  readonly drift: readonly Drift[];
  /** Landing models that read it, each with its file. */
  readonly models: readonly { readonly name: string; readonly file: string }[];
}

/**
 * Compares the files of landing sources, as they lie there now, with what the sources declare. Neither
 * the database nor a file of the project is written.
 */
export async function contractDrift(
  parsed: ParsedProject,
  select: readonly string[],
): Promise<readonly SourceDrift[]> {
  const sources = landingSources(parsed, select);
  return await withScratchDatabase(parsed, async (connection) => {
    const found: SourceDrift[] = [];
    for (const source of sources) {
      const landing = landingOf(source);
      const name = `${source.sourceName}.${source.name}`;
      const listed = await listLandingFiles(landing, name, parsed.project.root);
      const { dialect } = parsed;
      const profile = await profileFiles({ connection, dialect, landing, files: listed.files });
      found.push({
        source: name,
        id: source.uniqueId,
        file: source.originalFilePath,
        files: listed.files.length,
        records: profile.records,
        drift: driftOf(source, landing, profile),
        models: modelsOf(parsed, source.uniqueId),
      });
    }
    return found;
  });
}

function driftOf(
  source: SourceNode,
  landing: LandingConfig,
  profile: FilesProfile,
): readonly Drift[] {
  const { fields } = profile;
  // Who says so wants no columns but those declared.
  const ignoresNew = source.landing?.['new_column'] === 'ignore';
  const fresh = ignoresNew ? [] : fields.filter(({ declared }) => declared === undefined);
  const taken = landing.columns.map(({ name }) => name);
  const names = columnNames([...taken, ...fresh.map(({ name }) => name)]).slice(taken.length);
  const byName = new Map(fields.map((field) => [field.name, field]));
  return [
    ...landing.columns.flatMap((column) =>
      missing(column, byName.get(column.from), landing, fields),
    ),
    ...landing.columns.flatMap((column) => mismatched(column, byName.get(column.from))),
    ...fresh.map((field, index) => added(field, names[index]!)),
    ...profile.bad.map(({ file, error }): Drift => {
      const line = error.location?.line ?? null;
      const place = { value: null, file, line };
      const common = { declared: null, found: null, files: 1, of: 1, values: 0, column: null };
      return {
        kind: 'unreadable_file',
        name: file,
        ...common,
        example: place,
        message: error.message,
      };
    }),
  ];
}

function added(field: FieldProfile, name: string): Drift {
  const { dataType, settings } = field.inferred;
  const { having, lacking, values, example } = field;
  return {
    kind: 'new_column',
    name: field.name,
    declared: null,
    found: dataType ?? 'varchar',
    files: having.length,
    of: having.length + lacking.length,
    values,
    example: example ?? { value: null, file: having[0]!, line: null },
    message: field.inferred.note ?? null,
    column: {
      name,
      from: name === field.name ? undefined : field.name,
      data_type: dataType,
      ...settings,
      optional: lacking.length > 0 ? true : undefined,
    },
  };
}

/** A column that files may lack is missing only where none of them has it. */
function missing(
  column: LandingColumn,
  field: FieldProfile | undefined,
  landing: LandingConfig,
  fields: readonly FieldProfile[],
): readonly Drift[] {
  if (column.optional || (landing.format === 'csv' && !landing.header)) return [];
  const all = [...new Set(fields.flatMap(({ having }) => having))];
  const lacking = field === undefined ? all : field.lacking;
  if (lacking.length === 0) return [];
  if (landing.missingColumn === 'null' && field !== undefined) return [];
  return [
    {
      kind: 'missing_column',
      name: column.from,
      declared: column.dataType,
      found: null,
      files: lacking.length,
      of: all.length,
      values: 0,
      example: { value: null, file: lacking[0]!, line: 1 },
      message: null,
      column: { name: column.name, optional: true },
    },
  ];
}

function mismatched(column: LandingColumn, field: FieldProfile | undefined): readonly Drift[] {
  if (field === undefined || field.unreadable === 0) return [];
  const { dataType, settings, note } = widerType(column, field.inferred);
  return [
    {
      kind: 'type_mismatch',
      name: column.from,
      declared: column.dataType,
      found: dataType ?? 'varchar',
      files: field.having.length,
      of: field.having.length + field.lacking.length,
      values: field.unreadable,
      example: field.unreadableExample ?? { value: null, file: field.having[0]!, line: null },
      message: note ?? null,
      column: { name: column.name, data_type: dataType ?? 'varchar', ...settings },
    },
  ];
}

function modelsOf({ manifest }: ParsedProject, id: UniqueId): SourceDrift['models'] {
  return [...manifest.nodes.values()].flatMap((node) =>
    node.resourceType === 'model' && node.dependsOn.nodes.includes(id)
      ? [{ name: node.name, file: node.originalFilePath }]
      : [],
  );
}

/** The landing sources that the selectors pick, or whose models they pick; all without selectors. */
function landingSources(parsed: ParsedProject, select: readonly string[]): readonly SourceNode[] {
  const { ids } = selectFromProject(parsed, { select, exclude: [], indirect: 'empty' });
  const { nodes, sources } = parsed.manifest;
  const wanted = new Set<string>([
    ...ids,
    ...[...ids].flatMap((id) => nodes.get(id)?.dependsOn.nodes ?? []),
  ]);
  const found = [...sources.values()].filter(
    ({ uniqueId, landing }) => landing !== null && wanted.has(uniqueId),
  );
  if (found.length > 0) return found;
  throw tsdbtError('usage', {
    message:
      select.length === 0
        ? 'The project has no landing sources, so there is no contract.'
        : `--select ${select.join(' ')} picks no landing source.`,
    hint: 'Pick one by its name, such as `--select source:landing.orders`; `tsdbt land add` makes one.',
  });
}
