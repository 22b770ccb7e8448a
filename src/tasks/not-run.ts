import { listFiles } from '../parse/source-file.ts';
import type { ParsedProject } from './open-project.ts';

/**
 * What a project has that dbt would run with this command and tsdbt can't yet. Said at each run: a
 * test that is passed over in silence would look like one that passes.
 */
export function notRun(parsed: ParsedProject, command: string): readonly string[] {
  const { manifest, project } = parsed;
  const told: string[] = [];
  const unitTests = manifest.unitTests.size;
  if (unitTests > 0 && (command === 'test' || command === 'build')) {
    told.push(
      `${unitTests} unit test${unitTests === 1 ? ' is' : 's are'} not run: tsdbt can't run unit tests yet`,
    );
  }
  if (command === 'run' || command === 'build') {
    const files = listFiles(project.root, project.paths.models, ['.py']).map((file) => file.path);
    if (files.length > 0) told.push(`Python models are not read: ${files.join(', ')}`);
  }
  return told;
}
