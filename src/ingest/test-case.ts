import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Adapter, Connection } from '../adapters/adapter.ts';
import { createDuckDbAdapter } from '../adapters/duckdb/duckdb-adapter.ts';
import type { Json } from '../contracts/json.ts';
import { refusalError } from './files/bad-files.ts';
import { type IngestRequest, type IngestResult, ingestLanding } from './load/ingest-landing.ts';
import { parseExpectations } from './rules/expectations.ts';
import { type LandingConfig, parseLandingConfig } from './source/landing-config.ts';

/** A project folder with a database, for the tests of this folder. */
export interface TestCase {
  readonly directory: string;
  readonly connection: Connection;
  readonly adapter: Adapter;
  write(path: string, content: string | Buffer): void;
  remove(path: string): void;
  /** Loads; a delivery that is refused is thrown. */
  ingest(options: TestIngest): Promise<IngestResult>;
  /** Loads; what was refused is in the result. */
  load(options: TestIngest): Promise<IngestResult>;
  rows(sql: string): Promise<readonly (readonly Json[])[]>;
  close(): Promise<void>;
}

export interface TestIngest extends Partial<Omit<IngestRequest, 'landing' | 'expectations'>> {
  readonly landing: Readonly<Record<string, unknown>>;
  readonly columns: readonly (readonly [name: string, dataType?: string])[];
  /** The model, where `$source` stands for its source. Default: every column as it is. */
  readonly model?: string;
  readonly expectations?: unknown;
}

/** A landing source of customers with its model. */
export const customers: TestIngest = {
  landing: { path: 'landing/customers/{processing_date}/*.csv', format: 'csv' },
  columns: [['customer_id', 'integer'], ['name'], ['country']],
};

/** The rule that a customer id comes once in a delivery. */
export const unique = {
  name: 'customer_id_unique',
  unique: 'customer_id',
  order_by: 'name desc',
  on_violation: 'quarantine',
};

/** Opens an empty project and an in-memory database. */
export async function openTestCase(): Promise<TestCase> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tsdbt-ingest-')));
  const adapter = createDuckDbAdapter({ path: ':memory:' });
  const connection = await adapter.connect();
  return {
    directory,
    adapter,
    connection,
    write: (path, content) => {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    },
    remove: (path) => rmSync(join(directory, path)),
    ingest: async (options) => {
      const request = requestOf(options, adapter, connection, directory);
      const result = await ingestLanding(request);
      const error = refusalError(result.refused, request);
      if (error !== undefined) throw error;
      return result;
    },
    load: (options) => ingestLanding(requestOf(options, adapter, connection, directory)),
    rows: async (sql) => (await connection.query(sql)).rows,
    close: async () => {
      await adapter.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** The `landing` block of a test as the parser reads it. */
export function testLanding(options: TestIngest): LandingConfig {
  const columns = options.columns.map(([name, dataType]) => ({ name, dataType }));
  return parseLandingConfig(options.landing, columns, 'landing.things');
}

function requestOf(
  options: TestIngest,
  adapter: Adapter,
  connection: Connection,
  projectDir: string,
): IngestRequest {
  const { landing: _, columns, model, expectations, ...rest } = options;
  const names = columns.map(([name]) => adapter.dialect.quote(name)).join(', ');
  const sql = model ?? `select ${names}, processing_date, _file, _line from $source`;
  return {
    connection,
    dialect: adapter.dialect,
    nodeId: 'model.shop.things',
    nodeName: 'things',
    target: { database: adapter.database, schema: 'main', identifier: 'things' },
    sourceName: 'landing.things',
    landing: testLanding(options),
    compile: async (source) => sql.replaceAll('$source', source),
    expectations: parseExpectations(expectations, 'things'),
    uniqueKey: [],
    projectDir,
    fullRefresh: false,
    invocationId: 'test',
    now: () => new Date('2026-02-01T10:00:00Z'),
    ...rest,
  };
}
