import { bindArgs } from '../params.ts';
import { items, tryIterate } from '../values/iterate.ts';
import { mappingEntries } from '../values/mapping.ts';
import { asIndex } from '../values/numbers.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { toStr } from '../values/str.ts';
import { isTruthy } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { unpack } from '../values/unpack.ts';
import type { FilterFunction } from './filter.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};

function escapeHtml(value: Value): string {
  return toStr(value).replace(/[&<>'"]/g, (character) => entities[character]!);
}

function stripTags(value: Value): string {
  const text = toStr(value)
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<[^>]*>/g, '');
  return text
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

const webAddress =
  /^(?:(?:https?:\/\/|www\.)(?:[\w%-]+\.)*(?:[a-z]{2,63}|xn--[\w%]{2,59})|(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)|https?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f]{0,4}:(?:[\da-f]{0,4}:?){1,6}[\da-f]{0,4}\]))(?::\d{1,5})?(?:[/?#]\S*)?$/i;

function urlize(value: Value, args: Value[], kwargs: Kwargs): string {
  const [limit = null, nofollow = false, target = null, rel = null] = bindArgs(
    {
      name: 'do_urlize',
      params: ['trim_url_limit', 'nofollow', 'target', 'rel', 'extra_schemes'],
      hidden: 2,
    },
    args,
    kwargs,
  );
  const rels = new Set((rel === null ? '' : toStr(rel)).split(/\s+/).filter((part) => part !== ''));
  if (isTruthy(nofollow)) rels.add('nofollow');
  rels.add('noopener');
  const relText = ` rel="${escapeHtml([...rels].sort().join(' '))}"`;
  const targetText = target === null ? '' : ` target="${escapeHtml(target)}"`;
  const most = limit === null ? undefined : asIndex(limit);
  const shorten = (url: string) =>
    most !== undefined && url.length > most ? `${url.slice(0, most)}...` : url;
  return escapeHtml(value)
    .split(/(\s+)/)
    .map((word) => {
      const match = /^((?:\(|&lt;)*)(.*?)((?:[.,)\n]|&gt;)*)$/s.exec(word);
      const [head, middle, tail] = [match?.[1] ?? '', match?.[2] ?? word, match?.[3] ?? ''];
      if (webAddress.test(middle)) {
        const href = /^https?:/i.test(middle) ? middle : `https://${middle}`;
        return `${head}<a href="${href}"${relText}${targetText}>${shorten(middle)}</a>${tail}`;
      }
      if (/^\S+@\w[\w.-]*\.\w+$/.test(middle))
        return `${head}<a href="mailto:${middle}">${middle}</a>${tail}`;
      return word;
    })
    .join('');
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
