/** The kinds of values that a landing column can have, each with rules of its own. */
export type ValueKind =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'float'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'uuid'
  | 'json'
  | 'other';

/** A type with one value, such as `decimal(12, 2)`. */
export interface ScalarType {
  readonly kind: ValueKind;
  /** The spelling to cast to. */
  readonly sql: string;
  /** Digits behind the point: of a decimal, or of the seconds of a time. */
  readonly scale?: number;
}

export interface ListType {
  readonly kind: 'list';
  readonly item: DataType;
}

export interface StructType {
  readonly kind: 'struct';
  readonly fields: readonly { readonly name: string; readonly type: DataType }[];
}

export interface MapType {
  readonly kind: 'map';
  readonly key: ScalarType;
  readonly value: DataType;
}

export type DataType = ScalarType | ListType | StructType | MapType;

const integers = [
  ...['tinyint', 'smallint', 'integer', 'bigint', 'hugeint'].flatMap((name) => [
    name,
    name === 'integer' ? 'uinteger' : `u${name}`,
  ]),
  ...['int', 'int1', 'int2', 'int4', 'int8', 'int16', 'int32', 'int64', 'int128'],
  ...['uint8', 'uint16', 'uint32', 'uint64', 'uint128', 'long', 'short', 'signed'],
];

const kinds = new Map<string, Omit<ScalarType, 'sql'>>([
  ...['varchar', 'text', 'string', 'char', 'bpchar', 'character varying', 'character'].map(
    (name) => [name, { kind: 'text' }] as const,
  ),
  ...integers.map((name) => [name, { kind: 'integer' }] as const),
  ...['double', 'float8', 'double precision', 'real', 'float4', 'float'].map(
    (name) => [name, { kind: 'float' }] as const,
  ),
  ...['boolean', 'bool', 'logical'].map((name) => [name, { kind: 'boolean' }] as const),
  ['date', { kind: 'date' }],
  ['time', { kind: 'time', scale: 6 }],
  ['time without time zone', { kind: 'time', scale: 6 }],
  ...['timestamp', 'datetime', 'timestamp_us', 'timestamp without time zone'].map(
    (name) => [name, { kind: 'timestamp', scale: 6 }] as const,
  ),
  ['timestamp_s', { kind: 'timestamp', scale: 0 }],
  ['timestamp_ms', { kind: 'timestamp', scale: 3 }],
  ['timestamp_ns', { kind: 'timestamp', scale: 9 }],
  ['timestamptz', { kind: 'timestamptz', scale: 6 }],
  ['timestamp with time zone', { kind: 'timestamptz', scale: 6 }],
  ['interval', { kind: 'interval' }],
  ['uuid', { kind: 'uuid' }],
  ['guid', { kind: 'uuid' }],
  ['json', { kind: 'json' }],
]);

/** Names that {@link parseDataType} knows, for suggestions. */
export const knownTypes: readonly string[] = [
  ...kinds.keys(),
  'decimal',
  'numeric',
  'struct',
  'map',
];

/**
 * Reads a type as it is written in `data_type`: a scalar, `T[]`, `struct(name T, …)` or
 * `map(K, V)`, nested to any depth up to 32. Undefined when the text is no type. A name that is not
 * known is taken for a type that the database defines.
 */
export function parseDataType(text: string): DataType | undefined {
  const reader = new TypeReader(text);
  const type = reader.type(0);
  return reader.isAtEnd() ? type : undefined;
}

const maxDepth = 32;

class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#skip(/\s*$/y) !== undefined;
  }

  type(depth: number): DataType | undefined {
    if (depth > maxDepth) return undefined;
    let found = this.#named(depth);
    while (found !== undefined && this.#skip(/\s*\[\s*\]/y) !== undefined) {
      found = { kind: 'list', item: found };
    }
    return found;
  }

  #named(depth: number): DataType | undefined {
    if (this.#skip(/\s*(?:struct|row)\s*\(/iy) !== undefined) return this.#struct(depth);
    if (this.#skip(/\s*map\s*\(/iy) !== undefined) return this.#map(depth);
    const words = this.#skip(
      /\s*[a-z_]\w*(?:\s+(?:precision|varying|with(?:out)?\s+time\s+zone))?/iy,
    );
    if (words === undefined) return undefined;
    const size = this.#skip(/\s*\(\s*\d{1,3}\s*(?:,\s*\d{1,3}\s*)?\)/y) ?? '';
    const zone = this.#skip(/\s+with(?:out)?\s+time\s+zone/iy) ?? '';
    const name = `${words}${zone}`.trim().toLowerCase().replace(/\s+/g, ' ');
    const numbers = (size.match(/\d+/g) ?? []).map(Number);
    if (name === 'decimal' || name === 'numeric' || name === 'dec') return decimal(numbers);
    const known = kinds.get(name);
    if (known === undefined) return { kind: 'other', sql: `${words.trim()}${size}` };
    return { ...known, sql: known.kind === 'text' ? 'varchar' : name };
  }

  #struct(depth: number): DataType | undefined {
    const fields: { name: string; type: DataType }[] = [];
    do {
      const name = this.#skip(/\s*(?:"(?:[^"]|"")+"|[a-z_]\w*)/iy)?.trim();
      const type = name === undefined ? undefined : this.type(depth + 1);
      if (name === undefined || type === undefined) return undefined;
      const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
      fields.push({ name: plain, type });
    } while (this.#skip(/\s*,/y) !== undefined);
    return this.#skip(/\s*\)/y) === undefined ? undefined : { kind: 'struct', fields };
  }

  #map(depth: number): DataType | undefined {
    const key = this.type(depth + 1);
    if (key === undefined || !isScalar(key) || this.#skip(/\s*,/y) === undefined) return undefined;
    const value = this.type(depth + 1);
    if (value === undefined || this.#skip(/\s*\)/y) === undefined) return undefined;
    return { kind: 'map', key, value };
  }

  #skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** `decimal` alone is `decimal(18, 3)`, as in DuckDB. */
function decimal(numbers: readonly number[]): ScalarType | undefined {
  const [width = 18, scale = numbers.length === 1 ? 0 : 3] = numbers;
  if (width < 1 || width > 38 || scale > width) return undefined;
  return { kind: 'decimal', sql: `decimal(${width}, ${scale})`, scale };
}

export function isScalar(type: DataType): type is ScalarType {
  return type.kind !== 'list' && type.kind !== 'struct' && type.kind !== 'map';
}

/** Whether values of this type are kept as the text that is in the file. */
export function isText(type: DataType): boolean {
  return type.kind === 'text';
}
