interface JsonShape {
  readonly format: 'json' | 'jsonl';
  readonly records: readonly string[];
}

/**
 * Whether JSON text is an array of records, an object a line, or one object with the records in it.
 *
 * @param whole Reads the text to its end; asked only where one object may hold the records.
 */
export async function jsonShape(
  head: string,
  whole: () => Promise<string>,
): Promise<JsonShape | undefined> {
  if (head.trimStart().startsWith('[')) return { format: 'json', records: [] };
  const lines = head.split('\n').filter((line) => line.trim() !== '');
  const isLine = isObject(parsed(lines[0] ?? ''));
  if (isLine && lines.length > 1) return { format: 'jsonl', records: [] };
  const value = parsed(await whole());
  const records = isObject(value) ? pathOfRecords(value) : undefined;
  if (records !== undefined) return { format: 'json', records };
  return isLine ? { format: 'jsonl', records: [] } : undefined;
}

/** The keys that lead to the longest array of objects. */
function pathOfRecords(root: object): readonly string[] | undefined {
  let best: { readonly path: readonly string[]; readonly length: number } | undefined;
  const queue: { readonly value: object; readonly path: readonly string[] }[] = [
    { value: root, path: [] },
  ];
  for (const { value, path } of queue) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === '' || key.includes('.')) continue;
      const at = [...path, key];
      if (Array.isArray(inner)) {
        const isRecords = inner.length > 0 && inner.every(isObject);
        if (isRecords && inner.length > (best?.length ?? 0))
          best = { path: at, length: inner.length };
      } else if (isObject(inner)) queue.push({ value: inner, path: at });
    }
  }
  return best?.path;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
