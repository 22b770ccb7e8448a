import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

async function parse(files: Readonly<Record<string, string>>): Promise<string> {
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\n',
    'models/a.sql': 'select 1 as a',
    ...files,
  });
  const run = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(run.exitCode).toBe(2);
  return run.output;
}

const groups = 'groups: [{name: fine, owner: {name: o}}]\n';

test.each<[string, string, Readonly<Record<string, string>>]>([
  [
    'the text of the model',
    'models/b.sql:2:12',
    { 'models/b.sql': "select 1 -- group\n{{ config( group='fine_') }}" },
  ],
  [
    'its own entry of a property file',
    'models/s.yml:6:14',
    {
      'models/b.sql': 'select 1',
      'models/c.sql': 'select 1',
      'models/s.yml': `${groups}models:\n  - {name: c, description: "group: fine_"}\n  - name: a\n  - name: b\n    config: {group: fine_}\n`,
    },
  ],
  [
    'the project file',
    'dbt_project.yml:4:5',
    { 'dbt_project.yml': 'name: d\nmodels:\n  d:\n    +group: fine_\n', 'models/g.yml': groups },
  ],
])('a group that is not there, in %s', async (_, place, files) => {
  const output = await parse(files);
  expect(output).toContain(`${place} TS1005: "group" in model`);
});

test('a metric that is not there, where it is called', async () => {
  const output = await parse({ 'models/b.sql': "select 1\nfrom {{ metric('gone') }}" });
  expect(output).toContain('models/b.sql:2:9 TS3018');
});
