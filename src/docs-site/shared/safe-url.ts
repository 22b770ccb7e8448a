const ignored =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  /[\u0000-\u0020\u007f-\u00a0\u2000-\u200f\u2028-\u202f\u2066-\u2069\ufeff]/g;

/**
 * A link target the site may use, or undefined: http, https, mailto, a relative path or a place
 * on the page. Browsers ignore control characters and blanks inside a scheme, so these go first.
 */
export function safeUrl(url: string): string | undefined {
  const clean = url.replace(ignored, '');
  if (clean === '' || /^[\\/]{2}/.test(clean) || clean.startsWith('\\')) return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(clean)?.[1]?.toLowerCase();
  if (scheme === undefined)
    return clean.includes(':') && /^[^/?#]*:/.test(clean) ? undefined : clean;
  return scheme === 'http' || scheme === 'https' || scheme === 'mailto' ? clean : undefined;
}
