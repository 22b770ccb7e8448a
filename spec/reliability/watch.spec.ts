import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCliProcess, type Started, startCli } from '../built-cli.ts';
import { flatLanding, type LandingProject, landingProject } from '../landing-project.ts';

let project: LandingProject;
let watch: Started | undefined;
afterEach(async () => {
  watch?.process.kill('SIGKILL');
  await watch?.ended;
  project.close();
});

const good = (id: number) => `id,name\n${id},n${id}\n`;

async function start(files: Readonly<Record<string, string>>): Promise<Started> {
  project = landingProject({ landing: flatLanding, files });
  watch = startCli(['build', '--watch'], project.root);
  await watch.until('Watching');
  return watch;
}

/** The number of rows, asked for by another process while the watch goes on. */
async function rowsNow(): Promise<number> {
  const { code, output } = await runCliProcess(
    ['show', '--inline', "select count(*) as n from {{ ref('raw_feed') }}", '--output', 'json'],
    project.root,
  );
  expect(code, output).toBe(0);
  return Number(/"n": ?"?(\d+)/.exec(output)?.[1]);
}

async function untilRows(count: number): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const { code, output } = await runCliProcess(
      ['show', '--inline', "select count(*) as n from {{ ref('raw_feed') }}", '--output', 'json'],
      project.root,
    );
    if (code === 0 && Number(/"n": ?"?(\d+)/.exec(output)?.[1]) === count) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`never ${count} rows:\n${watch?.output()}`);
}

async function stop(): Promise<number | null> {
  watch!.process.kill('SIGINT');
  const { code } = await watch!.ended;
  return code;
}

test('others read and build between passes; lines have the time', async () => {
  const started = await start({ 'landing/a.csv': good(1) });
  expect(await rowsNow()).toBe(1);
  const { code, output } = await runCliProcess(['build'], project.root);
  expect(code, output).toBe(0);
  project.write({ 'landing/b.csv': good(2) });
  await untilRows(2);
  expect(await stop()).toBe(0);
  const lines = started
    .output()
    .split('\n')
    .filter((line) => line !== '');
  expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /.test(line))).toEqual([]);
});

test('a bad file ends nothing; the exit code says whether it was put right', async () => {
  const started = await start({ 'landing/a.csv': good(1) });
  project.write({ 'landing/bad.csv': 'id;name\n', 'landing/b.csv': good(2) });
  await started.until('landing/bad.csv');
  await untilRows(2);
  project.write({ 'landing/c.csv': good(3) });
  await untilRows(3);
  expect(await stop()).toBe(1);

  watch = startCli(['build', '--watch'], project.root);
  await watch.until('Watching');
  const before = watch.output().length;
  rmSync(join(project.root, 'landing/bad.csv'));
  await watch.until(/Watching[\s\S]*OK {6}landing[\s\S]*Done in/);
  expect(watch.output().length).toBeGreaterThan(before);
  expect(await stop()).toBe(0);
});

test('goes on when its folder is renamed and comes back', async () => {
  const started = await start({ 'landing/a.csv': good(1) });
  renameSync(join(project.root, 'landing'), join(project.root, 'away'));
  await started.until('TS4005');
  renameSync(join(project.root, 'away'), join(project.root, 'landing'));
  await started.until(/TS4005[\s\S]*OK {6}landing[\s\S]*Done in/);
  project.write({ 'landing/b.csv': good(2) });
  await untilRows(2);
  expect(await stop()).toBe(0);
});

test('starts before its folder is there', async () => {
  await start({});
  project.write({ 'landing/a.csv': good(1) });
  await untilRows(1);
  expect(await stop()).toBe(0);
});

test('takes 1,000 files at once, each once', async () => {
  await start({ 'landing/a.csv': good(1) });
  for (let i = 0; i < 1000; i++) project.write({ [`landing/many/f${i}.csv`]: good(i) });
  await untilRows(1001);
  expect(await stop()).toBe(0);
  expect(await project.rows('select count(*), count(distinct _file) from raw_feed')).toEqual([
    '1001 1001',
  ]);
});
