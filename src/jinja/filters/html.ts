import { bindArgs } from '../params.ts';
import { items, tryIterate } from '../values/iterate.ts';
import { mappingEntries } from '../values/mapping.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { toStr } from '../values/str.ts';
import { isTruthy } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { unpack } from '../values/unpack.ts';
import { escapeHtml } from './escape-html.ts';
import type { FilterFunction } from './filter.ts';
import { urlize } from './urlize.ts';

/** A text without its tags and comments; the first that does not end is text, with all behind it. */
function withoutTags(text: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('<', at);
    if (start === -1) break;
    const isComment = text.startsWith('<!--', start);
    const end = isComment ? text.indexOf('-->', start + 4) : text.indexOf('>', start);
    if (end === -1) break;
    kept += text.slice(at, start);
    at = end + (isComment ? 3 : 1);
  }
  return kept + text.slice(at);
}

function stripTags(value: Value): string {
  return withoutTags(toStr(value))
    .trim()
    .split(/\s+/)
    .join(' ')
    .replace(
      /&(lt|gt|amp|quot|#39|#34);/g,
      (_, name: string) =>
        ({ lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#34': '"' })[name]!,
    );
}

/** Percent-encoding; in query strings a slash is encoded too, and a space is a plus. */
function quote(value: Value, inQuery: boolean): string {
  const encoded = encodeURIComponent(toStr(value)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return inQuery ? encoded.replaceAll('%20', '+') : encoded.replaceAll('%2F', '/');
}

function urlEncode(value: Value): string {
  if (typeof value === 'string' || tryIterate(value) === undefined) return quote(value, false);
  const pairs: (readonly [Value, Value])[] = [];
  const entries = mappingEntries(value);
  if (entries !== undefined) pairs.push(...entries);
  else {
    for (const item of items(value)) {
      pairs.push(unpack(item, 2) as [Value, Value]);
    }
  }
  return pairs.map(([key, part]) => `${quote(key, true)}=${quote(part, true)}`).join('&');
}

function xmlAttributes(value: Value, args: Value[], kwargs: Kwargs): string {
  const [autospace = true] = bindArgs(
    { name: 'do_xmlattr', params: ['autospace'], hidden: 2 },
    args,
    kwargs,
  );
  if (isUndefined(value)) value.fail();
  const entries = mappingEntries(value);
  if (entries === undefined) {
    raisePython('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  }
  const parts: string[] = [];
  for (const [key, item] of entries) {
    if (item === null || isUndefined(item)) continue;
    if (/[\s/>=]/.test(toStr(key))) {
      raisePython('ValueError', `Invalid character in attribute name: ${repr(key)}`);
    }
    parts.push(`${escapeHtml(key)}="${escapeHtml(item)}"`);
  }
  const text = parts.join(' ');
  return isTruthy(autospace) && text !== '' ? ` ${text}` : text;
}

/** Filters for HTML and URLs. Escaped text is plain text: nothing is escaped by itself. */
export const htmlFilters: Readonly<Record<string, FilterFunction>> = {
  e: escapeHtml,
  escape: escapeHtml,
  forceescape: escapeHtml,
  striptags: stripTags,
  urlencode: urlEncode,
  xmlattr: xmlAttributes,
  urlize,
};
