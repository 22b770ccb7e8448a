/** What a piece of code is; `text` needs no colour. */
export type TokenKind =
  | 'text'
  | 'keyword'
  | 'function'
  | 'string'
  | 'number'
  | 'comment'
  | 'jinja'
  | 'jinja-name'
  | 'name';

export type Token = readonly [kind: TokenKind, text: string];

const keywords = new Set(
  `all alter and anti any as asc asof attach begin between by case cast check collate column commit
  constraint copy create cross cube database default delete desc describe distinct drop else end
  escape except exclude exists explain extract false fetch filter first following for foreign from
  full function glob group grouping having if ilike in inner insert intersect interval into is join
  key lambda last lateral left like limit macro materialized merge natural not null nulls offset on
  or order outer over partition pivot positional preceding primary qualify range recursive references
  rename replace returning right rollback row rows sample schema select semi sequence set sets show
  similar some summarize table temp temporary then ties to true try_cast type unbounded union unique
  unnest unpivot update using values view when where window with within without year month day hour
  minute second date timestamp timestamptz varchar integer bigint double decimal boolean text int`.split(
    /\s+/,
  ),
);

const jinjaKeywords = new Set(
  `and as block call context do elif else endblock endcall endfilter endfor endif endmacro
  endmaterialization endraw endset endsnapshot endtest extends false filter for from if import in
  include is macro materialization none not or raw recursive set snapshot test true with without
  False None True`.split(/\s+/),
);

const sqlToken =
  /(\{#[\s\S]*?(?:#\}|$))|(\{%-?|\{\{-?)|(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*(?:'|$)|\$\$[\s\S]*?(?:\$\$|$))|("(?:[^"]|"")*(?:"|$))|(\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)|([A-Za-z_][\w$]*)(?=(\s*\()?)|([\s\S])/giy;

const jinjaToken =
  /(-?%\}|-?\}\})|('(?:[^'\\]|\\.)*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$))|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)(?=(\s*\()?)|([\s\S])/gy;

/**
 * Splits SQL with Jinja into coloured pieces; joined, they are the text again. Good enough for
 * reading: it never fails, whatever the text is.
 */
export function highlightSql(code: string): Token[] {
  const out: [TokenKind, string][] = [];
  const push = (kind: TokenKind, text: string): void => {
    const last = out[out.length - 1];
    if (last !== undefined && last[0] === kind) last[1] += text;
    else out.push([kind, text]);
  };
  let at = 0;
  let inJinja = false;
  while (at < code.length) {
    const pattern = inJinja ? jinjaToken : sqlToken;
    pattern.lastIndex = at;
    const match = pattern.exec(code);
    if (match === null || match[0] === '') {
      push('text', code.slice(at));
      break;
    }
    at += match[0].length;
    if (inJinja) {
      if (match[1] !== undefined) {
        push('jinja', match[0]);
        inJinja = false;
      } else push(jinjaKind(match), match[0]);
    } else {
      if (match[2] !== undefined) inJinja = true;
      push(sqlKind(match), match[0]);
    }
  }
  return out;
}

function jinjaKind(match: RegExpExecArray): TokenKind {
  if (match[2] !== undefined) return 'string';
  if (match[3] !== undefined) return 'number';
  if (match[4] === undefined) return 'text';
  if (jinjaKeywords.has(match[4])) return 'jinja';
  return match[5] === undefined ? 'text' : 'jinja-name';
}

function sqlKind(match: RegExpExecArray): TokenKind {
  if (match[1] !== undefined || match[3] !== undefined) return 'comment';
  if (match[2] !== undefined) return 'jinja';
  if (match[4] !== undefined) return 'string';
  if (match[5] !== undefined) return 'name';
  if (match[6] !== undefined) return 'number';
  if (match[7] === undefined) return 'text';
  if (keywords.has(match[7].toLowerCase())) return 'keyword';
  return match[8] === undefined ? 'text' : 'function';
}
