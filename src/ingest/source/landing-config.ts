import { didYouMean } from '../../errors/suggest.ts';
import type { SourceLocation } from '../../errors/tsdbt-error.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { WholeFloat } from '../../util/whole-float.ts';
import { type DeclaredColumn, type LandingColumn, readColumns } from './landing-columns.ts';
import { readPaths } from './landing-paths.ts';
import type { Refuse, SettingPath } from './landing-problem.ts';
import { type OverTime, overTimeKeys, readOverTime } from './over-time.ts';
import { plainValues, readValueSettings, valueKeys } from './value-settings-config.ts';

const formats = ['csv', 'json', 'jsonl', 'parquet'] as const;
export type LandingFormat = (typeof formats)[number];

const compressions = ['auto', 'none', 'gzip', 'zstd'] as const;
/** `auto`: by the first bytes of the file. */
export type Compression = (typeof compressions)[number];

const encodings = ['utf-8', 'utf-16', 'utf-16le', 'utf-16be', 'latin-1', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

/** What is replaced as a whole when one of its files is new or changed. */
export type DeliveryUnit = 'date' | 'file';

/** Rules for fields that are not declared. */
export type NewColumn = 'ignore' | 'rescue' | 'add' | 'fail';
/** Rules for declared columns that a file does not have. */
export type MissingColumn = 'null' | 'fail';
/** Rules for texts that are no value of their column's type. */
export type TypeMismatch = 'quarantine' | 'null' | 'fail';

/** The validated `landing:` block of a source table. */
export interface LandingConfig extends OverTime {
  /** Path patterns relative to the project, with `/` between parts. */
  readonly paths: readonly string[];
  readonly format: LandingFormat;
  readonly compression: Compression;
  /** Undefined: UTF-8, or UTF-16 where a byte order mark says so. */
  readonly encoding: Encoding | undefined;
  readonly delivery: DeliveryUnit;
  readonly columns: readonly LandingColumn[];
  readonly delimiter: string;
  /** The quote character, or '' when nothing is quoted. */
  readonly quote: string;
  readonly header: boolean;
  /** Lines before the header, or before the first record. */
  readonly skipRows: number;
  /** Lines at the end of the file that are no records. */
  readonly skipFooter: number;
  /** Lines that start with this text are no records; '' when there are none. */
  readonly comment: string;
  /** Keys that lead to the array of records in a JSON file; empty: the file is the array. */
  readonly records: readonly string[];
  readonly maxLineBytes: number;
  readonly newColumn: NewColumn;
  readonly missingColumn: MissingColumn;
  readonly typeMismatch: TypeMismatch;
  /** What happens to a file of which records may be missing. */
  readonly incompleteFile: 'refuse' | 'warn';
  /** Share of quarantined records of a delivery above which there is a warning. */
  readonly warnBadRatio: number;
  /** Share above which the delivery is refused; undefined: when all of its records are bad. */
  readonly maxBadRatio: number | undefined;
  /** Number of quarantined records of a delivery above which it is refused. */
  readonly maxBadRows: number | undefined;
}

export const defaultMaxLineBytes = 1_048_576;

const commonKeys = [
  ...['path', 'format', 'delivery', 'compression', 'encoding', 'max_line_bytes'],
  ...['new_column', 'missing_column', 'type_mismatch', 'incomplete_file'],
  ...['warn_bad_ratio', 'max_bad_ratio', 'max_bad_rows', ...valueKeys],
  ...overTimeKeys,
];
const csvKeys = ['delimiter', 'quote', 'header', 'skip_rows', 'skip_footer', 'comment'];
const jsonKeys = ['records'];
const dateMark = '{processing_date}';

/**
 * Validates the `landing:` block of a source table together with the table's declared columns.
 * Throws `landing-invalid`, which names the key that is wrong, with the place that `locate` knows of
 * it. Reads no file.
 */
export function parseLandingConfig(
  raw: unknown,
  columns: readonly DeclaredColumn[],
  sourceId: string,
  locate?: (at: SettingPath) => SourceLocation | undefined,
): LandingConfig {
  const refuse: Refuse = (problem, at = ['landing'], hint) => {
    const location = locate?.(at);
    throw tsdbtError(
      'landing-invalid',
      { source: sourceId, problem },
      { ...(hint === undefined ? {} : { hint }), ...(location === undefined ? {} : { location }) },
    );
  };
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return refuse('needs a mapping under `landing`, with `path` and `format`');
  }
  const block = new Block(raw as Readonly<Record<string, unknown>>, refuse);
  const paths = readPaths(block.value('path'), refuse);
  const format = block.oneOf('format', formats, formatOf(paths));
  block.refuseUnknown(format);
  const named = formatOf(paths);
  if (named !== undefined && named !== format && !(isJson(named) && isJson(format))) {
    refuse(
      `has \`landing.format: ${format}\`, but a path of ${named} files`,
      ['landing', 'format'],
      `Is it \`format: ${named}\`?`,
    );
  }
  const dated = paths.every((path) => path.includes(dateMark));
  const delivery = block.oneOf('delivery', ['date', 'file'], dated ? 'date' : 'file');
  if (delivery === 'date' && !dated) {
    refuse(`has \`landing.delivery: date\`, but a path without ${dateMark}`, [
      'landing',
      'delivery',
    ]);
  }
  const delimiter = block.character('delimiter', ',', false);
  const quote = block.character('quote', '"', true);
  if (delimiter === quote) refuse('has the same character as `landing.delimiter` and `.quote`');
  const settings = readValueSettings(block.ofValues(), plainValues, ['landing'], refuse);
  return {
    paths,
    format,
    compression: block.oneOf('compression', compressions, 'auto'),
    encoding: block.encoding(),
    delivery,
    columns: readColumns(columns, settings, refuse),
    delimiter,
    quote,
    header: block.boolean('header', true),
    skipRows: block.whole('skip_rows', 0, 1_000_000) ?? 0,
    skipFooter: block.whole('skip_footer', 0, 10_000) ?? 0,
    comment: block.text('comment', ''),
    records: block.keys('records'),
    maxLineBytes: block.whole('max_line_bytes', 16, 268_435_456) ?? defaultMaxLineBytes,
    newColumn: block.oneOf(
      'new_column',
      ['ignore', 'rescue', 'add', 'fail'],
      format === 'csv' || format === 'parquet' ? 'fail' : 'ignore',
    ),
    missingColumn: block.oneOf(
      'missing_column',
      ['null', 'fail'],
      format === 'csv' || format === 'parquet' ? 'fail' : 'null',
    ),
    typeMismatch: block.oneOf('type_mismatch', ['quarantine', 'null', 'fail'], 'quarantine'),
    incompleteFile: block.oneOf('incomplete_file', ['refuse', 'warn'], 'refuse'),
    warnBadRatio: block.ratio('warn_bad_ratio') ?? 0.05,
    maxBadRatio: block.ratio('max_bad_ratio'),
    maxBadRows: block.whole('max_bad_rows', 0, Number.MAX_SAFE_INTEGER),
    ...readOverTime(block.all, columns, refuse),
  };
}

