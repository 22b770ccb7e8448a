import type { Column } from '../contracts/relation.ts';

/**
 * The fields of a struct column, named `column.field`, down to `depth` levels; a column of another
 * type is given back as it is. With depth 1 the fields keep their own names, as dbt-duckdb's `fields`.
 */
export function structFields(column: Column, depth?: number): readonly Column[] {
  const inside = /^STRUCT\((.*)\)$/is.exec(column.type)?.[1];
  if (inside === undefined) return [column];
  const fields = splitFields(inside).map((field): Column => {
    const at = nameEnd(field);
    const name = field.slice(0, at).replace(/^"(.*)"$/s, '$1');
    return {
      name: depth === 1 ? name : `${column.name}.${name}`,
      type: field.slice(at).trim(),
    };
  });
  return depth === 1 ? fields : fields.flatMap((field) => structFields(field));
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
