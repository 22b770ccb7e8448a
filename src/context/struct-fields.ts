import type { Column } from '../contracts/relation.ts';

/**
 * The fields of a struct column, named `column.field`, down to `depth` levels; a column of another
 * type is given back as it is. With depth 1 the fields keep their own names, as dbt-duckdb's `fields`.
 */
export function structFields(column: Column, depth?: number): readonly Column[] {
  if (!/^STRUCT\(.*\)$/is.test(column.type)) return [column];
  const fields = fieldsOfStruct(column.type).map(
    ({ name, type }): Column => ({ name: depth === 1 ? name : `${column.name}.${name}`, type }),
  );
  return depth === 1 ? fields : fields.flatMap((field) => structFields(field));
}

/** The fields of a struct's type, under their own names. */
export function fieldsOfStruct(type: string): readonly Column[] {
  return splitFields(type.slice('STRUCT('.length, -1)).map((field) => {
    const at = nameEnd(field);
    const name = field.slice(0, at).replace(/^"(.*)"$/s, '$1');
    return { name, type: field.slice(at).trim() };
  });
}

/** The types of a map's keys and values. */
export function partsOfMap(type: string): readonly string[] {
  return splitFields(type.slice('MAP('.length, -1));
}

/** Parts between commas that are not inside of parentheses or quotes. */
function splitFields(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

function nameEnd(field: string): number {
  if (field.startsWith('"')) return field.indexOf('"', 1) + 1;
  const space = field.indexOf(' ');
  return space === -1 ? field.length : space;
}
