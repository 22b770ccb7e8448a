import type { ZodType } from 'zod';
import type { Target } from '../contracts/project.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { Adapter } from './adapter.ts';
import { duckdbFactory } from './duckdb/duckdb-factory.ts';
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

const factories = new Map<string, AdapterFactory>([[duckdbFactory.type, duckdbFactory]]);

/** Adds an engine under its `type`; for adapters that live in packages of their own. */
export function registerAdapter(factory: AdapterFactory): void {
  factories.set(factory.type, factory);
}

/** The engine of a `type:` in profiles.yml. */
export function adapterFactory(type: string): AdapterFactory {
  const found = factories.get(type);
  if (found === undefined)
    throw tsdbtError('adapter-not-found', { type, known: [...factories.keys()] });
  return found;
}
