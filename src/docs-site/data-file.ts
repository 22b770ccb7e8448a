import { createHash } from 'node:crypto';

/** A file of the site, its path relative to the folder of index.html. */
export interface SiteFile {
  readonly path: string;
  readonly contents: string;
}

/**
 * A data file: a script that hands a JSON text to the page. `fetch` is blocked on file://, scripts
 * are not. JSON.parse is faster than a literal of this size, and a literal key `"__proto__"` would
 * set a prototype. `<` and the line separators are escaped, so the text is safe inlined as well.
 */
export function dataScript(key: string, value: unknown): string {
  const literal = JSON.stringify(JSON.stringify(value))
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `tsdbt(${JSON.stringify(key)},JSON.parse(${literal}));\n`;
}

/** A short hash of the contents: part of the file name, so that hosts may cache for ever. */
export function contentHash(contents: string): string {
  return createHash('sha256').update(contents).digest('hex').slice(0, 10);
}

/** The data file `data/<key>-<hash>.js`, and its hash. */
export function dataFile(
  key: string,
  value: unknown,
): { readonly file: SiteFile; readonly hash: string } {
  const contents = dataScript(key, value);
  const hash = contentHash(contents);
  return { file: { path: `data/${key}-${hash}.js`, contents }, hash };
}
