import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { Connection } from '../adapters/adapter.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  columnNames,
  compilePattern,
  type FieldProfile,
  type FileShape,
  type FilesProfile,
  fileShape,
  type LandingConfig,
  landingOf,
  listLandingFiles,
  parseLandingConfig,
  pathPatterns,
  profileFiles,
  safeName,
} from '../ingest/index.ts';
import { landingYaml, type WrittenColumn } from './landing-yaml.ts';
import type { ParsedProject } from './open-project.ts';
import { withScratchDatabase } from './scratch-database.ts';

export interface LandAddRequest {
  /** Files or one folder, absolute. */
  readonly paths: readonly string[];
  /** Name of the source table; by the files where it is not said. */
  readonly name?: string | undefined;
  readonly header?: boolean | undefined;
  readonly delimiter?: string | undefined;
  readonly encoding?: string | undefined;
}

export interface LandAddResult {
  readonly source: string;
  readonly model: string;
  /** Files written, relative to the project. */
  readonly written: readonly string[];
  readonly patterns: readonly string[];
  readonly files: number;
  readonly records: number;
  readonly columns: readonly WrittenColumn[];
  /** What the user should know: columns that stay text, records that are none. */
  readonly notes: readonly string[];
}

const sourceName = 'landing';

interface DataFile {
  readonly path: string;
  readonly absolutePath: string;
  readonly size: number;
}

/**
 * Writes a landing source and a landing model for files that have landed. The files are read by the
 * readers of the loader and stay where they are; no file that is there is written over.
 */
export async function landAddTask(
  parsed: ParsedProject,
  request: LandAddRequest,
): Promise<LandAddResult> {
  const { project } = parsed;
  const { files, isFolder } = dataFiles(request.paths, project.root);
  const patterns = pathPatterns(
    files.map(({ path }) => path),
    isFolder,
  );
  const table = tableName(request.name, patterns[0]!);
  const model = `raw_${table}`;
  const folder = posix.join(project.paths.models[0] ?? 'models', 'raw');
  const [yamlPath, sqlPath] = [
    posix.join(folder, `${model}.yml`),
    posix.join(folder, `${model}.sql`),
  ];
  refuseTaken(parsed, { table, model, paths: [yamlPath, sqlPath] });
  refuseRead(parsed, patterns, files);
  const shape = await commonShape(files, request);
  return await withScratchDatabase(parsed, async (connection) => {
    const found = await inferred(parsed, connection, { files, patterns, shape });
    const { landing, columns, profile, notes } = found;
    const texts: readonly (readonly [string, string])[] = [
      [yamlPath, landingYaml({ sourceName, table, landing, columns })],
      [sqlPath, await modelSql(connection, parsed, table, columns)],
    ];
    for (const [path, text] of texts) writeNew(join(project.root, path), text);
    return {
      source: `${sourceName}.${table}`,
      model,
      written: texts.map(([path]) => path),
      patterns,
      files: files.length,
      records: profile.records,
      columns,
      notes,
    };
  });
}

/** The files that are meant, sorted by path; those of a folder with all below it. */
function dataFiles(
  paths: readonly string[],
  root: string,
): { readonly files: readonly DataFile[]; readonly isFolder: boolean } {
  const files = new Map<string, DataFile>();
  let isFolder = paths.length > 1;
  for (const given of paths) {
    const info = statSync(given, { throwIfNoEntry: false });
    const path = relative(root, given).split(sep).join('/');
    if (info === undefined) throw refused(path || given, 'is not there');
    if (path.startsWith('../') || path === '..' || resolve(root, path) !== given)
      throw tsdbtError('path-outside-project', { path: given, what: 'The landing path' });
    if (info.isDirectory()) isFolder = true;
    const found = info.isDirectory() ? filesBelow(given) : [given];
    for (const absolutePath of found) {
      const name = relative(root, absolutePath).split(sep).join('/');
      files.set(name, { path: name, absolutePath, size: statSync(absolutePath).size });
    }
    if (found.length === 0) throw refused(path || '.', 'has no files in it');
  }
  const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: sorted, isFolder };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) return [];
    if (entry.isDirectory()) return filesBelow(path);
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? [path] : [];
  });
}

