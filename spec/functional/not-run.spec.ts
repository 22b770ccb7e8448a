import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

test('functions that dbt would make are told of, not passed over', async () => {
  fixture = projectFixture({
    'models/a.sql': 'select 1 as id',
    'functions/double.sql': 'x * 2',
  });
  const said = 'User-defined functions are not made: functions/double.sql';
  for (const command of ['run', 'build'])
    expect((await runTsdbt([command], { cwd: fixture.root })).stderr).toContain(said);
  expect((await runTsdbt(['test'], { cwd: fixture.root })).stderr).not.toContain(said);
  fixture.write({
    'models/b.sql': "select {{ function('double') }}(id) as id from {{ ref('a') }}",
  });
  const { output } = await runTsdbt(['compile'], { cwd: fixture.root });
  expect(output).toContain('models/b.sql:1:11');
  expect(output).toContain('create it in on-run-start');
});
