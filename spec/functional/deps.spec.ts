import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
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
let base = '';
let answers: Record<string, Buffer | string | object> = {};
let asked: string[] = [];

beforeEach(async () => {
  answers = {};
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url!);
    const answer = answers[request.url!];
    response.statusCode = answer === undefined ? 404 : 200;
    const isBody = Buffer.isBuffer(answer) || typeof answer === 'string';
    response.end(isBody ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
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

const deps = (root: string, ...args: readonly string[]) =>
  runTsdbt(['deps', ...args], { cwd: root, env: { ...process.env, DBT_PACKAGE_HUB_URL: base } });

const packageFiles = (name: string, sql = 'select 1 as id'): TarPart[] => [
  { path: `${name}-abc/dbt_project.yml`, data: `name: ${name}\nversion: 1.0.0\n` },
  { path: `${name}-abc/models/${name}_m.sql`, data: sql },
];

/** Puts a package with some versions into the index. */
function publish(
  name: string,
  versions: Record<string, { packages?: object[]; require?: string[]; archive?: TarPart[] }>,
): void {
  const [, short] = name.split('/') as [string, string];
  const entries = Object.entries(versions).map(([version, { packages, require, archive }]) => {
    const path = `/files/${short}-${version}.tar.gz`;
    answers[path] = tarball(archive ?? packageFiles(short, `select '${version}' as v`));
    const downloads = { tarball: base.replace(/\/$/, path), format: 'tgz' };
    return [
      version,
      { name: short, packages: packages ?? [], downloads, require_dbt_version: require ?? [] },
    ];
  });
  const index = (answers['/api/v1/index.json'] ?? []) as string[];
  answers['/api/v1/index.json'] = [...index, name];
  answers[`/api/v1/${name}.json`] = { name: short, versions: Object.fromEntries(entries) };
}

const installed = (root: string) => readdirSync(join(root, 'dbt_packages')).sort();

describe('packages of an index', () => {
  test('the highest version that all rules allow, with what it states, and a lock file', async () => {
    publish('lab/utils', { '1.0.0': {}, '1.4.0': {}, '1.10.0': {}, '2.0.0-rc1': {}, '2.0.0': {} });
    publish('lab/extra', {
      '0.1.0': { packages: [{ package: 'lab/utils', version: ['>=1.0.0', '<1.5.0'] }] },
    });
    const { root } = fixture({
      'packages.yml':
        'packages:\n  - package: lab/extra\n    version: 0.1.0\n  - package: lab/utils\n    version: [">=1.0.0", "<2.0.0"]\n',
      'models/a.sql': "select * from {{ ref('utils_m') }}",
    });
    const run = await deps(root);
    expect(run.output).toContain('Installed utils from version 1.4.0 (there is 2.0.0)');
    expect(run.exitCode).toBe(0);
    expect(installed(root)).toEqual(['extra', 'utils']);
    expect(readFileSync(join(root, 'dbt_packages/utils/models/utils_m.sql'), 'utf8')).toBe(
      "select '1.4.0' as v",
    );
    const lock = readFileSync(join(root, 'package-lock.yml'), 'utf8');
    expect(lock.replaceAll(/[0-9a-f]{64}/g, '<hash>')).toBe(
      'packages:\n  - name: extra\n    package: lab/extra\n    version: 0.1.0\n  - name: utils\n    package: lab/utils\n    version: 1.4.0\nsha1_hash: 9483a2e719c7bd26584280836a758a8e9bd2e79f\n# sha256 extra <hash>\n# sha256 utils <hash>\n',
    );
    expect((await runTsdbt(['build', '--quiet'], { cwd: root })).output).toContain('TOTAL=3');
  });

  test('the lock file is honoured until the statements change or --upgrade', async () => {
    publish('lab/utils', { '1.0.0': {} });
    const project = fixture({
      'packages.yml': 'packages: [{package: lab/utils, version: ">=1.0.0"}]\n',
    });
    await deps(project.root);
    answers['/api/v1/index.json'] = [];
    publish('lab/utils', { '1.0.0': {}, '1.1.0': {} });
    const version = () =>
      readFileSync(join(project.root, 'dbt_packages/utils/models/utils_m.sql'), 'utf8');
    expect((await deps(project.root)).exitCode).toBe(0);
    expect(version()).toBe("select '1.0.0' as v");
    await deps(project.root, '--upgrade');
    expect(version()).toBe("select '1.1.0' as v");
    project.write({ 'packages.yml': 'packages: [{package: lab/utils, version: "<1.1.0"}]\n' });
    await deps(project.root);
    expect(version()).toBe("select '1.0.0' as v");
  });

  test('a published version that changed is refused, and what is installed stays', async () => {
    publish('lab/utils', { '1.0.0': {} });
    const { root } = fixture({
      'packages.yml': 'packages: [{package: lab/utils, version: 1.0.0}]\n',
    });
    await deps(root);
    answers['/api/v1/index.json'] = [];
    publish('lab/utils', { '1.0.0': { archive: packageFiles('utils', 'select evil()') } });
    const refused = await deps(root);
    expect(refused.exitCode).toBe(2);
    expect(refused.output).toContain('TS1036');
    expect(readFileSync(join(root, 'dbt_packages/utils/models/utils_m.sql'), 'utf8')).toBe(
      "select '1.0.0' as v",
    );
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
    expect((await deps(root, '--upgrade')).exitCode).toBe(0);
  });

  test('prereleases only when asked for; versions for another dbt are left out', async () => {
    publish('lab/utils', {
      '1.0.0': {},
      '1.1.0': { require: ['>=2.0.0', '<3.0.0'] },
      '1.2.0-rc1': {},
    });
    const project = fixture({
      'packages.yml': 'packages: [{package: lab/utils, version: ">=1.0.0"}]\n',
    });
    expect((await deps(project.root)).output).toContain('version 1.0.0');
    project.write({
      'packages.yml':
        'packages: [{package: lab/utils, version: ">=1.0.0", install_prerelease: true}]\n',
    });
    expect((await deps(project.root)).output).toContain('version 1.2.0-rc1');
  });

  test('what is wrong is said', async () => {
    publish('lab/utils', { '1.0.0': {}, '2.0.0': {} });
    const cases: readonly (readonly [string, string])[] = [
      ['{package: lab/utlis, version: 1.0.0}', 'TS1031: The package lab/utlis is not in'],
      ['{package: lab/utils, version: ">3.0.0"}', 'TS1032: No version of lab/utils is >3.0.0'],
      ['{package: lab/utils, version: latest}', 'TS1038: "latest" is not a version'],
      [
        '{package: utils, version: 1.0.0}',
        'TS1005: "package" in packages of packages.yml needs a namespace',
      ],
      ['{package: lab/utils}', 'TS1006: "version" is missing in packages of packages.yml'],
      ['{package: lab/utils, version: 1.0.0, revison: x}', 'TS1004: Unknown key "revison"'],
      ['{packge: lab/utils}', 'must be a mapping with one of the keys'],
      ['{private: org/repo}', 'TS1030: The package org/repo is a private package'],
      ['{tarball: "ftp://x/y.tar.gz", name: y}', 'only http and https'],
    ];
    for (const [entry, message] of cases) {
      const { root } = fixture({ 'packages.yml': `packages:\n  - ${entry}\n` });
      const run = await deps(root);
      expect([run.exitCode, run.output], entry).toEqual([2, expect.stringContaining(message)]);
      expect(existsSync(join(root, 'dbt_packages')), entry).toBe(false);
    }
  });
});

describe('archives', () => {
  const hostile: readonly (readonly [string, readonly TarPart[]])[] = [
    [
      'a symbolic link',
      [...packageFiles('y'), { path: 'y-abc/models/l', type: '2', link: '/etc' }],
    ],
    ['a hard link', [...packageFiles('y'), { path: 'y-abc/h', type: '1', link: '../../../x' }]],
    ['leads out', [...packageFiles('y'), { path: 'y-abc/../../escaped.sql', data: 'x' }]],
    ['must lie in one folder', [...packageFiles('y'), { path: 'other/x', data: 'x' }]],
    [
      'unpacks to more than',
      [...packageFiles('y'), { path: 'y-abc/zeros', data: '0'.repeat(8e6) }],
    ],
  ];
  test.each(hostile)('%s is refused', async (problem, parts) => {
    answers['/y.tar.gz'] = tarball(parts);
    const { root } = fixture({
      'packages.yml': `packages: [{tarball: "${base}y.tar.gz", name: y}]\n`,
    });
    const run = await deps(root);
    expect([run.exitCode, run.output]).toEqual([2, expect.stringContaining('TS1035')]);
    expect(run.output).toContain(problem);
    expect(existsSync(join(root, 'dbt_packages'))).toBe(false);
  });

  test('one that is not gzip, one without a project, one that is not there', async () => {
    answers['/page'] = '<html>';
    answers['/empty'] = tarball([{ path: 'y/readme', data: 'x' }]);
    for (const [path, message] of [
      ['page', 'it is not a gzip file'],
      ['empty', 'has no project file'],
      ['gone', 'the server answers 404'],
    ]) {
      const { root } = fixture({
        'packages.yml': `packages: [{tarball: "${base}${path}", name: y}]\n`,
      });
      expect((await deps(root)).output).toContain(message);
    }
  });

  test('a good one is installed under the name it is given', async () => {
    answers['/y.tar.gz'] = tarball(packageFiles('y'));
    const { root } = fixture({
      'packages.yml': `packages: [{tarball: "${base}y.tar.gz", name: why}]\n`,
    });
    expect((await deps(root)).exitCode).toBe(0);
    expect(installed(root)).toEqual(['why']);
  });
});

test('hooks of a package are named when it is installed', async () => {
  const { root } = fixture({
    'packages.yml': 'packages: [{local: ./one}, {local: ./two}]\n',
    'one/dbt_project.yml': 'name: one\non-run-start: ["select 1"]\non-run-end: []\n',
    'two/dbt_project.yml': 'name: two\n',
  });
  const { output } = await deps(root);
  expect(output).toMatch(/Installed one .*It has hooks, which run with yours: on-run-start\./);
  expect(output).toMatch(/Installed two from <local @ .\/two>$/m);
});

describe('git', () => {
  function repository(): { root: string; first: string } {
    const { root } = fixture({
      'dbt_project.yml': 'name: gitted\nversion: 1.0.0\n',
      'models/g.sql': 'select 1 as g',
      'inner/dbt_project.yml': 'name: inner_one\nversion: 1.0.0\n',
    });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
        cwd: root,
        encoding: 'utf8',
      }).trim();
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '.');
    git('commit', '--quiet', '-m', 'one');
    git('tag', 'v1');
    const first = git('rev-parse', 'HEAD');
    execFileSync('sh', ['-c', 'echo "select 2 as g" > models/g.sql'], { cwd: root });
    git('commit', '--quiet', '-am', 'two');
    return { root, first };
  }

  test('a tag, a commit, a folder in it; only when repositories of this machine are allowed', async () => {
    const { root: repo, first } = repository();
    const project = fixture({
      'packages.yml': `packages: [{git: "file://${repo}", revision: v1}]\n`,
    });
    const refused = await deps(project.root);
    expect(refused.output).toContain('TS1030');
    expect(refused.output).toContain('--allow-local-git');
    expect((await deps(project.root, '--allow-local-git')).exitCode).toBe(0);
    expect(readFileSync(join(project.root, 'package-lock.yml'), 'utf8')).toContain(
      `  - git: file://${repo}\n    name: gitted\n    revision: ${first}\n`,
    );
    expect(readFileSync(join(project.root, 'dbt_packages/gitted/models/g.sql'), 'utf8')).toBe(
      'select 1 as g',
    );
    expect(existsSync(join(project.root, 'dbt_packages/gitted/.git'))).toBe(false);
    expect((await deps(project.root, '--allow-local-git')).exitCode).toBe(0);
    project.write({
      'packages.yml': `packages: [{git: "file://${repo}", subdirectory: inner}]\n`,
    });
    const inner = await deps(project.root, '--allow-local-git');
    expect(inner.output).toContain('is not pinned');
    expect(installed(project.root)).toEqual(['inner_one']);
    project.write({ 'packages.yml': `packages: [{git: "file://${repo}", revision: v9}]\n` });
    const missing = await deps(project.root, '--allow-local-git');
    expect(missing.output).toMatch(/TS1034: Can't get file:.*: v9: .*v9/);
  });

  test.each([
    'ext::sh -c touch% /tmp/pwned',
    '--upload-pack=touch /tmp/pwned',
    '-u touch',
    'http://example.org/x.git',
    'git://example.org/x.git',
    'fd::17/foo',
    'https://-oProxyCommand=touch/x',
    'ssh://-oProxyCommand=touch/x',
    'user@host:\nx',
    'https://example.org/x\u0000.git',
    'ext::https://example.org/x',
    'file:///etc',
    '/etc',
    '../elsewhere',
    'C:\\repos\\x',
  ])('%j is refused before git sees it', async (url) => {
    const { root } = fixture({
      'packages.yml': `packages: [${JSON.stringify({ git: url, revision: 'main' })}]\n`,
    });
    const run = await deps(root);
    expect([run.exitCode, run.output]).toEqual([2, expect.stringContaining('TS1030')]);
  });

  test.each(['--upload-pack=x', '-x', 'a..b', 'a b', 'main:refs/heads/x', 'a;b', ''])(
    'the revision %j is refused',
    async (revision) => {
      const { root } = fixture({
        'packages.yml': `packages: [${JSON.stringify({ git: 'https://127.0.0.1:1/x', revision })}]\n`,
      });
      const run = await deps(root);
      expect([run.exitCode, run.output]).toEqual([2, expect.stringContaining('TS1030')]);
    },
  );

  test('a folder outside of the repository is refused', async () => {
    const { root: repo } = repository();
    const { root } = fixture({
      'packages.yml': `packages: [{git: "file://${repo}", revision: v1, subdirectory: ../..}]\n`,
    });
    expect((await deps(root, '--allow-local-git')).output).toContain('TS1030');
  });
});

