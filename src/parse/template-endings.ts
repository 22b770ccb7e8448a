import type { Project } from '../contracts/project.ts';

/** What may stand behind the ending of a file that is a template, for editors. */
const behind = ['.j2', '.jinja2', '.jinja'];

/** The endings of files of SQL or Markdown: with a flag of the project `model.sql.jinja` is one, too. */
export function templateEndings(
  { flags }: Pick<Project, 'flags'>,
  ending: '.sql' | '.md',
): readonly string[] {
  if (flags['allow_jinja_file_extensions'] !== true) return [ending];
  return [ending, ...behind.map((more) => `${ending}${more}`)];
}

/** The name of a file without folders and endings. */
export function stem(subPath: string): string {
  const name = subPath.split('/').at(-1)!;
  const more = behind.find((one) => name.endsWith(one)) ?? '';
  return name.slice(0, name.length - more.length).replace(/\.[^.]+$/, '');
}
