import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const sources = 'sources: [{name: s, schema: main, tables: [{name: a}]}]\n';

/** What dbt 1.12 takes, and what it refuses. */
test.each([
  ["ref('a', foo=1)", undefined],
  ["ref('a', v=None)", undefined],
  ["ref('a', version=0)", undefined],
  ["ref('a', v=[1])", 'the version of ref() must be a text or a number, not [1]'],
  ["ref('a', v={'x': 1})", 'the version of ref() must be a text or a number'],
  ['ref(1)', 'ref() takes names in quotes, not 1'],
  ["ref(model_name='a')", 'not 0 arguments'],
  ["source('s', 'a')", undefined],
  ["source('s', 'a', foo=1)", 'and no argument called "foo"'],
  ["source('s', table_name='a')", 'and no argument called "table_name"'],
])('%s', async (call, problem) => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\n',
    'models/a.sql': 'select 1 as id',
    'models/s.yml': sources,
    'models/b.sql': `select * from {{ ${call} }}`,
  });
  const run = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(run.exitCode).toBe(problem === undefined ? 0 : 2);
  if (problem === undefined) return;
  expect(run.output).toContain('models/b.sql:1:18 TS3010');
  expect(run.output).toContain(problem);
});

test.each([
  ["ref('a', foo=1)", undefined],
  ["source('s', 'a', foo=1)", 'and no argument called "foo"'],
])('%s as the input of a unit test', async (input, problem) => {
  const rows = 'rows: [{id: 2}]';
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\n',
    'models/a.sql': 'select 1 as id',
    'models/b.sql': `select id from {{ ${input.replace(', foo=1', '')} }}`,
    'models/s.yml': `${sources}unit_tests:\n  - {name: u, model: b, given: [{input: "${input}", ${rows}}], expect: {${rows}}}\n`,
  });
  const run = await runTsdbt(['build', '-s', '+b', 'u'], { cwd: fixture.root });
  if (problem === undefined) expect(run).toMatchObject({ exitCode: 0 });
  else expect(run.output).toContain(problem);
  expect(run.exitCode === 0).toBe(problem === undefined);
});
