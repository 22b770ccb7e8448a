import type { ZodType } from 'zod';
import type { Target } from '../contracts/project.ts';
import type { Adapter } from './adapter.ts';
import type { SqlDialect } from './sql-dialect.ts';

/** What every engine's credentials say about the target. */
export type TargetFacts = Pick<Target, 'database' | 'schema' | 'threads'>;

/** How one engine is configured and opened. Its driver is loaded when the database is opened. */
export interface AdapterFactory {
  readonly type: string;
  readonly dialect: SqlDialect;
  /** Schema of an output in profiles.yml. */
  readonly credentials: ZodType<Record<string, unknown>>;
  readonly facts: (credentials: Readonly<Record<string, unknown>>) => TargetFacts;
  readonly create: (target: Target, projectRoot: string) => Promise<Adapter>;
}
