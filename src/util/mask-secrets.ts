/** Names of environment variables whose values must never be shown or written. */
export const secretPrefix = 'DBT_ENV_SECRET';

const mask = '*****';

/**
 * A function that replaces the values of secret environment variables in a text, also as JSON,
 * URL-encoded and base64 text. Values of one or two characters are left: masking them would only
 * garble the text.
 */
export function secretMasker(
  env: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const forms = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(secretPrefix) || value === undefined || value.length < 3) continue;
    forms.add(value);
    forms.add(JSON.stringify(value).slice(1, -1));
    forms.add(encodeURIComponent(value));
    forms.add(Buffer.from(value).toString('base64').replace(/=+$/, ''));
  }
  if (forms.size === 0) return (text) => text;
  // Longer values first: one secret may be a part of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, form) => masked.replaceAll(form, mask), text);
}
