import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { AdapterFactory } from './adapter-factory.ts';
import { duckdbFactory } from './duckdb/duckdb-factory.ts';

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
