import { isCalendarDate } from '../files/path-pattern.ts';

const mark = '{processing_date}';

/**
 * Patterns for files of a folder: a date (YYYY-MM-DD) in their paths becomes `{processing_date}`, other
 * parts that differ become `*`, and so does what is before a file's ending. Patterns with a date come
 * first, since the first that matches a file counts.
 *
 * @param paths Relative to the project, with `/` between parts.
 * @param isFolder Whether the folder was named: then files to come may have other names.
 */
export function pathPatterns(paths: readonly string[], isFolder: boolean): readonly string[] {
  const templates = paths.map(withoutDate);
  const patterns = (some: readonly string[]) => [
    ...new Set(groups(some).map((group) => (isFolder ? general(group) : group[0]!))),
  ];
  const isDated = (template: string) => template.includes(mark);
  return [
    ...patterns(templates.filter(isDated)),
    ...patterns(templates.filter((template) => !isDated(template))),
  ];
}

/** The first date in the path, wherever it is in it, as the placeholder. */
function withoutDate(path: string): string {
  const plain = path.replace(/[{}]/g, '?');
  const date = [...plain.matchAll(/(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)/g)].find(([text]) =>
    isCalendarDate(text),
  )?.[0];
  return date === undefined
    ? plain
    : plain.replaceAll(new RegExp(`(?<!\\d)${date}(?!\\d)`, 'g'), mark);
}

/** Templates with the same ending, and with a date in the same depth. */
function groups(templates: readonly string[]): readonly (readonly string[])[] {
  const found = new Map<string, string[]>();
  for (const template of templates) {
    const depth = template.split('/').length;
    const isDated = template.includes(mark);
    const dated = template.split('/').map((part) => part.includes(mark));
    const key = `${endingOf(template)} ${isDated ? `${depth} ${dated.join()}` : ''}`;
    found.set(key, [...(found.get(key) ?? []), template]);
  }
  return [...found.values()];
}

function general(group: readonly string[]): string {
  const split = group.map((template) => template.split('/'));
  const depth = split[0]!.length;
  if (split.some((parts) => parts.length !== depth)) {
    const fixed: string[] = [];
    for (const [index, part] of split[0]!.slice(0, -1).entries()) {
      if (!split.every((parts) => index < parts.length - 1 && parts[index] === part)) break;
      fixed.push(part);
    }
    return [...fixed, '**', `*${endingOf(group[0]!)}`].join('/');
  }
  return split[0]!
    .map((_, index) => {
      const parts = split.map((all) => all[index]!);
      return index === depth - 1 ? generalName(parts) : generalPart(parts);
    })
    .join('/');
}

function generalName(names: readonly string[]): string {
  const ending = endingOf(names[0]!);
  if (!names[0]!.includes(mark)) return `*${ending}`;
  return `${generalPart(names.map((name) => name.slice(0, name.length - ending.length)))}${ending}`;
}

/** The same text, or what is the same on both sides of the date. */
function generalPart(parts: readonly string[]): string {
  const [first] = parts;
  if (parts.every((part) => part === first)) return first!;
  if (!first!.includes(mark)) return '*';
  const sides = parts.map((part) => {
    const at = part.indexOf(mark);
    return [part.slice(0, at), part.slice(at + mark.length)] as const;
  });
  const side = (index: 0 | 1) =>
    sides.every((both) => both[index] === sides[0]![index]) ? sides[0]![index] : '*';
  return `${side(0)}${mark}${side(1)}`;
}

/** `.csv`, `.json.gz`; '' for a name without an ending. */
export function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /(?:\.[A-Za-z][A-Za-z0-9]{0,9})?(?:\.(?:gz|zst|zstd))?$/.exec(name)?.[0] ?? '';
}
