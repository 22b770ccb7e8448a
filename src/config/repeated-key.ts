import type { Warning } from '../contracts/warning.ts';
import type { RepeatedKey } from './yaml-file.ts';

/** The warning of a key that a mapping has twice. */
export function repeatedKey({ key, location }: RepeatedKey): Warning {
  const { file, line } = location;
  const text = `${file}:${line}: the key "${key}" is there twice. The last one counts.`;
  return { name: 'DuplicateYAMLKeysDeprecation', text };
}