/** Named by the files, or by the folder that they are in where files have any name. */
function tableName(asked: string | undefined, pattern: string): string {
  const parts = pattern.split('/').map((part) =>
    safeName(
      part
        .replace(/(\.[A-Za-z0-9]+)+$/, '')
        .replaceAll('{processing_date}', ' ')
        .replaceAll('*', ' ')
        .trim(),
    ).toLowerCase(),
  );
  const name = asked ?? parts.findLast((part) => part !== '' && part !== '_') ?? '';
  if (/^[a-z_][a-z0-9_]*$/i.test(name)) return name;
  throw tsdbtError('usage', {
    message:
      asked === undefined
        ? `No name for the source can be made of ${pattern}.`
        : `"${asked}" can't be the name of a source.`,
    hint: 'Say --name with letters, digits and underscores: --name orders.',
  });
}

function refuseTaken(
  { manifest, project }: ParsedProject,
  given: { readonly table: string; readonly model: string; readonly paths: readonly string[] },
): void {
  const hint = 'Say another name with --name.';
  const isSource = [...manifest.sources.values()].some(
    (source) => source.sourceName === sourceName && source.name === given.table,
  );
  if (isSource) {
    const problem = `the source ${sourceName}.${given.table} is there already`;
    throw tsdbtError('landing-not-added', { path: given.table, problem }, { hint });
  }
  const node = [...manifest.nodes.values()].find(({ name }) => name === given.model);
  const taken =
    node?.originalFilePath ?? given.paths.find((path) => existsSync(join(project.root, path)));
  if (taken !== undefined)
    throw tsdbtError(
      'landing-not-added',
      { path: given.table, problem: `${taken} is there already, and no file is written over` },
      { hint },
    );
}

/** Files that another landing source reads would be loaded twice. */
function refuseRead(
  { manifest }: ParsedProject,
  patterns: readonly string[],
  files: readonly DataFile[],
): void {
  for (const source of manifest.sources.values()) {
    if (source.landing === null) continue;
    const read = filesOf(landingOf(source).paths, files);
    if (read.length === 0) continue;
    const problem = `the source ${source.sourceName}.${source.name} (${source.originalFilePath}) reads ${read[0]!.path} already`;
    throw tsdbtError('landing-not-added', { path: patterns[0]!, problem });
  }
}

function filesOf(paths: readonly string[], files: readonly DataFile[]): readonly DataFile[] {
  const compiled = paths.map(compilePattern);
  return files.filter(({ path }) => compiled.some((pattern) => pattern.match(path) !== undefined));
}

/** How all files are to be read; they must be alike in that. */
async function commonShape(
  files: readonly DataFile[],
  request: LandAddRequest,
): Promise<FileShape> {
  const known = {
    header: request.header,
    delimiter: request.delimiter,
    encoding: request.encoding as FileShape['encoding'],
  };
  let common: FileShape | undefined;
  let named = '';
  for (const file of files) {
    const shape = await fileShape(file, known, (problem, hint) => {
      throw refused(file.path, problem, hint);
    });
    if (shape.isEmpty) continue;
    if (common === undefined) {
      common = shape;
      named = file.path;
      continue;
    }
    const difference = differenceOf(common, shape);
    if (difference !== undefined)
      throw refused(
        file.path,
        `is read in another way than ${named}: ${difference}`,
        'One source reads files of one kind. Name only some of them, or each kind with a --name of its own.',
      );
  }
  if (common === undefined) throw refused(files[0]!.path, 'is empty, so no columns can be found');
  return common;
}

function differenceOf(one: FileShape, other: FileShape): string | undefined {
  if (one.format !== other.format) return `${other.format}, not ${one.format}`;
  if (one.encoding !== other.encoding)
    return `${other.encoding ?? 'utf-8'}, not ${one.encoding ?? 'utf-8'}`;
  if (one.records.join('.') !== other.records.join('.'))
    return `records under ${other.records.join('.') || 'no key'}, not under ${one.records.join('.') || 'no key'}`;
  if (one.format !== 'csv') return undefined;
  if (one.header !== other.header) return other.header ? 'it has a header' : 'it has no header';
  if (one.delimiter !== other.delimiter && one.first.length > 1 && other.first.length > 1)
    return `${JSON.stringify(other.delimiter)} between fields, not ${JSON.stringify(one.delimiter)}`;
  return undefined;
}

interface Inferred {
  readonly landing: Readonly<Record<string, unknown>>;
  readonly columns: readonly WrittenColumn[];
  readonly profile: FilesProfile;
  readonly notes: readonly string[];
}

