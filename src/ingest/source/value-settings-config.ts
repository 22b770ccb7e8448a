import { LargeInteger } from '../../util/large-integer.ts';
import { WholeFloat } from '../../util/whole-float.ts';
import type { DataType } from '../values/data-type.ts';
import { plainValues, type ValueSettings } from '../values/value-settings.ts';
import type { Refuse, SettingPath } from './landing-problem.ts';

/** Settings of values, at a column or for all columns of a landing source. */
export const valueKeys = [
  'format',
  'decimal_separator',
  'thousands_separator',
  'null_values',
  'trim',
  'timezone',
] as const;

type Block = Readonly<Record<string, unknown>>;

const momentKinds = ['date', 'time', 'timestamp', 'timestamptz'];
const numberKinds = ['integer', 'decimal', 'float'];

/**
 * Reads the settings of values of one block (`landing:` or a column) over those of the level above.
 * With a `type` it refuses what a column of that type can't use.
 */
export function readValueSettings(
  block: Block,
  above: ValueSettings,
  at: SettingPath,
  refuse: Refuse,
  type?: DataType,
): ValueSettings {
  for (const [key, kinds] of [
    ['format', momentKinds],
    ['timezone', momentKinds.slice(2)],
    ['decimal_separator', numberKinds],
    ['thousands_separator', numberKinds],
  ] as const) {
    if (type === undefined || block[key] === undefined || kinds.includes(type.kind)) continue;
    refuse(`has \`${key}\`, which is for ${kinds.join(', ')}`, [...at, key]);
  }
  const decimalSeparator = separator('decimal_separator', block, above.decimalSeparator, false);
  const thousandsSeparator = separator(
    'thousands_separator',
    block,
    above.thousandsSeparator,
    true,
  );
  if (decimalSeparator === thousandsSeparator) {
    refuse('has the same `decimal_separator` and `thousands_separator`', at);
  }
  return {
    formats: formats(),
    decimalSeparator,
    thousandsSeparator,
    nullValues: nullValues(),
    trim: trim(),
    timezone: timezone(),
  };

  function separator(key: string, from: Block, otherwise: string, mayBeEmpty: boolean): string {
    const value = from[key];
    if (value === undefined) return otherwise;
    if (value === '' && mayBeEmpty) return '';
    if (typeof value !== 'string' || [...value].length !== 1 || /[0-9+\-eE]/.test(value)) {
      return refuse(`needs one character in \`${key}\` that no number is made of`, [...at, key]);
    }
    return value;
  }

  function formats(): readonly string[] {
    const value = block['format'];
    if (value === undefined) return above.formats;
    const list = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(list) || list.length === 0) {
      return refuse('needs a strptime format or a list of them in `format`', [...at, 'format']);
    }
    return list.map((item: unknown) => {
      if (typeof item === 'string' && /%/.test(item) && badSpecifier(item) === undefined)
        return item;
      const bad = typeof item === 'string' ? badSpecifier(item) : undefined;
      return refuse(
        `has the format ${JSON.stringify(item)}${bad === undefined ? '' : `, in which ${bad} means nothing`}`,
        [...at, 'format'],
        'Formats are those of strptime, such as %d.%m.%Y or %Y-%m-%dT%H:%M:%S%z.',
      );
    });
  }

  function nullValues(): readonly string[] {
    const value = block['null_values'];
    if (value === undefined) return above.nullValues;
    const list = Array.isArray(value) ? value : [value];
    if (!list.every(isTextOrNumber)) {
      return refuse(
        'needs a text or a list of texts in `null_values`',
        [...at, 'null_values'],
        "Words that YAML reads as other values need quotes: null_values: ['NULL', 'no'].",
      );
    }
    return list.map(String);
  }

  function trim(): boolean {
    const value = block['trim'] ?? above.trim;
    return typeof value === 'boolean'
      ? value
      : refuse('needs true or false in `trim`', [...at, 'trim']);
  }

  function timezone(): string | undefined {
    const value = block['timezone'];
    if (value === undefined) return above.timezone;
    if (typeof value === 'string' && isTimezone(value)) return value;
    return refuse(
      `has ${JSON.stringify(value)} as \`timezone\``,
      [...at, 'timezone'],
      'Use the name of a zone, such as Europe/Berlin.',
    );
  }
}

export { plainValues };

/** The first specifier of a format that the database does not know. */
function badSpecifier(format: string): string | undefined {
  const known = /^%(?:-?[dmyHIMSjU]|[aAbBcfgGnpuUVwWxXYzZ%])/;
  return format.match(/%-?.?/gs)?.find((part) => !known.test(part));
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

function isTextOrNumber(item: unknown): boolean {
  return (
    ['string', 'number'].includes(typeof item) ||
    item instanceof WholeFloat ||
    item instanceof LargeInteger
  );
}
