import { existsSync, readFileSync } from 'node:fs';
import { schemaAddress } from '../artifacts/metadata.ts';
import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { parseJson } from '../util/exact-json.ts';
import { isPlainObject } from '../util/map-strings.ts';

/** The versions of the schemas that are understood, as in dbt 1.12. */
const versions = {
  manifest: [4, 5, 6, 7, 8, 9, 10, 11, 12],
  'run-results': [4, 5, 6],
  sources: [3],
} as const;

/**
 * An artifact of an earlier run, or undefined when it is not there; `state-unreadable` when it is none, or
 * one of a schema that is not known.
 */
export function readArtifact(
  path: string,
  schema: keyof typeof versions,
): Readonly<Record<string, Json>> | undefined {
  if (!existsSync(path)) return undefined;
  let value: unknown;
  try {
    value = parseJson(readFileSync(path, 'utf8'));
  } catch {
    throw tsdbtError('state-unreadable', { path, problem: 'it is not JSON' });
  }
  if (!isPlainObject(value) || !isPlainObject(value['metadata']))
    throw tsdbtError('state-unreadable', { path, problem: 'it is no artifact of tsdbt or dbt' });
  const found = value['metadata']['dbt_schema_version'];
  const known = versions[schema];
  if (!known.some((version) => found === schemaAddress(schema, version))) {
    const [first, last] = [known[0], known.at(-1)];
    const range = first === last ? `v${first}` : `v${first} to v${last}`;
    const problem =
      typeof found === 'string'
        ? `its schema is ${found}, and ${schema} ${range} is what can be read`
        : 'it does not say its schema';
    throw tsdbtError('state-unreadable', { path, problem });
  }
  return value as Record<string, Json>;
}
