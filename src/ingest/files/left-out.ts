import type { PathPattern } from './path-pattern.ts';

/** Files that tools keep in folders and nobody delivers. */
const ofTools = new Set(['.gitkeep', '.gitignore', '.DS_Store', 'Thumbs.db', 'desktop.ini']);

const kinds = {
  date: 'with the date written another way',
  letters: 'with other letter case',
  temporary: 'temporary',
  hidden: 'hidden',
  other: 'with another name or ending',
} as const;

type Kind = keyof typeof kinds;

/** Gathers the files of the landing folders that match no pattern, and says so in one sentence. */
export class LeftOut {
  readonly #source: string;
  readonly #patterns: readonly PathPattern[];
  readonly #others: readonly PathPattern[];
  readonly #loose: readonly RegExp[];
  readonly #found = new Map<Kind, { count: number; example: string }>();

  constructor(source: string, patterns: readonly PathPattern[], others: readonly PathPattern[]) {
    this.#source = source;
    this.#patterns = patterns;
    this.#others = others;
    this.#loose = patterns.map(({ looseExpression }) => looseExpression);
  }

  /** Adds a file that lies under the folder `base` and that no pattern matches. */
  add(path: string, base: string): void {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (ofTools.has(name) || this.#others.some((other) => other.match(path) !== undefined)) return;
    const kind = this.#kindOf(path, name, base);
    // A pattern without a folder is looked for in the whole project, where most files are no deliveries.
    if (base === '.' && kind !== 'date' && kind !== 'letters') return;
    const known = this.#found.get(kind);
    if (known === undefined) this.#found.set(kind, { count: 1, example: path });
    else {
      known.count++;
      if (path < known.example) known.example = path;
    }
  }

  sentence(): string | undefined {
    if (this.#found.size === 0) return undefined;
    const total = [...this.#found.values()].reduce((sum, { count }) => sum + count, 0);
    const parts = (Object.keys(kinds) as readonly Kind[]).flatMap((kind) => {
      const found = this.#found.get(kind);
      return found === undefined ? [] : [`${found.count} ${kinds[kind]} (${found.example})`];
    });
    const patterns = this.#patterns.map(({ pattern }) => pattern).join(', ');
    const dated = patterns.includes('{processing_date}')
      ? ', where {processing_date} is a date as YYYY-MM-DD'
      : '';
    const files = total === 1 ? '1 file matches' : `${total} files match`;
    return `${files} no pattern of ${this.#source} and ${total === 1 ? 'was' : 'were'} left out: ${parts.join(', ')}. The pattern is ${patterns}${dated}.`;
  }

  #kindOf(path: string, name: string, base: string): Kind {
    const below = base === '.' ? path : path.slice(base.length + 1);
    if (below.split('/').some((part) => part.startsWith('.'))) return 'hidden';
    if (/~$|^~\$|^#|\.(part|partial|filepart|crdownload|tmp|temp|swp|bak|lock)$/i.test(name))
      return 'temporary';
    const matches = (text: string) => this.#patterns.some((one) => one.match(text) !== undefined);
    const redated = withDashes(path);
    if (redated !== path && matches(redated)) return 'date';
    if (this.#loose.some((expression) => expression.test(path))) return 'letters';
    return 'other';
  }
}

/** The path with dates written 20240105, 2024_01_05, 2024.01.05 or 2024/01/05 as 2024-01-05. */
function withDashes(path: string): string {
  return path.replace(
    /(?<!\d)(\d{4})([-_./]?)(\d{1,2})\2(\d{1,2})(?!\d)/g,
    (_, year: string, between: string, month: string, day: string) =>
      between === '' && month.length + day.length < 4
        ? `${year}${month}${day}`
        : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
  );
}
