import { TsdbtError } from '../errors/tsdbt-error.ts';
import type { Expectation } from './expectations.ts';
import { adoptLedger, ensureStateSchema, ledgerPlace } from './ledger.ts';
import { type LoadedBatch, loadBatch, type StagedBatch } from './load-batch.ts';
import { checkModel, describeModel } from './model-check.ts';
import {
  type Delivery,
  findPending,
  type PendingFile,
  type PendingRequest,
  type PendingWork,
} from './pending.ts';
import { gatheredTable, gatherQuarantine } from './quarantine.ts';
import { applyRules, checkRules, keysTable, verdictTable } from './row-rules.ts';
import { dropStaging, lineNumber, type Staging, stageFiles } from './stage.ts';

/** What it takes to load a landing model. */
export interface IngestRequest extends PendingRequest {
  /** The model's compiled SQL, reading its landing source from the relation given. */
  readonly compile: (sourceRelationSql: string) => Promise<string>;
  readonly expectations: readonly Expectation[];
  /** Columns that identify a row; all business columns when empty. */
  readonly uniqueKey: readonly string[];
  readonly invocationId: string;
  /** Looks at the table before a batch is committed; what it throws takes the batch back. */
  readonly beforeCommit?: ((batch: number) => Promise<void>) | undefined;
  /** Most files of one transaction, unless one delivery has more. Default 1000. */
  readonly maxFilesPerBatch?: number | undefined;
  /** CSV files from this size are read by the database when they are plain. Default 2 MiB. */
  readonly fastBytes?: number | undefined;
}

/** One committed batch. */
export interface BatchResult extends Omit<LoadedBatch, 'notices'> {
  /** Rows kept although they break a rule whose `on_violation` is warn, by rule. */
  readonly warned: Readonly<Record<string, number>>;
}

export interface IngestResult {
  readonly batches: readonly BatchResult[];
  /** Rows loaded, over all batches. */
  readonly rowsAffected: number;
  /** Things worth telling that are no errors. */
  readonly notices: readonly string[];
  readonly quarantinedByCode: Readonly<Record<string, number>>;
}

const defaultFilesPerBatch = 1000;
/** Staged rows live in memory until they are written. */
const bytesPerBatch = 512 << 20;
/** Ends a load that never catches up with someone who keeps writing. */
const maxBatches = 10_000;

/**
 * Loads what is new or changed in a landing source into the model's table: batch after batch, each
 * in one transaction with its quarantine and ledger rows, until nothing is pending. With nothing
 * pending it writes nothing.
 */
export async function ingestLanding(request: IngestRequest): Promise<IngestResult> {
  const batches: BatchResult[] = [];
  const notices = new Set<string>();
  const quarantinedByCode: Record<string, number> = {};
  const repeats = request.processDate === undefined && !request.fullRefresh;
  const { connection, dialect, target, nodeId } = request;
  await adoptLedger(connection, dialect, target.database, ledgerPlace(nodeId, target));
  for (let round = 0; round < maxBatches; round++) {
    const work = await findPending(request);
    for (const notice of work.notices) notices.add(notice);
    const files = repeats ? firstFiles(work.deliveries, request.maxFilesPerBatch) : all(work);
    if (files.length === 0) break;
    if (round === 0) {
      await ensureStateSchema(request.connection, request.dialect, request.target.database);
    }
    const loaded = await loadFiles(request, work, files);
    batches.push(loaded.result);
    for (const notice of loaded.notices) notices.add(notice);
    for (const [code, count] of loaded.byCode) {
      quarantinedByCode[code] = (quarantinedByCode[code] ?? 0) + count;
    }
    if (!repeats) break;
  }
  const rowsAffected = batches.reduce((sum, batch) => sum + batch.loaded, 0);
  return { batches, rowsAffected, notices: [...notices], quarantinedByCode };
}

function all(work: PendingWork): readonly PendingFile[] {
  return work.deliveries.flatMap(({ files }) => files);
}

/** Whole deliveries, as many as fit one batch and at least one. */
function firstFiles(
  deliveries: readonly Delivery[],
  maxFiles = defaultFilesPerBatch,
): readonly PendingFile[] {
  const chosen: PendingFile[] = [];
  let bytes = 0;
  for (const { files } of deliveries) {
    bytes += files.reduce((sum, file) => sum + file.size, 0);
    const over = chosen.length + files.length > maxFiles || bytes > bytesPerBatch;
    if (over && chosen.length > 0) break;
    chosen.push(...files);
  }
  return chosen;
}

interface LoadedFiles {
  readonly result: BatchResult;
  readonly notices: readonly string[];
  readonly byCode: readonly (readonly [string, number])[];
}

async function loadFiles(
  request: IngestRequest,
  work: PendingWork,
  files: readonly PendingFile[],
): Promise<LoadedFiles> {
  const { connection, dialect, landing, expectations } = request;
  let staging: Staging | undefined;
  try {
    staging = await stageFiles({
      connection,
      dialect,
      landing,
      files,
      vanished: work.kind === 'incremental' ? work.vanished : [],
      fastBytes: request.fastBytes,
    });
    const model = await request.compile(staging.source);
    const node = { connection, dialect, nodeId: request.nodeId, nodeName: request.nodeName, model };
    const columns = await describeModel(node);
    const dates = new Set(staging.files.map(({ processingDate }) => processingDate));
    const oneFile = staging.files.length === 1;
    const rules = {
      ...node,
      expectations,
      delivery: landing.delivery,
      counted: lineNumber(landing),
      oneFile,
      oneDelivery: oneFile || (landing.delivery === 'date' && dates.size === 1),
      violations: new Map<string, number>(),
    };
    await checkRules(rules);
    const check = await checkModel({ ...node, source: staging.source, expectations });
    const verdicts = await applyRules({ ...rules, violations: check.violations });
    await gatherQuarantine(connection, dialect, landing, staging.files, verdicts.taken.rows);
    const byCode = await countPairs(
      request,
      `select code, count(*) from ${dialect.quote(gatheredTable)} group by code order by code`,
    );
    const dropped = await countPairs(
      request,
      `select _file, count(*) from ${dialect.quote(verdictTable)} where action = 'drop' group by _file`,
    );
    const batch: StagedBatch = {
      ...node,
      target: request.target,
      sourceName: request.sourceName,
      landing,
      kind: work.kind,
      processDate: request.processDate,
      uniqueKey: request.uniqueKey,
      invocationId: request.invocationId,
      now: request.now,
      beforeCommit: request.beforeCommit,
      columns,
      files: staging.files,
      records: new Map(staging.files.map(({ file, records }) => [file.path, records])),
      taken: verdicts.taken,
      dropped: new Map(dropped),
      touched: work.touched,
      ledger: work.ledger,
    };
    const { notices, ...loaded } = await loadBatch(batch);
    return {
      result: { ...loaded, warned: verdicts.warned },
      notices: [...staging.notices, ...notices],
      byCode,
    };
  } catch (error) {
    throw error instanceof TsdbtError ? error.with({ nodeId: request.nodeId }) : error;
  } finally {
    // After an error the connection may be gone as well; the error is what counts then.
    const others = [verdictTable, keysTable, gatheredTable];
    await dropStaging(connection, dialect, staging, others).catch(() => undefined);
  }
}

async function countPairs(
  { connection }: IngestRequest,
  sql: string,
): Promise<readonly (readonly [string, number])[]> {
  const { rows } = await connection.query(sql);
  return rows.map(([key, count]) => [String(key), Number(count)] as const);
}
