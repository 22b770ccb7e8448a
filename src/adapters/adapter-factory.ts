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

/**
 * `write` makes the file where there is none. `change` and `read` do not: the database is empty then.
 * `read` opens it together with others who read, and leaves it as it is, byte for byte.
 */
export type AccessMode = 'write' | 'change' | 'read';

/** How a database is opened. */
export interface DatabaseAccess {
  readonly mode: AccessMode;
  /** How long to wait for a database that is in use; undefined: not at all. */
  readonly wait?: LockWait | undefined;
}

export interface LockWait {
  readonly milliseconds: number;
  /** Called once, with a sentence that names the database and who has it. */
  readonly onWait: (problem: string) => void;
}

/** How one engine is configured and opened. Its driver is loaded when the database is opened. */
export interface AdapterFactory {
  readonly type: string;
  readonly dialect: SqlDialect;
  /** Schema of an output in profiles.yml. */
  readonly credentials: ZodType<Record<string, unknown>>;
  readonly facts: (credentials: Readonly<Record<string, unknown>>) => TargetFacts;
  readonly create: (
    target: Target,
    projectRoot: string,
    reach: FileReach,
    access: DatabaseAccess,
  ) => Promise<Adapter>;
}
