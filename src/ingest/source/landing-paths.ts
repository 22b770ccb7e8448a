import type { Refuse } from './landing-problem.ts';

const dateMark = '{processing_date}';

/** Paths of `landing.path`: a text or a list, inside of the project, with `/` between parts. */
export function readPaths(value: unknown, refuse: Refuse): readonly string[] {
  const at = ['landing', 'path'];
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length === 0) {
    return refuse('needs `landing.path`: a path relative to the project, or a list of them', at);
  }
  return list.map((item: unknown) => {
    if (typeof item !== 'string' || item.trim() === '' || item.includes('\0')) {
      return refuse('needs text in each entry of `landing.path`', at);
    }
    const path = item.replaceAll('\\', '/').replace(/^\.\//, '');
    const store = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1];
    if (store !== undefined) {
      refuse(
        `has the path "${item}": a landing source can't read ${store}:// yet`,
        at,
        'Copy or mount what lands there into a folder of the project, or read it as an external source: `meta: {external_location: …}` with the extension httpfs in the profile.',
      );
    }
    if (path.startsWith('/') || /^[a-z]:/i.test(path) || path.split('/').includes('..')) {
      refuse(
        `has the path "${item}", which leaves the project`,
        at,
        'Give a path inside the project folder.',
      );
    }
    const unknown = path.match(/\{[^}]*\}/g)?.find((mark) => mark !== dateMark);
    if (unknown !== undefined) {
      refuse(
        `has ${unknown} in the path "${item}"`,
        at,
        `The only placeholder is ${dateMark}, which is a date as YYYY-MM-DD.`,
      );
    }
    if (path.endsWith('/')) refuse(`has the path "${item}", which names a folder, not files`, at);
    return path;
  });
}
