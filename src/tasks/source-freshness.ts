import type { Connection } from '../adapters/adapter.ts';
import { type FreshnessResult, sourcesArtifact } from '../artifacts/sources-v3.ts';
import { writeJson } from '../artifacts/write-json.ts';
import type { SourceNode } from '../contracts/node.ts';
import { toTsdbtError } from '../errors/tsdbt-error.ts';
import { openSession } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { type SelectionRequest, selectFromProject } from './select-nodes.ts';
import { masker, metadataSource, targetFile } from './write-artifacts.ts';

const secondsIn = { minute: 60, hour: 3600, day: 86_400 } as const;

/**
 * How old the newest row of each source is (docs.getdbt.com/reference/resource-properties/freshness).
 * Of a landing source it is the newest file that any model has loaded, read from the ledger.
 */
export async function sourceFreshnessTask(
  parsed: ParsedProject,
  request: SelectionRequest & { readonly output?: string | undefined },
): Promise<readonly FreshnessResult[]> {
  const started = parsed.request.invocation.now();
  const { ids } = selectFromProject(parsed, {
    ...request,
    resourceTypes: new Set(['source']),
  });
  const session = await openSession(parsed);
  const results: FreshnessResult[] = [];
  try {
    await session.withConnection(async (connection) => {
      for (const id of ids) {
        const source = parsed.manifest.sources.get(id)!;
        if (source.freshness === null) continue;
        if (source.landing === null && source.loadedAtField === null) continue;
        results.push(await check(source, parsed, connection));
      }
    });
  } finally {
    await session.close();
  }
  const elapsed = (parsed.request.invocation.now().getTime() - started.getTime()) / 1000;
  writeJson(
    request.output ?? targetFile(parsed, 'sources.json'),
    sourcesArtifact(results, { metadata: metadataSource(parsed), elapsed }),
    masker(parsed),
  );
  return results;
}

async function check(
  source: SourceNode,
  parsed: ParsedProject,
  connection: Connection,
): Promise<FreshnessResult> {
  const snapshottedAt = parsed.request.invocation.now();
  const base = { uniqueId: source.uniqueId, snapshottedAt, criteria: source.freshness! };
  try {
    const { rows } = await connection.query(freshnessSql(source, parsed));
    const millis = rows[0]?.[0] ?? null;
    if (millis === null) {
      return {
        ...base,
        status: 'error',
        maxLoadedAt: null,
        ageSeconds: null,
        error: 'nothing was loaded yet',
      };
    }
    const maxLoadedAt = new Date(Number(millis));
    const ageSeconds = (snapshottedAt.getTime() - maxLoadedAt.getTime()) / 1000;
    return { ...base, status: judge(source, ageSeconds), maxLoadedAt, ageSeconds, error: null };
  } catch (error) {
    return {
      ...base,
      status: 'runtime error',
      maxLoadedAt: null,
      ageSeconds: null,
      error: toTsdbtError(error).message,
    };
  }
}

function freshnessSql(source: SourceNode, parsed: ParsedProject): string {
  const { dialect } = parsed;
  const where = source.freshness?.filter ? ` where ${source.freshness.filter}` : '';
  if (source.landing !== null) {
    const files = dialect.relation({
      database: source.database,
      schema: '_tsdbt',
      identifier: 'landing_files',
    });
    const name = dialect.literal(`${source.sourceName}.${source.name}`);
    return `select epoch_ms(max(modified_at)) from ${files} where source = ${name}`;
  }
  return `select epoch_ms(max((${source.loadedAtField})::timestamp)) from ${dialect.relation(source)}${where}`;
}

function judge(source: SourceNode, ageSeconds: number): 'pass' | 'warn' | 'error' {
  const over = (rule: { count: number; period: 'minute' | 'hour' | 'day' } | null) =>
    rule !== null && ageSeconds > rule.count * secondsIn[rule.period];
  if (over(source.freshness!.errorAfter)) return 'error';
  return over(source.freshness!.warnAfter) ? 'warn' : 'pass';
}
