import type { Value } from '../values/py-object.ts';
import { toStr } from '../values/str.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};

/** The text of a value with the characters that mean something in HTML replaced, as in markupsafe. */
export function escapeHtml(value: Value): string {
  return toStr(value).replace(/[&<>'"]/g, (character) => entities[character]!);
}
