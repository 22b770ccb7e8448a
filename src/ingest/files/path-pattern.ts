import { join } from 'node:path';
import type { LandingConfig } from '../source/landing-config.ts';

/** A path pattern of a landing source, ready to match paths relative to the project. */
export interface PathPattern {
  readonly pattern: string;
  /** The folder before the first placeholder or wildcard, relative to the project. */
  readonly baseFolder: string;
  /** The same pattern, whatever the letter case. */
  readonly looseExpression: RegExp;
  /** The date in the path (null without a placeholder), or undefined when the path is no match. */
  match(path: string): { readonly date: string | null } | undefined;
}

const special = /[*?]|\{processing_date\}/;

/**
 * Compiles a pattern: `*` and `?` stay within one part of the path and skip names that start with
 * a dot, `**` spans folders, `{processing_date}` is a date as YYYY-MM-DD (the same one everywhere).
 */
export function compilePattern(pattern: string): PathPattern {
  const parts = pattern.split('/');
  const firstSpecial = parts.findIndex((part) => special.test(part));
  const fixed = firstSpecial === -1 ? parts.length - 1 : firstSpecial;
  const expression = new RegExp(`^${translate(parts)}$`, 'u');
  return {
    pattern,
    looseExpression: new RegExp(expression.source, 'iu'),
    baseFolder: parts.slice(0, Math.min(fixed, parts.length - 1)).join('/') || '.',
    match: (path) => {
      const found = expression.exec(path);
      return found === null ? undefined : { date: found.groups?.['date'] ?? null };
    },
  };
}

function translate(parts: readonly string[]): string {
  let dated = false;
  return parts
    .map((part, index) => {
      const last = index === parts.length - 1;
      if (part === '**') return last ? '(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+' : '(?:(?!\\.)[^/]+/)*';
      const source = part.replace(/\{processing_date\}|[*?]|[\\^$.|+()[\]{}/]|-/g, (token) => {
        if (token === '*') return '[^/]*';
        if (token === '?') return '[^/]';
        if (token !== '{processing_date}') return token === '-' ? token : `\\${token}`;
        if (dated) return '\\k<date>';
        dated = true;
        return '(?<date>\\d{4}-\\d{2}-\\d{2})';
      });
      return `${/^[*?]/.test(part) ? '(?!\\.)' : ''}${source}${last ? '' : '/'}`;
    })
    .join('');
}

/** Whether the text is a date of the calendar, written YYYY-MM-DD. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The folders whose changes can bring new landing files, for a watcher. */
export function watchRoots(landing: LandingConfig, projectDir: string): readonly string[] {
  const folders = landing.paths.map((path) => join(projectDir, compilePattern(path).baseFolder));
  return [...new Set(folders)].sort();
}
