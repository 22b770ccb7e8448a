import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

test('only the output that is used need be right', async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\nprofile: p\n',
    'models/a.sql': 'select 1 as a',
    'profiles.yml': `p:
  target: dev
  outputs:
    dev: {type: duckdb, path: w.duckdb}
    broken: {type: duckdb, path: "{{ oops"}
    unset: {type: duckdb, path: "{{ env_var('NOT_SET_ANYWHERE') }}"}
other: {target: "{{ nope(", outputs: {x: {type: "{% if"}}}
`,
  });
  const call = (...args: readonly string[]) => runTsdbt(args, { cwd: fixture.root });
  expect(await call('run')).toMatchObject({ exitCode: 0, stderr: '' });
  expect((await call('run', '-t', 'broken')).output).toContain('TS2003');
  expect((await call('run', '-t', 'unset')).output).toContain('TS1009');
});
