import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { binary } from '../example-copy.ts';

let project: ProjectFixture;

beforeEach(() => {
  project = projectFixture({
    'models/a.sql': 'select 1 as id',
    'models/b.sql': "select id from {{ ref('a') }}",
    'seeds/s.csv': 'id\n1\n',
  });
});

afterEach(() => project.remove());

/** Runs a shell line in the project, with the built command line as `$T`. */
function shell(line: string) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
    cwd: project.root,
    env: { ...process.env, NO_COLOR: '1', T: `${process.execPath} ${binary}` },
    encoding: 'utf8',
  });
  return { status, stdout, stderr, text: stdout + stderr };
}

/** Files of a limited size are what a full disk is like, for users who can't mount one. */
const limited = (kilobytes: number, command: string) =>
  shell(`trap '' XFSZ; ulimit -f ${kilobytes}; $T ${command}`);

const leftovers = () =>
  readdirSync(project.root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tmp'),
  );

describe('a standard output that takes nothing', () => {
  const commands = ['--version', '--help', 'ls', 'build', 'test', 'compile', 'parse', 'plan'];
  const more = ['show --inline "select 1"', 'debug', 'source freshness', 'docs generate'];

  test.each([...commands, ...more, 'build --log-format json'])('%s', (command) => {
    const { status, stderr } = shell(`$T ${command} > /dev/full`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/TS1016: Can't write standard output: .*ENOSPC/);
    expect(stderr).not.toContain('TS9001');
  });

  test('a file that becomes full in the middle is reported, cut short as it is', () => {
    const { status, stderr } = shell(`$T parse; trap '' XFSZ; ulimit -f 1; $T --help > out.txt`);
    expect([status, stderr]).toEqual([2, expect.stringContaining('EFBIG')]);
  });

  test('one that is open for reading only', () => {
    const { status, stderr } = shell('$T ls 1< project.yml');
    expect([status, stderr]).toEqual([2, expect.stringContaining('EBADF')]);
  });

  test('nothing can be said where standard error is full too, but the exit code says it', () => {
    expect(shell('$T ls > /dev/full 2> /dev/full').status).toBe(2);
  });

  test('a run does what it does to the end', () => {
    shell('$T build > /dev/full');
    const results = JSON.parse(readFileSync(join(project.root, 'target/run_results.json'), 'utf8'));
    expect(results.results.map((one: { status: string }) => one.status)).toEqual(
      Array(3).fill('success'),
    );
  });
});

describe('a reader that has enough', () => {
  test.each(['ls', 'build', '--help'])('%s ends quietly', (command) => {
    const { status, stderr } = shell(`$T ${command} | head -1; exit \${PIPESTATUS[0]}`);
    expect([status, stderr]).toEqual([0, '']);
  });

  test('a build whose reader is gone at once is built', () => {
    expect(shell('set -o pipefail; $T build | true').status).toBe(0);
    expect(existsSync(join(project.root, 'target/run_results.json'))).toBe(true);
  });
});

describe('a disk that is full', () => {
  const commands = ['build', 'compile', 'docs generate', 'parse', 'ls', 'source freshness'];
  const cases = [0, 1, 4, 16, 40].flatMap((size) =>
    commands.map((command) => [size, command] as const),
  );

  test.each(cases)('after %d kB: %s', (size, command) => {
    const { status } = limited(size, `${command} > /dev/null`);
    expect(status).toBe(2);
    const { text } = limited(size, `${command} 2>&1 | cat`);
    expect(text).toMatch(/TS1016: Can't write .*\/target\/|TS400[13]: .*\/target\//);
    expect(text).not.toContain('TS9001');
    expect(leftovers()).toEqual([]);
  });

  test('what is there stays whole', () => {
    expect(shell('$T build').status).toBe(0);
    const before = readFileSync(join(project.root, 'target/manifest.json'), 'utf8');
    project.write({ 'models/c.sql': 'select 2 as id' });
    limited(1, 'parse');
    expect(readFileSync(join(project.root, 'target/manifest.json'), 'utf8')).toBe(before);
  });

  test('init leaves no half of a project', () => {
    const { text } = limited(1, 'init new_one 2>&1 | cat');
    expect(text).toContain('TS1016');
    expect(existsSync(join(project.root, 'new_one'))).toBe(false);
  });
});

test('temporary files of processes that are gone are removed, those of others are not', () => {
  mkdirSync(join(project.root, 'target'));
  const gone = spawnSync('true').pid;
  const names = [`manifest.json.${gone}.tmp`, `manifest.json.${process.pid}.tmp`, 'mine.tmp'];
  for (const name of names) writeFileSync(join(project.root, 'target', name), 'x');
  expect(shell('$T parse').status).toBe(0);
  expect(leftovers().sort()).toEqual([`target/${names[1]}`, 'target/mine.tmp']);
});
