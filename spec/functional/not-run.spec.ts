import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

test('what dbt would run and tsdbt can not is said, not passed over', async () => {
  fixture = projectFixture({
    'models/a.sql': 'select 1 as id',
    'models/b.py': 'def model(dbt, session): pass',
  });
  const warnings = async (command: string) =>
    (await runTsdbt([command], { cwd: fixture!.root })).stderr
      .split('\n')
      .filter((line) => line !== '');
  const python = 'Warning: Python models are not read: models/b.py';
  expect(await warnings('build')).toEqual([python]);
  expect(await warnings('test')).toEqual(['Warning: Nothing to do: the selection is empty.']);
  expect(await warnings('run')).toEqual([python]);
});