describe('folders of this machine', () => {
  test('are linked, with what they state; two of one name are an error', async () => {
    const { root } = fixture({
      'project.yml': 'name: shop\n',
      'packages.yml': 'packages: [{local: parts/one}]\n',
      'parts/one/dbt_project.yml': 'name: one\n',
      'parts/one/packages.yml': 'packages: [{local: parts/two}]\n',
      'parts/two/dbt_project.yml': 'name: two\n',
      'parts/three/dbt_project.yml': 'name: one\n',
    });
    expect((await deps(root)).exitCode).toBe(0);
    expect(installed(root)).toEqual(['one', 'two']);
    expect(lstatSync(join(root, 'dbt_packages/one')).isSymbolicLink()).toBe(true);
    const clash = fixture({
      'packages.yml': 'packages: [{local: a}, {local: b}]\n',
      'a/dbt_project.yml': 'name: same\n',
      'b/dbt_project.yml': 'name: same\n',
    });
    expect((await deps(clash.root)).output).toContain('TS1033');
    const self = fixture({
      'packages.yml': 'packages: [{local: a}]\n',
      'a/dbt_project.yml': 'name: shop\n',
    });
    expect((await deps(self.root)).output).toContain('has the name of the root project');
  });

  test('a folder that holds something else is never emptied', async () => {
    for (const path of ['models', '.', '..', 'data']) {
      const { root } = fixture({
        'project.yml': `name: shop\npackages-install-path: ${path}\n`,
        'packages.yml': 'packages: [{local: one}]\n',
        'one/dbt_project.yml': 'name: one\n',
        'models/a.sql': 'select 1',
        'data/keep.csv': 'x',
      });
      const run = await deps(root);
      expect([run.exitCode, run.output], path).toEqual([2, expect.stringContaining('TS1037')]);
      expect(existsSync(join(root, 'data/keep.csv'))).toBe(true);
    }
  });
});

