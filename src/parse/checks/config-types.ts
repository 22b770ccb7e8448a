import type { NodeConfig } from '../../config/node-config.ts';
import type { Json } from '../../contracts/json.ts';
import { isPlainObject } from '../../util/map-strings.ts';

const mappings = ['meta', 'docs', 'quoting', 'column_types', 'contract', 'grants', 'persist_docs'];
const flags = ['full_refresh'];
const changes = ['apply', 'continue', 'fail'];

/**
 * Settings of models, seeds, snapshots and analyses that are of no type they may have, each with what is
 * wrong with it (core `artifacts/resources/v1/config.py`). `config` is what was written, null included.
 */
export function mistypedSettings(
  config: NodeConfig,
): readonly (readonly [key: string, problem: string])[] {
  const found: [string, string][] = [];
  const refuse = (key: string, wanted: string) =>
    found.push([key, `must be ${wanted}, not ${JSON.stringify(config[key])}`]);
  for (const key of mappings)
    if (isGiven(config[key]) && !isPlainObject(config[key])) refuse(key, 'a mapping');
  for (const key of flags)
    if (typeof (config[key] ?? false) !== 'boolean') refuse(key, 'true, false or null');
  const { on_configuration_change: change, enabled, access } = config;
  if (isGiven(change) && !changes.includes(String(change)))
    refuse('on_configuration_change', 'apply, continue or fail');
  if (enabled === null) refuse('enabled', 'true or false');
  if (access === null) refuse('access', 'private, protected or public');
  return found;
}

function isGiven(value: Json | undefined): value is Json {
  return value !== undefined;
}
