import type { Project } from '../contracts/project.ts';
import type { Warning } from '../contracts/warning.ts';

/**
 * The warnings of a project when property files were edited: those of these files in the places of the ones
 * before. Undefined where that place is not known.
 */
export function warningsAfter(
  files: readonly { readonly project: Project; readonly path: string }[],
  now: readonly Warning[],
  before: readonly Warning[],
): readonly Warning[] | undefined {
  let all = before;
  for (const { project, path } of files) {
    const file = `${project.name}\t${path}`;
    const names = new Set([...all, ...now].flatMap((one) => (one.file === file ? one.name : [])));
    for (const name of names) {
      const isOfThese = (one: Warning) => one.file === file && one.name === name;
      const from = all.findIndex(isOfThese);
      const old = all.filter(isOfThese);
      const isTogether = all.slice(from, from + old.length).every(isOfThese);
      if (old.length === 0 || !isTogether) return undefined;
      all = [...all.slice(0, from), ...now.filter(isOfThese), ...all.slice(from + old.length)];
    }
  }
  return all;
}
