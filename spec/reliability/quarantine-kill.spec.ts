import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contentHash } from '../../src/testing/query-database.ts';
import { runCliProcess, startCli } from '../built-cli.ts';
import { landingProject } from '../landing-project.ts';
import { Trials } from './trials.ts';

/** How often a replay is killed; `TSDBT_KILLS=200` for the full size. */
const kills = Math.min(Number(process.env['TSDBT_KILLS'] ?? 12), 200);
const options = { schemas: ['main', '_tsdbt'], without: ['batch', '_batch', 'loaded_at'] };

const project = landingProject({
  landing: "{path: 'landing/*.csv', format: csv, max_bad_ratio: 1}",
  model: "expectations: [{name: named, expression: 'name is not null'}]",
});
afterAll(() => project.close());

/** What the database holds, but for times and the batches of runs that were killed. */
async function content(): Promise<unknown> {
  const { 'main.raw_feed': rows, 'main.raw_feed__quarantine': held } = await contentHash(
    project.database,
    options,
  );
  const ledger = await project.rows(
    'select file, records, loaded, quarantined, dropped from _tsdbt.landing_files order by file',
  );
  return { rows, held, ledger };
}

test(`quarantine replay, killed ${kills} times, is done whole or not at all`, {
  timeout: 600_000,
}, async () => {
  for (let file = 0; file < 5; file++) {
    const lines = Array.from(
      { length: 4000 },
      (_, i) => `${i % 3 === 0 ? 'x' : i},${i % 2 ? '' : 'n'}`,
    );
    project.write({ [`landing/f${file}.csv`]: `id,name\n${lines.join('\n')}\n` });
  }
  expect((await project.build()).exitCode).toBe(0);
  project.remove('landing');
  const models = join(project.root, 'models/feed.yml');
  const before = await content();
  writeFileSync(
    models,
    `
sources:
  - name: landing
    tables:
      - name: feed
        landing: {path: 'landing/*.csv', format: csv, max_bad_ratio: 1}
        columns: [{name: id, data_type: integer}, {name: name}]
models:
  - name: raw_feed
    config: {materialized: landing}
`,
  );
  const kept = `${project.database}.kept`;
  copyFileSync(project.database, kept);
  const clean = await runCliProcess(['quarantine', 'replay'], project.root);
  expect(clean.code, clean.output).toBe(0);
  const after = await content();
  expect(after).not.toEqual(before);
  const trials = new Trials('replay killed');
  for (let i = 0; i < kills; i++) {
    rmSync(`${project.database}.wal`, { force: true });
    copyFileSync(kept, project.database);
    const run = startCli(['quarantine', 'replay'], project.root);
    await new Promise((resolve) => setTimeout(resolve, 250 + ((i * 137) % 1000)));
    run.process.kill('SIGKILL');
    await run.ended;
    const found = JSON.stringify(await content());
    const whole = [before, after].some((one) => JSON.stringify(one) === found);
    const again = await runCliProcess(['quarantine', 'replay'], project.root);
    const same = JSON.stringify(await content()) === JSON.stringify(after);
    trials.note(whole && again.code === 0 && same ? undefined : `${found}\n${again.output}`);
  }
  expect(trials.report()).toBe(`replay killed: ${kills} trials, 0 failures`);
});
