import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { contentHash, queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());
const tsdbt = async (...args: readonly string[]) => await runTsdbt(args, { cwd: project.root });
const database = () => join(project.root, 'target', 'shop.duckdb');

const files: ProjectFiles = {
  'seeds/s.csv': 'id\n1\n2\n',
  'models/a.sql': "select * from {{ ref('s') }}",
  'models/b.sql':
    "{{ config(materialized='incremental', unique_key='id') }} select * from {{ ref('a') }}",
  'models/p.yml': 'models:\n  - name: b\n    columns: [{name: id, data_tests: [unique]}]\n',
};

interface Planned {
  readonly nodes: readonly {
    readonly unique_id: string;
    readonly action: string;
    readonly deferred: string | null;
    readonly steps: readonly { readonly kind: string; readonly sql?: string }[];
  }[];
}
const planned = async (...args: readonly string[]) =>
  JSON.parse((await tsdbt('plan', '--output', 'json', ...args)).stdout) as Planned;

describe('plan', () => {
  test('creates nothing, not even a database', async () => {
    project = projectFixture(files);
    const { exitCode, output } = await tsdbt('plan');
    expect(exitCode).toBe(0);
    expect(output).toContain('Nothing was written.');
    expect(existsSync(database())).toBe(false);
    expect(existsSync(join(project.root, 'target', 'run_results.json'))).toBe(false);
  });

  test('tells what a run does next, without doing it', async () => {
    project = projectFixture(files);
    const before = await planned();
    expect(before.nodes.map((node) => node.action)).toEqual([
      'load seed',
      'create view',
      'build',
      'test',
    ]);
    await tsdbt('build');
    const contents = await contentHash(database(), { schemas: ['main', '_tsdbt'] });
    const after = await planned();
    expect(after.nodes.map((node) => node.action)).toEqual([
      'nothing new',
      'create view',
      'delete+insert',
      'test',
    ]);
    expect(after.nodes[2]!.steps.map((step) => step.kind)).toContain('check-merge-key');
    expect(await contentHash(database(), { schemas: ['main', '_tsdbt'] })).toEqual(contents);
    const full = await planned('--full-refresh', '-s', 'b', '--resource-type', 'model');
    expect(full.nodes.map((node) => [node.unique_id, node.action])).toEqual([
      ['model.shop.b', 'build'],
    ]);
  });

  test('defers what the database does not know yet', async () => {
    project = projectFixture(files);
    await tsdbt('build');
    project.write({
      'models/a.sql': "select id, 1 as n from {{ ref('s') }}",
      'models/b.sql':
        "{{ config(materialized='incremental', unique_key='id') }} select id, n from {{ ref('a') }}",
    });
    const { nodes } = await planned('--command', 'run');
    expect(nodes[1]!.deferred).toContain('model.shop.a is built before it');
  });
});

describe('retry', () => {
  const broken = { 'models/a.sql': 'select nope', 'models/z.sql': 'select 1 as id' };

  test('runs what failed and was skipped, with the same flags', async () => {
    project = projectFixture({ ...files, ...broken });
    expect((await tsdbt('build', '--full-refresh')).exitCode).toBe(1);
    project.write({ 'models/a.sql': files['models/a.sql']! });
    const { exitCode, output } = await tsdbt('retry');
    expect(output).not.toContain(' z ');
    expect(output).toContain('build: 2 models, 1 test');
    expect(exitCode).toBe(0);
    expect(await queryDatabase(database(), 'select count(*)::int as n from b')).toEqual([{ n: 2 }]);
    const again = await tsdbt('retry');
    expect(again.output).toContain('Nothing to do');
    expect(again.exitCode).toBe(0);
  });

  test('goes on from the results of another folder: --state, which --project-dir may name', async () => {
    project = projectFixture({ ...files, ...broken });
    await tsdbt('seed');
    await tsdbt('build', '--target-path', 'first');
    project.write({ 'models/a.sql': files['models/a.sql']! });
    expect((await tsdbt('retry')).output).toContain('Nothing to do');
    const from = { cwd: tmpdir() };
    const args = ['retry', '--state', 'first', '--project-dir', project.root];
    const { exitCode, output } = await runTsdbt(args, from);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).toContain('build: 2 models, 1 test');
  });

  test('wants variables again, which are not recorded', async () => {
    project = projectFixture({ 'models/a.sql': "select {{ var('x') }} as id" });
    await tsdbt('run', '--vars', '{x: nope}');
    const without = await tsdbt('retry');
    expect(without.exitCode).toBe(2);
    expect(without.output).toContain('--vars');
    expect((await tsdbt('retry', '--vars', '{x: 1}')).exitCode).toBe(0);
  });

  test('needs the results of a run', async () => {
    project = projectFixture(files);
    const none = await tsdbt('retry');
    expect(none.exitCode).toBe(2);
    expect(none.output).toContain('is not there');
    await tsdbt('build');
    writeFileSync(join(project.root, 'target', 'run_results.json'), '{');
    expect((await tsdbt('retry')).output).toContain('is not JSON');
  });
});
