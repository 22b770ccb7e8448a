import { bindArgs } from '../params.ts';
import { items } from '../values/iterate.ts';
import { asIndex } from '../values/numbers.ts';
import type { Kwargs, Value } from '../values/py-object.ts';
import { raisePython } from '../values/raise.ts';
import { repr } from '../values/repr.ts';
import { toStr } from '../values/str.ts';
import { isTruthy } from '../values/truth.ts';
import { escapeHtml } from './escape-html.ts';

const webAddress =
  /^(?:(?:https?:\/\/|www\.)(?:[\w%-]+\.)*(?:[a-z]{2,63}|xn--[\w%]{2,59})|(?:[\w%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil)|https?:\/\/(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f]{0,4}:(?:[\da-f]{0,4}:?){1,6}[\da-f]{0,4}\]))(?::\d{1,5})?(?:[/?#]\S*)?$/i;
const mailAddress = /^\S+@\w[\w.-]*\.\w+$/;
const uriScheme = /^[\w.+-]{2,}:(\/){0,2}$/;
const brackets = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const;

/** Makes links of addresses in a text (Jinja: `urlize`). */
export function urlize(value: Value, args: Value[], kwargs: Kwargs): string {
  const [limit = null, nofollow = false, target = null, rel = null, extraSchemes = null] = bindArgs(
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
  const targetText = target === null ? '' : ` target="${escapeHtml(target)}"`;
  const attributes = ` rel="${escapeHtml([...rels].sort().join(' '))}"${targetText}`;
  const most = limit === null ? undefined : asIndex(limit);
  const shorten = (url: string) =>
    most !== undefined && url.length > most ? `${url.slice(0, most)}...` : url;
  const schemes = extraSchemes === null ? [] : [...items(extraSchemes)].map(validScheme);

  const linked = (word: string): string => {
    if (webAddress.test(word)) {
      const href = /^https?:\/\//.test(word) ? word : `https://${word}`;
      return `<a href="${href}"${attributes}>${shorten(word)}</a>`;
    }
    if (word.startsWith('mailto:') && mailAddress.test(word.slice(7)))
      return `<a href="${word}">${word.slice(7)}</a>`;
    if (mailAddress.test(word) && !/^www\.|^@|:/.test(word))
      return `<a href="mailto:${word}">${word}</a>`;
    return schemes
      .filter((scheme) => word !== scheme && word.startsWith(scheme))
      .reduce((text) => `<a href="${text}"${attributes}>${text}</a>`, word);
  };
  return escapeHtml(value)
    .split(/(\s+)/)
    .map((word) => {
      const [head, middle, tail] = withoutPunctuation(word);
      return `${head}${linked(middle)}${tail}`;
    })
    .join('');
}

function validScheme(scheme: Value): string {
  const text = toStr(scheme);
  if (!uriScheme.test(text))
    raisePython('FilterArgumentError', `${repr(scheme)} is not a valid URI scheme prefix.`);
  return text;
}

/** What stands before and after an address; a bracket that closes one inside of it belongs to it. */
function withoutPunctuation(word: string): readonly [head: string, middle: string, tail: string] {
  const head = /^(?:[(<]|&lt;)+/.exec(word)?.[0] ?? '';
  let middle = word.slice(head.length);
  const end = endOfAddress(middle);
  let tail = middle.slice(end);
  middle = middle.slice(0, end);
  for (const [open, close] of brackets) {
    const opened = count(middle, open);
    if (opened <= count(middle, close)) continue;
    for (let left = Math.min(opened, count(tail, close)); left > 0; left--) {
      const end = tail.indexOf(close) + close.length;
      middle += tail.slice(0, end);
      tail = tail.slice(end);
    }
  }
  return [head, middle, tail];
}

/** Where the punctuation at the end of a word begins. */
function endOfAddress(word: string): number {
  let end = word.length;
  for (;;) {
    if (end > 0 && ')>.,\n'.includes(word[end - 1]!)) end--;
    else if (word.startsWith('&gt;', end - 4)) end -= 4;
    else return end;
  }
}

const count = (text: string, part: string): number => text.split(part).length - 1;
