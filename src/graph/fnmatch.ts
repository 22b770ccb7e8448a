const cache = new Map<string, RegExp>();

/**
 * Python's `fnmatch`: `*` any text, `?` one character, `[ab]`/`[!ab]` a set; case-sensitive, the
 * whole text must match.
 */
export function fnmatch(text: string, pattern: string): boolean {
  let compiled = cache.get(pattern);
  if (compiled === undefined) {
    compiled = new RegExp(`^${translate(pattern)}$`, 's');
    cache.set(pattern, compiled);
  }
  return compiled.test(text);
}

/** True when the text has a wildcard of {@link fnmatch}. */
export function hasWildcard(text: string): boolean {
  return /[*?[\]]/.test(text);
}

function translate(pattern: string): string {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    // Runs of `*` are one `*`: several `.*` in a row would backtrack without end.
    if (char === '*') {
      if (pattern[i - 1] !== '*') out += '.*';
    } else if (char === '?') out += '.';
    else if (char === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end === -1) out += '\\[';
      else {
        const set = pattern
          .slice(i + 1, end)
          .replaceAll('\\', '\\\\')
          .replaceAll('[', '\\[');
        out += `[${set.startsWith('!') ? `^${set.slice(1)}` : set.replace(/^\^/, '\\^')}]`;
        i = end;
      }
    } else out += char.replace(/[\\^$.|+(){}\]/]/g, '\\$&');
  }
  return out;
}
