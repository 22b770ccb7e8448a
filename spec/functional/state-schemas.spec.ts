import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
beforeEach(async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\nprofile: p\n',
    'profiles.yml': 'p: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb}}}\n',
    'models/a.sql': 'select 1 as a',
  });
  await runTsdbt(['run'], { cwd: fixture.root });
  mkdirSync(join(fixture.root, 'state'));
});
afterEach(() => fixture.remove());

/** The artifact of the run, as one of another schema. */
function keepAs(file: string, schema: string | undefined): void {
  const artifact = JSON.parse(readFileSync(join(fixture.root, 'target', file), 'utf8'));
  artifact.metadata.dbt_schema_version = schema;
  writeFileSync(join(fixture.root, 'state', file), JSON.stringify(artifact));
}

const list = (...args: readonly string[]) =>
  runTsdbt(['ls', '--state', 'state', ...args], { cwd: fixture.root });
const address = (name: string) => `https://schemas.getdbt.com/dbt/${name}.json`;

/** Which ones dbt 1.12 reads. */
describe('manifests', () => {
  test.each(['manifest/v4', 'manifest/v11', 'manifest/v12'])('%s is read', async (name) => {
    keepAs('manifest.json', address(name));
    expect(await list('-s', 'state:old')).toMatchObject({ exitCode: 0, stdout: 'd.a' });
  });

  test.each(['manifest/v3', 'manifest/v13', 'catalog/v1', 'manifest'])(
    '%s is not',
    async (name) => {
      keepAs('manifest.json', address(name));
      const run = await list('-s', 'state:old');
      expect(run.exitCode).toBe(2);
      expect(run.output).toContain('TS3046');
      expect(run.output).toContain(`its schema is ${address(name)}, and manifest v4 to v12 is`);
      const deferred = await runTsdbt(['compile', '--defer', '--state', 'state'], {
        cwd: fixture.root,
      });
      expect(deferred.output).toContain('TS3046');
    },
  );

  test('one that does not say', async () => {
    keepAs('manifest.json', undefined);
    expect((await list('-s', 'state:old')).output).toContain('it does not say its schema');
  });
});

test('results', async () => {
  keepAs('run_results.json', address('run-results/v5'));
  expect(await list('-s', 'result:success')).toMatchObject({ exitCode: 0, stdout: 'd.a' });
  keepAs('run_results.json', address('run-results/v1'));
  expect((await list('-s', 'result:success')).output).toContain('run-results v4 to v6 is');
});

test('the manifest has the hash of the name of its project, and docs that any project has', () => {
  const manifest = JSON.parse(readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8'));
  expect(manifest.metadata).toMatchObject({
    project_id: '8277e0910d750195b448797616e091ad',
    project_name: 'd',
    user_id: null,
    send_anonymous_usage_stats: false,
    adapter_type: 'duckdb',
  });
  const { block_contents: contents, ...overview } = manifest.docs['doc.dbt.__overview__'];
  expect(overview).toEqual({
    name: '__overview__',
    resource_type: 'doc',
    package_name: 'dbt',
    path: 'overview.md',
    original_file_path: 'docs/overview.md',
    unique_id: 'doc.dbt.__overview__',
  });
  expect(contents).toContain('`__overview__`');
  const languages = (name: string) => manifest.macros[name].supported_languages;
  expect(languages('macro.dbt.materialization_view_default')).toEqual(['sql']);
  expect(languages('macro.dbt.run_query')).toBeNull();
});
