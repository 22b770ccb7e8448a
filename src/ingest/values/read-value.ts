import type { DataType, ScalarType } from './data-type.ts';
import { isScalar } from './data-type.ts';
import { readDate, readTime, readTimestamp } from './moments.ts';
import { readExact, readFloat } from './numbers.ts';
import { sqlText } from './sql-text.ts';
import type { ValueSettings } from './value-settings.ts';

/** SQL for one column of a landing file. */
export interface ReadValue {
  /** The value of the declared type, or NULL. */
  readonly value: string;
  /**
   * Whether a part of the text is no value of its type; undefined for a type without parts, whose
   * text is unreadable when it is there and the value is NULL.
   */
  readonly unreadable: string | undefined;
}

/**
 * SQL that reads a text as a value of a type. `text` is SQL for the prepared text: of a nested type
 * the JSON text whose scalars are all strings (see `json-leaves.ts`). No expression throws, whatever the
 * text; {@link valueFunctions} must exist on the connection.
 */
export function readValue(text: string, type: DataType, settings: ValueSettings): ReadValue {
  if (isScalar(type)) return { value: scalar(text, type, settings), unreadable: undefined };
  // Text of another shape than the type is one string (see `json-leaves.ts`).
  const fits = `json_type(${text}) <> 'VARCHAR'`;
  const read = nested(`json_transform(${text}, ${sqlText(structureOf(type))})`, type, settings, 0);
  return {
    value: `case when ${fits} then ${read.value} end`,
    unreadable: `${text} is not null and (not ${fits} or ${read.unreadable})`,
  };
}

/** SQL for the text of a column as its settings prepare it: without white space, NULL for null values. */
export function preparedText(text: string, { trim, nullValues }: ValueSettings): string {
  const trimmed = trim ? `nullif(trim(${text}, e' \\t\\n\\r\\v\\f'), '')` : text;
  if (nullValues.length === 0) return trimmed;
  return `case when ${trimmed} in (${nullValues.map(sqlText).join(', ')}) then null else ${trimmed} end`;
}

function scalar(text: string, type: ScalarType, settings: ValueSettings): string {
  switch (type.kind) {
    case 'text':
      return text;
    case 'integer':
    case 'decimal':
      return readExact(text, type, settings);
    case 'float':
      return readFloat(text, type, settings);
    case 'boolean':
      return `tsdbt_boolean(${text})`;
    case 'date':
      return readDate(text, settings);
    case 'time':
      return readTime(text, type, settings);
    case 'timestamp':
    case 'timestamptz':
      return readTimestamp(text, type, settings);
    case 'interval':
      return `tsdbt_interval(${text})`;
    case 'uuid':
      return `tsdbt_uuid(${text})`;
    case 'json':
      return `try_cast(${text} as json)`;
    case 'other':
      return `case when try_cast(${text} as ${type.sql})::varchar = ${text} then try_cast(${text} as ${type.sql}) end`;
  }
}

/** The type as `json_transform` takes it, with text in the place of each scalar. */
function structureOf(type: DataType): string {
  return JSON.stringify(shape(type));
}

function shape(type: DataType): unknown {
  switch (type.kind) {
    case 'list':
      return [shape(type.item)];
    case 'struct':
      return Object.fromEntries(type.fields.map((field) => [field.name, shape(field.type)]));
    case 'map':
      // An object is read as a list of pairs: `json-leaves.ts` writes it so.
      return [{ key: 'VARCHAR', value: shape(type.value) }];
    default:
      return 'VARCHAR';
  }
}

function nested(
  value: string,
  type: DataType,
  settings: ValueSettings,
  depth: number,
): { readonly value: string; readonly unreadable: string } {
  if (isScalar(type)) {
    const read = scalar(value, type, settings);
    return {
      value: read,
      unreadable: type.kind === 'text' ? 'false' : `(${value} is not null and ${read} is null)`,
    };
  }
  const item = `x${depth}`;
  if (type.kind === 'list') {
    const inner = nested(item, type.item, settings, depth + 1);
    return {
      value: `list_transform(${value}, lambda ${item}: ${inner.value})`,
      unreadable: `coalesce(len(list_filter(${value}, lambda ${item}: ${inner.unreadable})) > 0, false)`,
    };
  }
  if (type.kind === 'map') {
    const key = nested(`${item}.key`, type.key, settings, depth + 1);
    const inner = nested(`${item}.value`, type.value, settings, depth + 1);
    const keys = `list_transform(${value}, lambda ${item}: ${key.value})`;
    // Two texts can be one key (`1`, `01`), and a map with a key twice is an error of the database.
    const unreadable = `coalesce(
      len(list_filter(${value}, lambda ${item}: ${key.unreadable} or ${inner.unreadable})) > 0
        or len(list_distinct(${keys})) < len(${value}), false)`;
    const entries = `list_transform(${value}, lambda ${item}: {'key': ${key.value}, 'value': ${inner.value}})`;
    return {
      value: `case when ${value} is not null and not ${unreadable} then map_from_entries(${entries}) end`,
      unreadable,
    };
  }
  const fields = type.fields.map((field) => ({
    name: field.name,
    read: nested(`struct_extract(${value}, ${sqlText(field.name)})`, field.type, settings, depth),
  }));
  return {
    value: `case when ${value} is not null then {${fields.map(({ name, read }) => `${sqlText(name)}: ${read.value}`).join(', ')}} end`,
    unreadable: `(${fields.map(({ read }) => `(${read.unreadable})`).join(' or ')})`,
  };
}
