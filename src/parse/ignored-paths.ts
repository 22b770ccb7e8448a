import ignore from 'ignore';

/**
 * Whether a `.dbtignore` names a path, relative to its project. Its lines are those of a .gitignore; of
 * all that match a file the last one counts, also where one above names its folder, as in dbt
 * (`parser/read_files.py`, which asks pathspec for each file).
 */
export function ignoredPaths(text: string | undefined): (path: string) => boolean {
  const lines = (text ?? '').split(/\r?\n/).filter((line) => line.trim() !== '' && line[0] !== '#');
  if (lines.length === 0) return () => false;
  const rules = lines.map((line) => {
    const isBack = line.startsWith('!');
    const rule = ignore({ ignorecase: false }).add(isBack ? line.slice(1) : line);
    return { isBack, matches: (path: string) => rule.ignores(path) };
  });
  // A folder may be written with `./` or lead out of the project, where no line names it.
  return (path) => {
    const plain = path.replace(/^(\.\/)+/, '');
    if (!ignore.isPathValid(plain)) return false;
    return rules.findLast(({ matches }) => matches(plain))?.isBack === false;
  };
}
