import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

beforeEach(() => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml':
      'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main}}}\n',
    'models/lax.sql': "{{ config(materialized='table', on_error='continue') }} select 1 as id",
    'models/strict.sql': "{{ config(materialized='table') }} select 1 as id",
    'models/reads_lax.sql': "select id from {{ ref('lax') }}",
    'models/reads_both.sql': "select id from {{ ref('lax') }} join {{ ref('strict') }} using (id)",
  });
});
afterEach(() => fixture.remove());

const run = (...args: readonly string[]) => runTsdbt(args, { cwd: fixture.root });

const breaks = (name: string, config = '') => ({
  [`models/${name}.sql`]: `{{ config(materialized='table'${config}) }} select error('broken') as id`,
});

const lax = breaks('lax', ", on_error='continue'");

const statuses = () =>
  Object.fromEntries(
    readRunResults(fixture.root).map(({ unique_id: id, status }) => [id.split('.')[2], status]),
  );

describe('on_error: continue', () => {
  test('children of a model that fails are built on what was there', async () => {
    await run('run');
    fixture.write(lax);
    for (const command of ['run', 'build']) {
      expect((await run(command)).exitCode).toBe(1);
      expect(statuses()).toEqual({
        lax: 'error',
        strict: 'success',
        reads_lax: 'success',
        reads_both: 'success',
      });
    }
    expect(await queryDatabase(join(fixture.root, 'shop.duckdb'), 'from reads_lax')).toEqual([
      { id: 1 },
    ]);
  });

  test('another parent that fails stops them, as does --fail-fast', async () => {
    await run('run');
    fixture.write({ ...lax, ...breaks('strict') });
    await run('run');
    expect(statuses()).toMatchObject({ reads_lax: 'success', reads_both: 'skipped' });
    await run('run', '--fail-fast');
    expect(statuses()).toMatchObject({ reads_lax: 'skipped', reads_both: 'skipped' });
  });
});
