import { existsSync, readFileSync } from 'node:fs';
import { type CatalogEntry, catalogArtifact } from '../artifacts/catalog-v1.ts';
import type { CompiledPart } from '../artifacts/manifest-node.ts';
import { writeJson } from '../artifacts/write-json.ts';
import { relationOf } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import { type Relation, relationKey } from '../contracts/relation.ts';
import type { Warning } from '../contracts/warning.ts';
import { readAssets } from '../docs-site/assets.ts';
import { generateSite } from '../docs-site/generate.ts';
import { writeSite } from '../docs-site/write-site.ts';
import { jsonText, parseJson } from '../util/exact-json.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { compileTask } from './compile.ts';
import { copyAssets } from './copy-assets.ts';
import { openSession } from './execute.ts';
import { executedTypes } from './executed-types.ts';
import type { ParsedProject } from './open-project.ts';
import { type SelectionRequest, selectFromProject } from './select-nodes.ts';
import { masker, metadataSource, projectManifest, targetFile } from './write-artifacts.ts';

export interface DocsResult {
  /** The page to open. */
  readonly index: string;
  readonly nodes: number;
  readonly warnings: readonly Warning[];
}

/**
 * Compiles the project, reads the catalog of the database and writes the site into the target
 * folder, beside `manifest.json` and `catalog.json`.
 */
export async function docsGenerateTask(
  parsed: ParsedProject,
  options: {
    readonly compile: boolean;
    /** The catalog has no entries: the database is not asked. */
    readonly emptyCatalog?: boolean;
    /** What is compiled and in the catalog; all when nothing is said. */
    readonly selection?: SelectionRequest;
  },
): Promise<DocsResult> {
  copyAssets(parsed.project);
  const selection = options.selection ?? { select: [], exclude: [] };
  const compiled = options.compile
    ? await compileTask(parsed, selection)
    : { parts: new Map<string, CompiledPart>(), errors: [], warnings: [] };
  const catalog = catalogArtifact(
    options.emptyCatalog === true ? [] : await catalogEntries(parsed, selection),
    metadataSource(parsed),
  );
  const mask = masker(parsed);
  writeJson(targetFile(parsed, 'catalog.json'), catalog, mask);
  const written = projectManifest(parsed, compiled.parts);
  // Without compiling, the manifest of an earlier `compile` is the better one: it stays.
  if (options.compile) writeJson(targetFile(parsed, 'manifest.json'), written, mask);
  // The site is made from the artifact as it was written, so that nothing masked comes back.
  const manifest: unknown = parseJson(mask(jsonText(written)));
  const files = generateSite(
    { manifest, catalog, runResults: resultsOfRun(parsed) },
    { assets: readAssets(), title: parsed.project.name, now: parsed.request.invocation.now() },
  );
  writeSite(files, targetFile(parsed));
  return {
    index: targetFile(parsed, 'index.html'),
    nodes: parsed.manifest.nodes.size,
    warnings: [
      ...compiled.warnings,
      ...compiled.errors.map(({ message }) => ({ name: 'CannotGenerateDocs', text: message })),
    ],
  };
}

async function catalogEntries(
  parsed: ParsedProject,
  selection: SelectionRequest,
): Promise<readonly CatalogEntry[]> {
  const { ids } = selectFromProject(parsed, selection);
  // A relation may be a node's and, for another one, a source: it stands under both.
  const wanted = new Map<string, Pick<CatalogEntry, 'uniqueId' | 'resourceType'>[]>();
  const want = (key: string, entry: Pick<CatalogEntry, 'uniqueId' | 'resourceType'>): void => {
    const entries = wanted.get(key) ?? [];
    entries.push(entry);
    wanted.set(key, entries);
  };
  for (const node of parsed.manifest.nodes.values()) {
    if (!ids.has(node.uniqueId) || node.resourceType === 'test') continue;
    if (node.config['materialized'] === 'ephemeral') continue;
    want(relationKey(relationOf(node)), { uniqueId: node.uniqueId, resourceType: 'node' });
  }
  for (const source of parsed.manifest.sources.values()) {
    if (!ids.has(source.uniqueId)) continue;
    want(relationKey(source), { uniqueId: source.uniqueId, resourceType: 'source' });
  }
  const session = await openSession(parsed, 'read');
  try {
    return await session.withConnection(async (connection) => {
      const existing = await session.adapter.listRelations(connection);
      const relations = existing.filter((relation) => wanted.has(relationKey(relation)));
      const columns = await session.adapter.listColumns(connection, relations);
      const counts = await rowCounts(
        parsed,
        relations.filter((r) => r.type === 'table'),
        (sql) => connection.query(sql),
      );
      const comments = await session.adapter.listComments(connection, relations);
      return relations.flatMap((relation) => {
        const key = relationKey(relation);
        const found = {
          relation,
          columns: columns.get(key) ?? [],
          rowCount: counts.get(key) ?? null,
          comments: comments.get(key),
        };
        return (wanted.get(key) ?? []).map((entry) => ({ ...entry, ...found }));
      });
    });
  } finally {
    await session.close();
  }
}

/** Exact row counts of tables, many in one query: the engine answers them from its statistics. */
async function rowCounts(
  parsed: ParsedProject,
  relations: readonly Relation[],
  query: (sql: string) => Promise<{ rows: readonly (readonly Json[])[] }>,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let i = 0; i < relations.length; i += 500) {
    const part = relations.slice(i, i + 500);
    const sql = part
      .map((r, n) => `select ${n} as n, count(*) from ${parsed.dialect.relation(r)}`)
      .join('\nunion all\n');
    for (const [n, count] of (await query(sql)).rows)
      counts.set(relationKey(part[Number(n)]!), Number(count));
  }
  return counts;
}

/** The results of the last command that ran nodes; those of `compile` and `show` say nothing of data. */
function resultsOfRun(parsed: ParsedProject): unknown {
  const results = readOptional(targetFile(parsed, 'run_results.json'));
  if (!isPlainObject(results) || !isPlainObject(results['args'])) return undefined;
  const { which } = results['args'];
  return Object.hasOwn(executedTypes, String(which)) ? results : undefined;
}

function readOptional(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
