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

describe('taken', () => {
  test.each([
    ['version: invalid\nmodels: [{name: a}]\n'],
    ['version: 1\nmodels: [{name: a}]\n'],
    ['version: null\nmodels: [{name: a}]\n'],
    ['sources: [{name: s}, {name: t, tables: null}]\n'],
    ['sources: [{name: s, tables: [{name: t, identifier: null, external: null}]}]\n'],
    ['models: [{name: a, group: null, latest_version: null, deprecation_date: null}]\n'],
    ['models: [{name: a, columns: [{name: id, quote: null, data_type: null}]}]\n'],
    ['exposures: [{name: e, type: dashboard, owner: {email: x}, label: null, url: null}]\n'],
  ])('%s', async (properties) => {
    expect(await parse(properties)).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('refused, with the place', () => {
  test.each([
    ['sources: {name: s}', 1, '"sources" in models/s.yml must be a list'],
    ['sources:', 1, '"sources" in models/s.yml must be a list'],
    ['models: [null]', 10, 'in model must be a mapping'],
    ['sources: [{name: s, tables: t}]', 21, '"tables" in source "s" must be a list'],
    ['sources: [{tables: [{name: t}]}]', 11, '"name" is missing in source'],
    ['sources: [{name: s, tables: [{name: t, external: x}]}]', 40, '"external" in source "s"'],
    ['just text', 1, 'must be a mapping'],
    ['models: [{name: a, description: null}]', 20, '"description" in model "a" has no value'],
    ['models: [{name: a, config: null}]', 20, '"config" in model "a" has no value'],
    ['models: [{name: a, columns: [{name: x, tests: }]}]', 40, '"tests" in model "a" has no value'],
    ['sources: [{name: s, meta: null}]', 21, '"meta" in source "s" has no value'],
    ['groups: [{name: g, owner: {}}]', 20, '"owner" in group "g" must have a name or an email'],
  ])('%s', async (properties, column, problem) => {
    const run = await parse(`${properties}\n`);
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain(`models/s.yml:1:${column} TS100`);
    expect(run.output).toContain(problem);
  });

  test.each(['meta: null', 'tags: null', 'config: {meta: null}', 'config: {tags: null}'])(
    'an exposure with %s',
    async (written) => {
      const exposure = `{name: e, type: dashboard, owner: {email: x}, ${written}}`;
      const run = await parse(`exposures: [${exposure}]\n`);
      expect(run.exitCode).toBe(2);
      expect(run.output).toContain('in exposure "e"');
    },
  );

  test.each([
    ['dbt-cloud: text', '"dbt-cloud" in dbt_project.yml must be a mapping'],
    ['config-version: 3', '"config-version" in dbt_project.yml must be 2'],
  ])('%s', async (line, problem) => {
    const run = await parse('models: [{name: a}]\n', { 'dbt_project.yml': `name: d\n${line}\n` });
    expect(run.exitCode).toBe(2);
    expect(run.output).toContain(`dbt_project.yml:2:1 TS1005: ${problem}`);
  });
});
