import { expect, test } from 'vitest';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

test('failing rows show the key of the model and the tested column before the others', async () => {
  const project = projectFixture({
    'models/m.sql': "select 'x' as other, null as note, 7 as id",
    'models/p.yml':
      'models: [{name: m, columns: [{name: id, data_tests: [not_null, unique]}, {name: note, data_tests: [not_null]}]}]',
  });
  try {
    const { stdout, exitCode } = await runTsdbt(['build', '--audit', 'none'], {
      cwd: project.root,
    });
    expect(exitCode).toBe(1);
    const header = stdout.split('\n').find((line) => /\bid\b.*\bother\b/.test(line));
    expect(header?.match(/[a-z]+/g)).toEqual(['id', 'note', 'other']);
  } finally {
    project.remove();
  }
});
