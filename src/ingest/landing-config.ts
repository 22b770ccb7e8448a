import { didYouMean } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';

export type LandingFormat = 'csv' | 'json' | 'jsonl';

/** What is replaced as a whole when one of its files is new or changed. */
export type DeliveryUnit = 'date' | 'file';

/** A column the files must have. `dataType` is the database's spelling, `varchar` when not given. */
export interface LandingColumn {
  readonly name: string;
  readonly dataType: string;
}

/** The validated `landing:` block of a source table. */
export interface LandingConfig {
  /** Path patterns relative to the project, with `/` between parts. */
  readonly paths: readonly string[];
  readonly format: LandingFormat;
  readonly delivery: DeliveryUnit;
  readonly columns: readonly LandingColumn[];
  readonly delimiter: string;
  /** The quote character, or '' when nothing is quoted. */
  readonly quote: string;
  readonly header: boolean;
  readonly maxLineBytes: number;
}

/** Column names that the engine gives to every landing source or table. */
export const reservedColumns = ['processing_date', '_file', '_line', '_record', '_batch'] as const;

export const defaultMaxLineBytes = 1_048_576;

const commonKeys = ['path', 'format', 'delivery', 'max_line_bytes'] as const;
const csvKeys = ['delimiter', 'quote', 'header', 'encoding'] as const;
const dateMark = '{processing_date}';

/**
 * Validates the `landing:` block of a source table together with the table's declared columns.
 * Throws `landing-invalid`, which names the key that is wrong. Reads no file.
 */
export function parseLandingConfig(
  raw: unknown,
  columns: readonly { readonly name: string; readonly dataType?: string | undefined }[],
  sourceId: string,
): LandingConfig {
  const refuse = (problem: string, hint?: string): never => {
    throw tsdbtError(
      'landing-invalid',
      { source: sourceId, problem },
      hint === undefined ? {} : { hint },
    );
  };
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return refuse('needs a mapping under `landing`, with `path` and `format`');
  }
  const block = raw as Readonly<Record<string, unknown>>;
  const paths = readPaths(block['path'], refuse);
  const format = oneOf(
    'format',
    block['format'] ?? formatOf(paths),
    ['csv', 'json', 'jsonl'],
    refuse,
  );
  const known = format === 'csv' ? [...commonKeys, ...csvKeys] : commonKeys;
  for (const key of Object.keys(block)) {
    if ((known as readonly string[]).includes(key)) continue;
    refuse(
      `has the unknown key \`landing.${key}\`${(csvKeys as readonly string[]).includes(key) ? `, which is for csv only` : ''}`,
      didYouMean(key, known) ?? `Known keys: ${known.join(', ')}.`,
    );
  }
  const dated = paths.every((path) => path.includes(dateMark));
  const delivery = oneOf(
    'delivery',
    block['delivery'] ?? (dated ? 'date' : 'file'),
    ['date', 'file'],
    refuse,
  );
  if (delivery === 'date' && !dated) {
    refuse(`has \`landing.delivery: date\`, but a path without ${dateMark}`);
  }
  const encoding = String(block['encoding'] ?? 'utf-8').toLowerCase();
  if (encoding !== 'utf-8' && encoding !== 'utf8') {
    refuse(`has \`landing.encoding: ${encoding}\`; only utf-8 is read`);
  }
  const delimiter = readCharacter('delimiter', block['delimiter'] ?? ',', false, refuse);
  const quote = readCharacter('quote', block['quote'] ?? '"', true, refuse);
  if (delimiter === quote) refuse('has the same character as `landing.delimiter` and `.quote`');
  const header = block['header'] ?? true;
  if (typeof header !== 'boolean') return refuse('needs true or false in `landing.header`');
  const maxLineBytes = block['max_line_bytes'] ?? defaultMaxLineBytes;
  if (
    typeof maxLineBytes !== 'number' ||
    !Number.isInteger(maxLineBytes) ||
    maxLineBytes < 16 ||
    maxLineBytes > 268_435_456
  ) {
    return refuse('needs a number of bytes from 16 to 268435456 in `landing.max_line_bytes`');
  }
  return {
    paths,
    format,
    delivery,
    columns: readColumns(columns, refuse),
    delimiter,
    quote,
    header,
    maxLineBytes,
  };
}

type Refuse = (problem: string, hint?: string) => never;

function readPaths(value: unknown, refuse: Refuse): readonly string[] {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length === 0) {
    return refuse('needs `landing.path`: a path relative to the project, or a list of them');
  }
  return list.map((item: unknown) => {
    if (typeof item !== 'string' || item.trim() === '' || item.includes('\0')) {
      return refuse('needs text in each entry of `landing.path`');
    }
    const path = item.replaceAll('\\', '/').replace(/^\.\//, '');
    if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.split('/').includes('..')) {
      refuse(
        `has the path "${item}", which leaves the project`,
        'Give a path inside the project folder.',
      );
    }
    const unknown = path.match(/\{[^}]*\}/g)?.find((mark) => mark !== dateMark);
    if (unknown !== undefined) {
      refuse(
        `has ${unknown} in the path "${item}"`,
        `The only placeholder is ${dateMark}, which stands for a date as YYYY-MM-DD.`,
      );
    }
    if (path.endsWith('/')) refuse(`has the path "${item}", which names a folder, not files`);
    return path;
  });
}

function formatOf(paths: readonly string[]): string | undefined {
  const ends = new Set(paths.map((path) => /\.(csv|json|jsonl)$/i.exec(path)?.[1]?.toLowerCase()));
  return ends.size === 1 ? [...ends][0] : undefined;
}

function oneOf<T extends string>(
  key: string,
  value: unknown,
  allowed: readonly T[],
  refuse: Refuse,
): T {
  const found = allowed.find((item) => item === value);
  return (
    found ??
    refuse(
      value === undefined
        ? `needs \`landing.${key}\`: ${allowed.join(', ')}`
        : `has \`landing.${key}: ${String(value)}\``,
      `Allowed: ${allowed.join(', ')}.`,
    )
  );
}

function readCharacter(key: string, value: unknown, mayBeEmpty: boolean, refuse: Refuse): string {
  if (value === '' && mayBeEmpty) return '';
  if (typeof value !== 'string' || !/^[\t\x20-\x7e]$/.test(value)) {
    return refuse(`needs one ASCII character in \`landing.${key}\``);
  }
  return value;
}

function readColumns(
  columns: readonly { readonly name: string; readonly dataType?: string | undefined }[],
  refuse: Refuse,
): readonly LandingColumn[] {
  if (columns.length === 0) {
    refuse('needs `columns`: the names the files must have', 'Add `columns:` to the source table.');
  }
  const seen = new Set<string>();
  return columns.map(({ name, dataType }) => {
    const folded = name.toLowerCase();
    if ((reservedColumns as readonly string[]).includes(folded)) {
      refuse(`declares the column "${name}", a name that the engine gives to every landing source`);
    }
    if (seen.has(folded)) refuse(`declares the column "${name}" twice`);
    seen.add(folded);
    const type = dataType?.trim() || 'varchar';
    if (
      !/^[a-z][a-z0-9_ ]*(\(\s*\d+\s*(,\s*\d+\s*)?\))?(\[\])*( with(out)? time zone)?$/i.test(type)
    ) {
      refuse(`has "${type}" as \`data_type\` of the column "${name}"`);
    }
    return { name, dataType: type };
  });
}

/** Whether values of this type are kept as the text that is in the file. */
export function isTextType(dataType: string): boolean {
  return /^(varchar|text|string|char|bpchar|character varying)(\(|$)/i.test(dataType.trim());
}