/** Whether rows of the source have a `_rescued` column: what a file has beyond its typed columns. */
export function hasRescued({ newColumn, typeMismatch }: LandingConfig): boolean {
  return newColumn === 'rescue' || newColumn === 'add' || typeMismatch === 'null';
}

function formatOf(paths: readonly string[]): LandingFormat | undefined {
  const ends = new Set(
    paths.map((path) =>
      /\.(csv|json|jsonl|ndjson|parquet)(\.gz|\.zst)?$/i.exec(path)?.[1]?.toLowerCase(),
    ),
  );
  const [end] = ends;
  if (ends.size !== 1 || end === undefined) return undefined;
  return end === 'ndjson' ? 'jsonl' : formats.find((format) => format === end);
}

function isJson(format: LandingFormat): boolean {
  return format === 'json' || format === 'jsonl';
}

/** The keys of the `landing:` block, each read as what it must be. */
class Block {
  readonly all: Readonly<Record<string, unknown>>;
  readonly #refuse: Refuse;

  constructor(all: Readonly<Record<string, unknown>>, refuse: Refuse) {
    this.all = all;
    this.#refuse = refuse;
  }

  /** Settings of values for all columns; `format` is that of the files here. */
  ofValues(): Readonly<Record<string, unknown>> {
    const { format: _, ...values } = this.all;
    return values;
  }