async function inferred(
  parsed: ParsedProject,
  connection: Connection,
  given: {
    readonly files: readonly DataFile[];
    readonly patterns: readonly string[];
    readonly shape: FileShape;
  },
): Promise<Inferred> {
  const { patterns, shape, files } = given;
  const { dialect, project } = parsed;
  const { columns: fixed, ...rest } = layoutOf(shape);
  const landing = {
    path: patterns.length === 1 ? patterns[0] : patterns,
    format: shape.format,
    ...(shape.encoding === undefined ? {} : { encoding: shape.encoding }),
    ...(shape.delimiter === ',' ? {} : { delimiter: shape.delimiter }),
    ...rest,
    ...(shape.records.length === 0 ? {} : { records: shape.records.join('.') }),
  };
  const configOf = (columns: readonly WrittenColumn[]): LandingConfig =>
    parseLandingConfig(
      landing,
      columns.map(({ name, data_type: dataType, ...extra }) => ({
        name,
        dataType,
        extra: Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== undefined)),
      })),
      `${sourceName}`,
    );
  // A source needs columns; those of the files come of their own.
  const reading = configOf(fixed ?? [{ name: 'tsdbt_none', optional: true }]);
  const listed = await listLandingFiles(reading, sourceName, project.root);
  const names = new Set(listed.files.map(({ path }) => path));
  const lost = files.find(({ path }) => !names.has(path));
  if (lost !== undefined) throw refused(lost.path, `does not match ${patterns.join(', ')}`);
  const profile = await profileFiles({
    connection,
    dialect,
    landing: fixed === undefined ? { ...reading, columns: [] } : reading,
    files: listed.files,
  });
  const [bad] = profile.bad;
  if (bad !== undefined) throw bad.error;
  const notes = notesOf(profile);
  const columns =
    fixed === undefined ? writtenColumns(profile.fields) : typed(fixed, profile.fields);
  configOf(columns);
  return { landing, columns, profile, notes };
}

/** Columns that are known before the files are read: of files without a header, or with a name twice. */
function layoutOf({ format, header, first }: FileShape): {
  readonly header?: false;
  readonly skip_rows?: number;
  readonly columns?: readonly WrittenColumn[];
} {
  if (format !== 'csv') return {};
  if (header && new Set(first).size === first.length) return {};
  const names = header ? first : first.map((_, index) => `column_${index + 1}`);
  const columns = columnNames(names).map((name) => ({ name }));
  return { header: false, ...(header ? { skip_rows: 1 } : {}), columns };
}

function writtenColumns(fields: readonly FieldProfile[]): readonly WrittenColumn[] {
  const names = columnNames(fields.map(({ name }) => name));
  return fields.map((field, index) => ({
    name: names[index]!,
    from: names[index] === field.name ? undefined : field.name,
    ...typeOf(field),
    optional: field.lacking.length > 0 ? true : undefined,
  }));
}

function typed(
  columns: readonly WrittenColumn[],
  fields: readonly FieldProfile[],
): readonly WrittenColumn[] {
  const byName = new Map(fields.map((field) => [field.name, field]));
  return columns.map((column) => ({ ...column, ...typeOf(byName.get(column.name)) }));
}

function typeOf(field: FieldProfile | undefined): Omit<WrittenColumn, 'name'> {
  if (field === undefined) return {};
  const { dataType, settings } = field.inferred;
  return { data_type: dataType, ...settings };
}

function notesOf({ fields, malformed, malformedExample }: FilesProfile): readonly string[] {
  const notes = fields.flatMap(({ name, inferred: { note }, example }) =>
    note === undefined || example === undefined
      ? []
      : [
          `${name} stays text: ${note} (${example.value} in ${example.file}:${example.line}). Declare it with its data_type and settings.`,
        ],
  );
  if (malformedExample === undefined) return notes;
  const { file, line } = malformedExample;
  return [
    ...notes,
    `${malformed} of the records are malformed, as in ${file}:${line}: they will be quarantined.`,
  ];
}

async function modelSql(
  connection: Connection,
  { dialect }: ParsedProject,
  table: string,
  columns: readonly WrittenColumn[],
): Promise<string> {
  const { rows } = await connection.query(
    "select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'",
  );
  const keywords = new Set(rows.map(([word]) => String(word)));
  const names = columns.map(({ name }) =>
    /^[A-Za-z_]\w*$/.test(name) && !keywords.has(name.toLowerCase()) ? name : dialect.quote(name),
  );
  const lines = [...names, 'processing_date', '_file', '_line'].map((name) => `    ${name}`);
  return `{{ config(materialized='landing') }}

select
${lines.join(',\n')}
from {{ source('${sourceName}', '${table}') }}
`;
}

function writeNew(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { flag: 'wx' });
}

function refused(path: string, problem: string, hint?: string): ReturnType<typeof tsdbtError> {
  return tsdbtError(
    'landing-not-added',
    { path, problem: `it ${problem}` },
    { location: { file: path }, ...(hint === undefined ? {} : { hint }) },
  );
}
