/** Where something begins that a macro file is read by: a comment, an expression, a tag with a name. */
const begin = /\{#|\{\{|\{%-?\s*([A-Za-z_]\w*)/g;

/** Tags that are a mistake when they stand between macros: an `if` around them, an end without a start. */
const controlFlow = /^(if|for|elif|else|end\w+)$/;

/** What dbt minds of these, by what begins it: an end without a start, a macro inside. */
const starts: ReadonlyMap<string, string> = new Map([
  ['endif', 'if'],
  ['endfor', 'for'],
]);

const blockTypes = new Set(['macro', 'test', 'data_test', 'materialization']);

/**
 * A macro file with nothing but its macros, tests and materializations; what stands between them is
 * blank, and lines and columns stay. dbt looks for these blocks only (`clients/_jinja_blocks.py` of
 * dbt-common), so what is between them need not be Jinja at all: `{% ##### %}` is passed over. With
 * `onStray` tags between the blocks are told of, and few of them are a mistake, as in dbt.
 */
export function onlyMacroBlocks(
  text: string,
  onStray?: (tag: string, offset: number) => void,
): string {
  const around: string[] = [];
  let kept = '';
  let keptTo = 0;
  let open: { readonly type: string; readonly start: number } | undefined;
  begin.lastIndex = 0;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const end = endOf(text, match);
    if (end === undefined) break;
    begin.lastIndex = end;
    const tag = match[1];
    if (tag === undefined) continue;
    if (open === undefined) {
      const isBlock = blockTypes.has(tag);
      if (onStray === undefined && controlFlow.test(tag)) return text;
      if (isBlock && around.length > 0) return text;
      if (starts.has(tag) && around.pop() !== starts.get(tag)) return text;
      if (onStray !== undefined && (tag === 'if' || tag === 'for')) around.push(tag);
      if (isBlock) open = { type: tag, start: match.index };
      else onStray?.(tag, match.index);
    } else if (tag === `end${open.type}`) {
      kept += blank(text.slice(keptTo, open.start)) + text.slice(open.start, end);
      keptTo = end;
      open = undefined;
    }
  }
  // A block without an end is left in, for the parser to say so.
  return open === undefined
    ? kept + blank(text.slice(keptTo))
    : kept + blank(text.slice(keptTo, open.start)) + text.slice(open.start);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** Where what `match` begins is over; undefined when it never is. */
function endOf(text: string, match: RegExpExecArray): number | undefined {
  const from = match.index + match[0].length;
  if (match[0] === '{#') return after(text, '#}', from);
  if (match[0] === '{{') return afterOutsideOfQuotes(text, '}}', from);
  if (match[1] !== 'raw') return afterOutsideOfQuotes(text, '%}', from);
  const close = /\{%-?\s*endraw\s*-?%\}/g;
  close.lastIndex = from;
  return close.exec(text) === null ? undefined : close.lastIndex;
}

function after(text: string, mark: string, from: number): number | undefined {
  const at = text.indexOf(mark, from);
  return at === -1 ? undefined : at + mark.length;
}

function afterOutsideOfQuotes(text: string, mark: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const letter = text[at]!;
    if (text.startsWith(mark, at)) return at + mark.length;
    if (letter !== "'" && letter !== '"') continue;
    for (at++; at < text.length && text[at] !== letter; at++) if (text[at] === '\\') at++;
  }
  return undefined;
}