  value(key: string): unknown {
    const value = Object.hasOwn(this.all, key) ? (this.all[key] ?? undefined) : undefined;
    return value instanceof WholeFloat ? value.value : value;
  }

  refuseUnknown(format: LandingFormat): void {
    const own = format === 'csv' ? csvKeys : format === 'json' ? jsonKeys : [];
    const known = [...commonKeys, ...own];
    for (const key of Object.keys(this.all)) {
      if (known.includes(key)) continue;
      const of = csvKeys.includes(key) ? 'csv' : jsonKeys.includes(key) ? 'json' : undefined;
      this.#refuse(
        `has the unknown key \`landing.${key}\`${of === undefined ? '' : `, which is for ${of} only`}`,
        ['landing', key],
        didYouMean(key, known) ?? `Known keys: ${known.join(', ')}.`,
      );
    }
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], otherwise: T | undefined): T {
    // The word `null` without quotes is no text in YAML, and it is one of the words here.
    const isNull = Object.hasOwn(this.all, key) && this.all[key] === null;
    const value =
      isNull && allowed.some((item) => item === 'null') ? 'null' : (this.value(key) ?? otherwise);
    return (
      allowed.find((item) => item === value) ??
      this.#refuse(
        value === undefined
          ? `needs \`landing.${key}\`: ${allowed.join(', ')}`
          : `has \`landing.${key}: ${String(value)}\``,
        ['landing', key],
        `Allowed: ${allowed.join(', ')}.`,
      )
    );
  }

  encoding(): Encoding | undefined {
    const value = this.value('encoding');
    if (value === undefined) return undefined;
    const name = String(value).toLowerCase().replace('_', '-');
    const aliases: Readonly<Record<string, Encoding>> = {
      utf8: 'utf-8',
      utf16: 'utf-16',
      'utf-16-le': 'utf-16le',
      'utf-16-be': 'utf-16be',
      latin1: 'latin-1',
      'iso-8859-1': 'latin-1',
      cp1252: 'windows-1252',
    };
    return (
      encodings.find((item) => item === (Object.hasOwn(aliases, name) ? aliases[name] : name)) ??
      this.#refuse(
        `has \`landing.encoding: ${String(value)}\``,
        ['landing', 'encoding'],
        `Allowed: ${encodings.join(', ')}.`,
      )
    );
  }

  boolean(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    if (typeof value === 'boolean') return value;
    return this.#refuse(`needs true or false in \`landing.${key}\``, ['landing', key]);
  }

  whole(key: string, least: number, most: number): number | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
      return value;
    }
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    const unit = key.endsWith('bytes') ? 'number of bytes' : 'whole number';
    return this.#refuse(`needs a ${unit} ${range} in \`landing.${key}\``, ['landing', key]);
  }

  ratio(key: string): number | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= 0 && value <= 1) return value;
    return this.#refuse(`needs a number from 0 to 1 in \`landing.${key}\``, ['landing', key]);
  }

  text(key: string, otherwise: string): string {
    const value = this.value(key) ?? otherwise;
    if (typeof value === 'string' && !/[\r\n]/.test(value)) return value;
    return this.#refuse(`needs text in \`landing.${key}\``, ['landing', key]);
  }

  /** Keys with points between them: `data.items`. */
  keys(key: string): readonly string[] {
    const value = this.text(key, '');
    if (value === '') return [];
    const keys = value.replace(/^\$\.?/, '').split('.');
    if (keys.every((part) => part !== '')) return keys;
    return this.#refuse(
      `has \`landing.${key}: ${value}\``,
      ['landing', key],
      'Write the keys that lead to the array with points between them: data.items.',
    );
  }

  character(key: string, otherwise: string, mayBeEmpty: boolean): string {
    const value = this.value(key) ?? otherwise;
    if (value === '' && mayBeEmpty) return '';
    if (typeof value === 'string' && /^[\t\x20-\x7e]$/.test(value)) return value;
    return this.#refuse(`needs one ASCII character in \`landing.${key}\``, ['landing', key]);
  }
}
