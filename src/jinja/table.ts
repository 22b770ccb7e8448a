/** A fixed lookup table without a prototype: names such as `constructor` are simply not in it. */
export function table<T>(
  ...parts: readonly Readonly<Record<string, T>>[]
): Readonly<Record<string, T>> {
  const out = Object.create(null) as Record<string, T>;
  for (const part of parts) for (const [name, entry] of Object.entries(part)) out[name] = entry;
  return Object.freeze(out);
}
