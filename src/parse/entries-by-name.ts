import type { PropertyEntry } from './property-files.ts';

type Named = PropertyEntry<{ readonly name: string }>;

const indexes = new WeakMap<readonly Named[], ReadonlyMap<string, readonly Named[]>>();

/** The entries of a section with a name, in the order of their files; the section is indexed once. */
export function entriesByName<T extends { readonly name: string }>(
  entries: readonly PropertyEntry<T>[],
  name: string,
): readonly PropertyEntry<T>[] {
  let index = indexes.get(entries);
  if (index === undefined) {
    const made = new Map<string, Named[]>();
    for (const entry of entries) {
      const same = made.get(entry.properties.name);
      if (same === undefined) made.set(entry.properties.name, [entry]);
      else same.push(entry);
    }
    index = made;
    indexes.set(entries, index);
  }
  return (index.get(name) ?? []) as readonly PropertyEntry<T>[];
}
