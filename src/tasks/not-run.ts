import type { Warning } from '../contracts/warning.ts';
import { listFiles } from '../parse/source-file.ts';
import type { ParsedProject } from './open-project.ts';

/** What a project has that this command would make in dbt and does not here, said at each run. */
export function notRun({ project }: ParsedProject, command: string): readonly Warning[] {
  if (command !== 'run' && command !== 'build') return [];
  const files = listFiles(project.root, project.paths.functions, ['.sql', '.py', '.js']);
  if (files.length === 0) return [];
  const text = `User-defined functions are not made: ${files.map((file) => file.path).join(', ')}`;
  return [{ name: 'FunctionsNotRead', text }];
}
