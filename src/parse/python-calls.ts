/** A call of `dbt.ref`, `dbt.source`, `dbt.config` or `dbt.config.get` in the text of a Python model. */
export interface PythonCall {
  readonly name: 'ref' | 'source' | 'config' | 'get' | 'meta_get';
  /** What stands between its parentheses, without comments. */
  readonly args: string;
  readonly line: number;
  readonly column: number;
}

const names = ['config.meta_get', 'config.get', 'config', 'source', 'ref'] as const;
const callee = new RegExp(
  `(?<![\\w.])dbt\\s*\\.\\s*(${names.map((name) => name.replace('.', '\\s*\\.\\s*')).join('|')})\\s*\\(`,
  'g',
);
const opaque =
  /"""(?:[^\\]|\\[\s\S])*?"""|'''(?:[^\\]|\\[\s\S])*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|#[^\n]*/g;

/**
 * The calls of dbt's functions in a Python model, in the order of the text. They are found without
 * Python: what stands in strings and comments is passed over (dbt reads them from the syntax tree, core
 * `parser/models.py`).
 */
export function pythonCalls(code: string): readonly PythonCall[] {
  // Of the same length, so that places in one are places in the other.
  const outside = code.replace(opaque, (found) => ' '.repeat(found.length).replace(/^ | $/g, '_'));
  const withoutComments = code.replace(opaque, (found) =>
    found.startsWith('#') ? ' '.repeat(found.length) : found,
  );
  return [...outside.matchAll(callee)].flatMap((match) => {
    const from = match.index + match[0].length;
    const to = closing(outside, from);
    if (to === undefined) return [];
    const before = code.slice(0, match.index).split('\n');
    const name = match[1]!.replaceAll(/\s/g, '').split('.').at(-1) as PythonCall['name'];
    const args = withoutComments.slice(from, to);
    return [{ name, args, line: before.length, column: before.at(-1)!.length + 1 }];
  });
}

/** Where the parenthesis that was opened before `from` is closed. */
function closing(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const letter = text[at]!;
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter) && --depth === 0) return at;
  }
  return undefined;
}
