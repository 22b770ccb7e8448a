import { afterEach, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

async function listed(files: ProjectFiles): Promise<readonly string[]> {
  fixture = projectFixture(files);
  return await list();
}

async function list(): Promise<readonly string[]> {
  const run = await runTsdbt(['-q', 'ls'], { cwd: fixture.root });
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
  return run.stdout.split('\n').sort();
}

const models = (...paths: string[]): ProjectFiles =>
  Object.fromEntries(paths.map((path) => [path, 'select 1 as id']));

// What dbt 1.12.6 lists of the same files.
test('files that .dbtignore names are not read, of any kind', async () => {
  const found = await listed({
    ...models('models/a.sql', 'models/drafts/b.sql', 'models/c_wip.sql', 'models/D_WIP.sql'),
    ...models(
      'models/drafts/keep.sql',
      'models/sub/drafts/e.sql',
      'tests/t.sql',
      'tests/u_wip.sql',
    ),
    'models/broken_wip.yml': 'models: [{name: nope',
    'macros/bad_wip.sql': '{% macro x( %}',
    'seeds/s.csv': 'a\n1\n',
    'seeds/old/s2.csv': 'a\n1\n',
    '.dbtignore': '# drafts\n\ndrafts/\n*_wip.*\n/seeds/old\n!drafts/keep.sql\n',
  });
  expect(found).toEqual(['shop.D_WIP', 'shop.a', 'shop.s', 'shop.t']);
});

test('the last line that matches a file counts, also below a folder', async () => {
  const found = await listed({
    ...models('models/a.sql', 'models/x/b.sql', 'models/x/c.sql'),
    '.dbtignore': 'models/x/\n!models/x/c.sql\n',
  });
  expect(found).toEqual(['shop.a', 'shop.x.c']);
});

test('a change of it counts with the next command, whatever the parse cache has', async () => {
  expect(await listed(models('models/a.sql', 'models/b.sql'))).toEqual(['shop.a', 'shop.b']);
  fixture.write({ '.dbtignore': 'b.sql' });
  expect(await list()).toEqual(['shop.a']);
  fixture.write({ '.dbtignore': 'a.sql\n' });
  expect(await list()).toEqual(['shop.b']);
});

test('each package has its own', async () => {
  const found = await listed({
    ...models('models/a.sql', 'near/models/a2.sql', 'near/models/b.sql'),
    'packages.yml': 'packages: [{local: near}]\n',
    'near/project.yml': 'name: near\n',
    'near/.dbtignore': 'b.sql\n',
    '.dbtignore': 'a2.sql\n',
  });
  expect(found).toEqual(['near.a2', 'shop.a']);
});

test('two fixtures of one name are an error', async () => {
  fixture = projectFixture({
    ...models('models/a.sql'),
    'tests/fixtures/one/f.csv': 'id\n1\n',
    'tests/fixtures/two/f.csv': 'id\n2\n',
    'models/u.yml': `unit_tests:
  - name: u
    model: a
    given: []
    expect: {format: csv, fixture: f}
`,
  });
  const run = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(run.exitCode).toBe(2);
  expect(run.output).toMatch(
    /models\/u\.yml:\d+:\d+ TS1005: .*there are two: .*one\/f\.csv and .*two\/f\.csv/,
  );
});
