import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const parse = async (files: Readonly<Record<string, string>>) => {
  fixture = projectFixture({ 'project.yml': 'name: shop\n', ...files });
  return runTsdbt(['parse', '--no-partial-parse'], { cwd: fixture.root });
};

test.each([
  ['models: &a\n  - *a\n', '2:5'],
  ['models: &a\n  - name: m\n    meta: {x: [1, *a]}\n', '3:19'],
  ['models:\n  - &a\n    name: m\n    meta: *a\n', '4:11'],
])('an alias inside of what it names is a limit, with its place: %j', async (text, place) => {
  const run = await parse({ 'models/p.yml': text });
  expect(run).toMatchObject({ exitCode: 2 });
  expect(run.stderr).toContain(`models/p.yml:${place} TS2002`);
  expect(run.stderr).not.toContain('TS9001');
});

const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}: 1\n`).join('');

test('of many unknown keys the first twenty are named, and how many more there are', async () => {
  const run = await parse({ 'models/p.yml': keys(5000) });
  expect(run.exitCode).toBe(2);
  expect(run.stderr.match(/TS1004: Unknown key/g)).toHaveLength(20);
  expect(run.stderr).toContain('models/p.yml:21:1 TS1062: 4980 more unknown keys');
});

test('the time for unknown keys grows with their number', async () => {
  const seconds = async (text: string) => {
    const before = process.cpuUsage();
    await parse({ 'models/p.yml': text });
    fixture.remove();
    return process.cpuUsage(before).user / 1e6;
  };
  const nested = (count: number) =>
    `models:\n  - name: m\n    config:\n      meta: {'1': 1}\n${keys(count).replaceAll(/^/gm, '    ')}`;
  for (const text of [keys, nested]) {
    await seconds(text(100));
    const few = await seconds(text(10_000));
    expect(await seconds(text(80_000))).toBeLessThan(Math.max(0.5, few) * 24);
  }
  await parse({});
});

test('a key that a project of ours has twice is refused where it is written again', async () => {
  const run = await parse({
    'models/p.yml': "models:\n  - name: m\n    meta: {1: a, '1': b, 1: c}\n",
  });
  expect(run.stderr).toContain('models/p.yml:3:26 TS2001: YAML: Map keys must be unique');
});
