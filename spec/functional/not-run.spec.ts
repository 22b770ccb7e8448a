import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

test('what dbt would run and tsdbt can not is said, not passed over', async () => {
  fixture = projectFixture({
    'models/a.sql': 'select 1 as id',
    'models/b.py': 'def model(dbt, session): pass',
    'models/a.yml':
      'unit_tests:\n  - name: a_is_one\n    model: a\n    given: []\n    expect: {rows: [{id: 1}]}\n',
  });
  const warnings = async (command: string) =>
    (await runTsdbt([command], { cwd: fixture!.root })).stderr
      .split('\n')
      .filter((line) => line !== '');
  const unit = "Warning: 1 unit test is not run: tsdbt can't run unit tests yet";
  const python = 'Warning: Python models are not read: models/b.py';
  expect(await warnings('build')).toEqual([unit, python]);
  expect(await warnings('test')).toEqual([unit]);
  expect(await warnings('run')).toEqual([python]);
});
