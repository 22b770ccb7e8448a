import type { NodeConfig } from '../../config/node-config.ts';
import type { Json } from '../../contracts/json.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import type { Diagnostics } from '../diagnostics.ts';

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
  for (const key of ['pre-hook', 'post-hook'])
    for (const hook of (config[key] ?? []) as readonly Json[])
      if (!isHook(hook))
        found.push([key, `must be texts, or mappings with \`sql\`, not ${JSON.stringify(hook)}`]);
  const onError = config['on_error'] ?? null;
  if (onError !== null && onError !== 'continue' && onError !== 'skip_children')
    refuse('on_error', 'continue or skip_children');
  if (enabled === null) refuse('enabled', 'true or false');
  if (access === null) refuse('access', 'private, protected or public');
  return found;
}

/**
 * Settings of a data test that are of no type they may have. Of a configuration that many tests share it is
 * told once a parse (core `artifacts/resources/v1/config.py`, `TestConfig`).
 */
export function mistypedTestSettings(
  config: NodeConfig,
  diagnostics: Diagnostics,
): readonly (readonly [string, string])[] {
  if (!diagnostics.isNew(config)) return [];
  const found: [string, string][] = [];
  const refuse = (key: string, wanted: string) =>
    found.push([key, `must be ${wanted}, not ${JSON.stringify(config[key])}`]);
  const { enabled = true, severity, limit = null, meta = {}, tags = [] } = config;
  if (typeof enabled !== 'boolean') refuse('enabled', 'true or false');
  if (!isTexts(tags)) refuse('tags', 'a text, or a list of texts');
  if (severity !== undefined && !/^(warn|error)$/i.test(String(severity)))
    refuse('severity', 'warn or error');
  if (limit !== null && !Number.isInteger(limit)) refuse('limit', 'a whole number');
  if (typeof (config['store_failures'] ?? false) !== 'boolean')
    refuse('store_failures', 'true, false or null');
  if (!isPlainObject(meta)) refuse('meta', 'a mapping');
  return found;
}

function isTexts(value: Json): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** A hook as it is once it is read: a text under `sql` is what makes it one. */
function isHook(hook: Json): boolean {
  return isPlainObject(hook) && typeof hook['sql'] === 'string';
}

function isGiven(value: Json | undefined): value is Json {
  return value !== undefined;
}
