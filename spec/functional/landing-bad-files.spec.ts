import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  datedLanding,
  flatLanding,
  type LandingProject,
  landingProject,
} from '../landing-project.ts';

let project: LandingProject;
afterEach(() => project.close());

const ids = () => project.rows('select id from raw_feed order by id');
const good = (id: number) => `id,name\n${id},n${id}\n`;

describe('one bad file holds back nothing else', () => {
  test.each([
    ['a wrong header', 'id,nmae\n9,x\n', 'TS4007'],
    ['another delimiter', 'id;name\n9;x\n', 'TS4007'],
    ['a zip file', Buffer.from('504b0304140000000800', 'hex'), 'TS4006'],
    ['a header in Latin-1', Buffer.from('id,näme\n9,x\n', 'latin1'), 'TS4006'],
    ['only bad records', 'id,name\nx,y\n', 'TS4017'],
  ])('%s', async (_, content, code) => {
    project = landingProject({ landing: flatLanding });
    project.write({
      'landing/a.csv': good(1),
      'landing/b.csv': content,
      'landing/c.csv': good(3),
    });
    const first = await project.build();
    expect(first.exitCode).toBe(1);
    expect(first.output).toContain(`landing/b.csv`);
    expect(first.output).toContain(code);
    expect(await ids()).toEqual(['1', '3']);
    // Nodes below are built on the rows that were loaded.
    expect(await project.rows('select n from report')).toEqual(['2']);
    expect(project.result('raw_feed')).toMatchObject({
      status: 'error',
      adapter_response: { rows_affected: 2, deliveries_refused: 1 },
    });
    expect(project.result('report').status).toBe('success');
    // It is tried again, without a word about the others.
    project.write({ 'landing/d.csv': good(4) });
    expect((await project.build()).exitCode).toBe(1);
    expect(await ids()).toEqual(['1', '3', '4']);
    project.write({ 'landing/b.csv': good(2) });
    expect((await project.build()).exitCode).toBe(0);
    expect(await ids()).toEqual(['1', '2', '3', '4']);
    expect(await project.rows('select n from report')).toEqual(['4']);
  });

  test('all refused files are listed, each with its reason', async () => {
    project = landingProject({ landing: flatLanding });
    for (let i = 0; i < 40; i++)
      project.write({ [`landing/f${i}.csv`]: i % 4 === 0 ? `id,x${i}\n` : good(i) });
    const { exitCode, output } = await project.build();
    expect(exitCode).toBe(1);
    expect(output).toContain('TS4016');
    for (let i = 0; i < 40; i += 4) {
      expect(output).toContain(`landing/f${i}.csv`);
      expect(output).toContain(`unexpected x${i}`);
    }
    expect(await ids()).toHaveLength(30);
  });

  test('a delivery of several files is refused whole, the other dates are loaded', async () => {
    project = landingProject();
    project.write({
      'landing/2026-01-01/a.csv': good(1),
      'landing/2026-01-01/b.csv': 'id\n2\n',
      'landing/2026-01-02/a.csv': good(3),
    });
    expect((await project.build()).exitCode).toBe(1);
    expect(await ids()).toEqual(['3']);
  });

  test('a rule with on_violation fail, with the line', async () => {
    project = landingProject({
      landing: flatLanding,
      model: "expectations: [{name: named, expression: 'name is not null', on_violation: fail}]",
    });
    project.write({
      'landing/a.csv': good(1),
      'landing/b.csv': 'id,name\n2,Bo\n3,\n',
      'landing/c.csv': 'id,name\n4,\n',
      'landing/d.csv': good(5),
    });
    const { exitCode, output } = await project.build();
    expect(exitCode).toBe(1);
    expect(output).toContain('landing/b.csv:3');
    expect(output).toContain('landing/c.csv:2');
    expect(await ids()).toEqual(['1', '5']);
  });

  test('a value that the model fails at', async () => {
    project = landingProject({ landing: flatLanding, select: 'id, cast(name as integer) as name' });
    for (let i = 0; i < 9; i++)
      project.write({ [`landing/f${i}.csv`]: `id,name\n${i},${i === 5 ? 'five' : i}\n` });
    const { exitCode, output } = await project.build();
    expect(exitCode).toBe(1);
    expect(output).toContain('landing/f5.csv');
    expect(await ids()).toEqual(['0', '1', '2', '3', '4', '6', '7', '8']);
  });

  test('a model that filters where only some files have such rows', async () => {
    project = landingProject({ landing: flatLanding, select: 'distinct id, name' });
    project.write({ 'landing/a.csv': good(1), 'landing/b.csv': good(2) });
    project.write({
      'models/raw_feed.sql':
        "select id, name, processing_date, _file, _line from {{ source('landing', 'feed') }} where id <> 2",
    });
    const { exitCode, output } = await project.build();
    expect(exitCode).toBe(1);
    expect(output).toContain('landing/b.csv');
    expect(await ids()).toEqual(['1']);
  });

  test('a file that can not be opened, a link that leads nowhere, a link that leads out', async () => {
    project = landingProject({ landing: flatLanding });
    project.write({ 'landing/a.csv': good(1), 'landing/c.csv': good(3) });
    symlinkSync('/etc/hostname', join(project.root, 'landing/out.csv'));
    symlinkSync(join(project.root, 'nowhere.csv'), join(project.root, 'landing/dead.csv'));
    chmodSync(join(project.root, 'landing/c.csv'), 0o000);
    const { exitCode, output } = await project.build();
    expect(exitCode).toBe(1);
    expect(output).not.toContain('TS9001');
    expect(output).toContain('landing/out.csv');
    expect(output).toContain('landing/dead.csv');
    // Who runs as root can open it.
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) expect(output).toContain("landing/c.csv can't be read (EACCES)");
    expect(await ids()).toEqual(isRoot ? ['1', '3'] : ['1']);
  });

  test('a name that is not UTF-8 is left out, and the notice names it', async () => {
    project = landingProject({ landing: flatLanding });
    project.write({ 'landing/a.csv': good(1) });
    const name = Buffer.from(join(project.root, 'landing/b?.csv'), 'latin1');
    name[name.lastIndexOf('?')] = 0xff;
    writeFileSync(name, good(2));
    const { exitCode, output } = await project.build();
    expect(exitCode).toBe(0);
    expect(output).toContain('landing/b\\xff.csv was left out');
    expect(await ids()).toEqual(['1']);
  });

  test('--fail-fast ends there; a bad first delivery alone is an error with nothing below', async () => {
    project = landingProject({ landing: flatLanding });
    project.write({ 'landing/b.csv': 'id\n' });
    expect((await project.build()).exitCode).toBe(1);
    expect(project.result('report').status).toBe('skipped');
    project.write({ 'landing/a.csv': good(1) });
    expect((await project.build('--fail-fast')).exitCode).toBe(1);
    expect(project.result('report').status).toBe('skipped');
    expect(await ids()).toEqual(['1']);
  });

  test('a full refresh leaves out what was never loaded, and loses nothing that was', async () => {
    project = landingProject({ landing: flatLanding });
    project.write({ 'landing/a.csv': good(1), 'landing/b.csv': good(2) });
    await project.build();
    project.write({ 'landing/new.csv': 'id\n' });
    expect((await project.build('--full-refresh')).exitCode).toBe(1);
    expect(await ids()).toEqual(['1', '2']);
    expect(await project.rows('select max(batch) from _tsdbt.batches')).toEqual(['2']);
    project.write({ 'landing/b.csv': 'id,nmae\n' });
    const lost = await project.build('--full-refresh');
    expect(lost.exitCode).toBe(1);
    expect(lost.output).toContain('landing/b.csv');
    expect(await ids()).toEqual(['1', '2']);
    expect(await project.rows('select max(batch) from _tsdbt.batches')).toEqual(['2']);
  });

  test('a date that is named is loaded whole or not at all', async () => {
    project = landingProject({ landing: datedLanding });
    project.write({ 'landing/2026-01-01/a.csv': good(1), 'landing/2026-01-01/b.csv': good(2) });
    await project.build();
    project.write({ 'landing/2026-01-01/b.csv': 'id\n' });
    expect((await project.build('--process-date', '2026-01-01')).exitCode).toBe(1);
    expect(await ids()).toEqual(['1', '2']);
  });
});
