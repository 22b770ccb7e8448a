import type { Warning } from '../contracts/warning.ts';
import { listFiles } from '../parse/source-file.ts';
import type { ParsedProject } from './open-project.ts';

/**
 * What a project has that dbt would run with this command and tsdbt can't yet. Said at each run: a
 * test that is passed over in silence would look like one that passes.
 */
export function notRun(parsed: ParsedProject, command: string): readonly Warning[] {
  const { project } = parsed;
  const told: Warning[] = [];
  if (command === 'run' || command === 'build') {
    const files = listFiles(project.root, project.paths.models, ['.py']).map((file) => file.path);
    if (files.length > 0)
      told.push({
        name: 'PythonModelsNotRead',
        text: `Python models are not read: ${files.join(', ')}`,
      });
  }
  return told;
}
