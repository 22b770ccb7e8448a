import { existsSync, readFileSync } from 'node:fs';
import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';

/** An artifact of an earlier run, or undefined when it is not there; `state-unreadable` when it is none. */
export function readArtifact(path: string): Readonly<Record<string, Json>> | undefined {
  if (!existsSync(path)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw tsdbtError('state-unreadable', { path, problem: 'it is not JSON' });
  }
  if (!isPlainObject(value) || !isPlainObject(value['metadata']))
    throw tsdbtError('state-unreadable', { path, problem: 'it is no artifact of tsdbt or dbt' });
  return value as Record<string, Json>;
}
