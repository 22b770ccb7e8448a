import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { type TarPart, tarball } from '../../src/testing/tar-builder.ts';

const fixtures: ProjectFixture[] = [];
let server: Server;
let url = '';
let archive: Buffer;

beforeEach(async () => {
  server = createServer((_, response) => response.end(archive));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/evil.tgz`;
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  for (const one of fixtures.splice(0)) one.remove();
});

function fixture(files: ProjectFiles): ProjectFixture {
  const made = projectFixture(files);
  fixtures.push(made);
  return made;
}

async function installArchive(parts: readonly TarPart[]) {
  archive = tarball(parts);
  const { root } = fixture({
    'packages.yml': `packages: [{tarball: '${url}', name: evil}]\n`,
    'models/m.sql': 'select 1 as id',
  });
  const run = await runTsdbt(['deps'], { cwd: root, env: process.env });
  return { root, run };
}

const pathKeys = ['model', 'seed', 'test', 'analysis', 'macro', 'snapshot', 'function'].map(
  (kind) => `${kind}-paths`,
);

describe('folders that a package names', () => {
  const outside = ['../../private', 'models/../../../private', '/etc', '..'];
  const cases = [...pathKeys, 'docs-paths', 'asset-paths'].map(
    (key, i) => [key, outside[i % outside.length]!] as const,
  );

  test.each(cases)('%s: [%s] is refused where it stands', async (key, path) => {
    const project = `name: evil\nversion: 1.0.0\n${key}:\n  - inside\n  - '${path}'\n`;
    const { root, run } = await installArchive([{ path: 'e/dbt_project.yml', data: project }]);
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain(`evil/dbt_project.yml:5:5 TS1014: The ${key} entry ${path} is`);
    expect(existsSync(join(root, 'dbt_packages'))).toBe(false);
  });

  test('a template in a path', async () => {
    const project = "name: evil\nseed-paths: [\"{{ '..' ~ '/..' }}/private\"]\n";
    const { run } = await installArchive([{ path: 'e/dbt_project.yml', data: project }]);
    expect(run.output).toContain('TS1014');
  });

  test('folders inside are fine, whatever way they are written', async () => {
    const project = "name: evil\nmodel-paths: ['./a/../models/', 'more']\n";
    const { root, run } = await installArchive([
      { path: 'e/dbt_project.yml', data: project },
      { path: 'e/models/x.sql', data: 'select 1 as id' },
    ]);
    expect([run.exitCode, run.output]).toEqual([0, expect.stringContaining('Installed evil')]);
    expect((await runTsdbt(['build'], { cwd: root })).exitCode).toBe(0);
  });

  test('of packages that are installed already, and links among them', async () => {
    const { root, write } = fixture({
      'dbt_packages/evil/dbt_project.yml': "name: evil\nseed-paths: ['../../../private']\n",
      'packages.yml': `packages: [{tarball: '${url}', name: evil}]\n`,
    });
    const refused = await runTsdbt(['build'], { cwd: root });
    expect([refused.exitCode, refused.output]).toEqual([
      2,
      expect.stringContaining('dbt_packages/evil/dbt_project.yml:2:14 TS1014'),
    ]);
    write({ 'dbt_packages/evil/dbt_project.yml': 'name: evil\n', 'private/secret.csv': 'a\n1\n' });
    symlinkSync(join(root, 'private'), join(root, 'dbt_packages/evil/seeds'));
    expect((await runTsdbt(['build'], { cwd: root })).output).toContain(
      'TS1014: The seed-paths entry seeds is outside the package in dbt_packages/evil.',
    );
  });

  test('of the root project they may lead elsewhere', async () => {
    const { root } = fixture({
      'shared/models/a.sql': 'select 1 as id',
      'p/project.yml': "name: p\nmodel-paths: ['../shared/models']\n",
    });
    const run = await runTsdbt(['build'], { cwd: join(root, 'p') });
    expect([run.exitCode, run.output]).toEqual([0, expect.stringContaining('PASS=1')]);
  });
});

describe('secrets', () => {
  const env = { ...process.env, DBT_ENV_SECRET_TOKEN: 'hunter2hunter2' };
  const use = `packages: [{tarball: "http://127.0.0.1:1/{{ env_var('DBT_ENV_SECRET_TOKEN') }}", name: x}]\n`;

  test('packages.yml of a package may not use one, in an archive and in a folder', async () => {
    const parts = [
      { path: 'e/dbt_project.yml', data: 'name: evil\n' },
      { path: 'e/packages.yml', data: use },
    ];
    archive = tarball(parts);
    const { root } = fixture({
      'packages.yml': `packages: [{tarball: '${url}', name: evil}]\n`,
      'local/packages.yml': 'packages: [{local: ../other}]\n',
    });
    const run = await runTsdbt(['deps'], { cwd: root, env });
    expect([run.exitCode, run.output]).toEqual([2, expect.stringContaining('TS1015')]);
    expect(run.output).toContain('evil/packages.yml:1');
    const local = fixture({
      'packages.yml': 'packages: [{local: near}]\n',
      'near/dbt_project.yml': 'name: near\n',
      'near/packages.yml': use,
    });
    for (const command of ['deps', 'parse']) {
      const refused = await runTsdbt([command], { cwd: local.root, env });
      expect([refused.exitCode, refused.output]).toEqual([2, expect.stringContaining('TS1015')]);
    }
  });

  test('nor may its project file', async () => {
    archive = tarball([
      { path: 'e/dbt_project.yml', data: `name: "{{ env_var('DBT_ENV_SECRET_TOKEN') }}"\n` },
    ]);
    const { root } = fixture({ 'packages.yml': `packages: [{tarball: '${url}', name: evil}]\n` });
    const run = await runTsdbt(['deps'], { cwd: root, env });
    expect([run.exitCode, run.output]).toEqual([2, expect.stringContaining('TS1015')]);
  });
});

describe('archives', () => {
  const project = { path: 'e/dbt_project.yml', data: 'name: evil\n' };
  const odd: readonly (readonly [string, readonly TarPart[]])[] = [
    ['a file that is a folder later', [{ path: 'e/m/a.sql' }, { path: 'e/m/a.sql/b.sql' }]],
    ['a folder that is a file later', [{ path: 'e/m/a.sql/b.sql' }, { path: 'e/m/a.sql' }]],
    ['a folder entry of a file', [{ path: 'e/m' }, { path: 'e/m', type: '5' }]],
    ['a file of a folder entry', [{ path: 'e/m', type: '5' }, { path: 'e/m' }]],
    ['the same in other letter case', [{ path: 'e/M.sql' }, { path: 'e/m.SQL/b.sql' }]],
    ['the folder of all as a file', [{ path: 'e' }]],
    ['a name that no file system takes', [longName(), { path: 'e/n' }]],
    ['a hard link', [{ path: 'e/l', type: '1', link: '/etc/passwd' }]],
    ['a device', [{ path: 'e/d', type: '3' }]],
    ['a pipe', [{ path: 'e/p', type: '6' }]],
  ];

  test.each(odd)('%s is refused whole', async (_, parts) => {
    const { root, run } = await installArchive([project, ...parts]);
    expect([run.exitCode, run.output]).toEqual([2, expect.stringContaining('TS1035')]);
    expect(existsSync(join(root, 'dbt_packages'))).toBe(false);
  });

  test('a project file that is a folder', async () => {
    const { run } = await installArchive([{ path: 'e/dbt_project.yml/x', data: '' }]);
    expect([run.exitCode, run.output]).toEqual([
      2,
      expect.stringContaining('dbt_project.yml: it is'),
    ]);
    const { root } = fixture({ 'models/a.sql': 'select 1' });
    mkdirSync(join(root, 'packages.yml'));
    writeFileSync(join(root, 'packages.yml/x'), '');
    const own = await runTsdbt(['parse'], { cwd: root });
    expect([own.exitCode, own.output]).toEqual([2, expect.stringContaining('TS1018')]);
  });
});

function longName(): TarPart {
  return { path: 'x', type: 'L', data: `e/${'n'.repeat(300)}\0` };
}
