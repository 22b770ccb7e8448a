import type { RepeatedKey } from './yaml-file.ts';

/** The warning, name and text, of a key that a mapping has twice. */
export function repeatedKey({ key, location }: RepeatedKey): [name: string, text: string] {
  const { file, line } = location;
  return [
    'DuplicateYAMLKeysDeprecation',
    `${file}:${line}: the key "${key}" is there twice. The last one counts.`,
  ];
}
