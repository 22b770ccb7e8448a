import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// Forms of property files that dbt 1.12 takes or refuses.

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

async function parse(properties: string, files: Readonly<Record<string, string>> = {}) {
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\n',
    'models/a.sql': 'select 1 as id, 2 as b',
    'models/s.yml': properties,
    ...files,
  });
  return await runTsdbt(['parse'], { cwd: fixture.root });
}

describe('which columns a version has', () => {
  const written = (columns: string) =>
    `models: [{name: a, columns: [{name: id}, {name: b}], versions: [{v: 1, defined_in: a, columns: ${columns}}]}]\n`;

  test.each([
    ['[{include: all}]'],
    ['[{include: "*", exclude: [b]}]'],
    ['[{include: [id]}, {name: c}]'],
    ['[{include: [id], exclude: []}]'],
    ['[{include: [not_there]}]'],
    ['[{name: id}, {exclude: [b], include: all}]'],
  ])('%s', async (columns) => {
    expect(await parse(written(columns))).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each([
    ['[{include: [id], exclude: [b]}]', '"exclude"', 'so `include` must be `all` beside it'],
    ['[{include: all, exclude: b}]', '"exclude"', 'must be a list of columns of the model'],
    ['[{include: id}]', '"include"', 'must be `all`, or a list of columns of the model'],
    ['[{include: 3}]', '"include"', 'must be `all`, or a list'],
    ['[{exclude: [b]}]', '"include"', 'must be `all`, or a list'],
    ['[{include: [id]}, {include: [b]}]', '"include"', 'is there twice'],
  ])('%s is refused', async (columns, key, problem) => {
    const run = await parse(written(columns));
    expect(run.exitCode).toBe(2);
    expect(run.output).toMatch(/models\/s\.yml:1:\d+ TS1005: /);
    expect(run.output).toContain(`${key} in model "a", version 1 `);
    expect(run.output).toContain(problem);
  });
});