describe('the files of packages', () => {
  test('--add-package keeps comments and takes the place of the same package', async () => {
    publish('lab/my_utils', { '1.0.0': {}, '1.1.0': {} });
    const { root } = fixture({
      'packages.yml':
        '# what we use\npackages:\n  - git: https://example.org/my-utils.git # old\n    revision: x\n',
    });
    const run = await deps(root, '--add-package', 'lab/my_utils@>=1.0.0,<1.1.0', '--lock');
    expect(run.output).toContain('Removed https://example.org/my-utils.git from packages.yml');
    expect(readFileSync(join(root, 'packages.yml'), 'utf8')).toBe(
      '# what we use\npackages:\n  - package: lab/my_utils\n    version:\n      - ">=1.0.0"\n      - <1.1.0\n',
    );
    expect(readFileSync(join(root, 'package-lock.yml'), 'utf8')).toContain('version: 1.0.0');
    expect(existsSync(join(root, 'dbt_packages'))).toBe(false);
  });

  test('packages in both files; dependencies.yml is not rendered; secrets in packages.yml are', async () => {
    const { root } = fixture({
      'packages.yml': 'packages: []\n',
      'dependencies.yml': 'packages: []\n',
    });
    expect((await deps(root)).output).toContain('packages.yml and in dependencies.yml');
    const secret = fixture({
      'packages.yml': `packages: [{git: "https://{{ env_var('DBT_ENV_SECRET_TOKEN') }}@127.0.0.1:1/x.git", revision: v1}]\n`,
    });
    const run = await runTsdbt(['deps'], {
      cwd: secret.root,
      env: { ...process.env, DBT_ENV_SECRET_TOKEN: 'hunter2hunter2' },
    });
    expect(run.output).toContain("env_var('DBT_ENV_SECRET_TOKEN')");
    expect(run.output).not.toContain('hunter2');
  });

  test('a package that is stated and not installed', async () => {
    const { root } = fixture({
      'packages.yml': 'packages: [{package: lab/utils, version: 1.0.0}]\n',
      'models/a.sql': 'select 1 as a',
    });
    const run = await runTsdbt(['parse'], { cwd: root });
    expect(run.output).toContain('TS1021: Packages are not installed in dbt_packages: lab/utils.');
    expect(run.output).toContain('Run `tsdbt deps`.');
  });
});
