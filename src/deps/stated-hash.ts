import { createHash } from 'node:crypto';
import type { PackageSpec } from '../config/package-spec.ts';

/**
 * dbt's hash of the stated packages (core `task/deps.py`): sha1 of their sorted JSON, so that a
 * lock file of one tool is honoured by the other.
 */
export function statedHash(specs: readonly PackageSpec[]): string {
  const texts = specs.map((spec) => pythonJson({ ...spec.fields, unrendered: spec.unrendered }));
  return createHash('sha1').update(texts.sort().join('\n')).digest('hex');
}

/** JSON as Python's `json.dumps(value, sort_keys=True)` writes it. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).sort();
    const fields = value as Record<string, unknown>;
    return `{${keys.map((key) => `${pythonJson(key)}: ${pythonJson(fields[key])}`).join(', ')}}`;
  }
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
