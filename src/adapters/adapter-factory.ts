import type { ZodType } from 'zod';
import type { Target } from '../contracts/project.ts';
import type { Adapter } from './adapter.ts';
import type { SqlDialect } from './sql-dialect.ts';

/** What every engine's credentials say about the target. */
export type TargetFacts = Pick<Target, 'database' | 'schema' | 'threads'>;

/** Files and folders that a project works with besides its database, with absolute paths or addresses. */
export interface FileReach {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** Whether an engine that can keep statements away from all others does so unless told otherwise. */
  readonly isDefault: boolean;
}

/** How one engine is configured and opened. Its driver is loaded when the database is opened. */
export interface AdapterFactory {
  readonly type: string;
  readonly dialect: SqlDialect;
  /** Schema of an output in profiles.yml. */
  readonly credentials: ZodType<Record<string, unknown>>;
  readonly facts: (credentials: Readonly<Record<string, unknown>>) => TargetFacts;
  readonly create: (target: Target, projectRoot: string, reach: FileReach) => Promise<Adapter>;
}
