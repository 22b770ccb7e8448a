import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

test('compile --no-inject-ephemeral-ctes leaves out the queries of ephemeral models, and writes no SQL', async () => {
  fixture = projectFixture({
    'dbt_project.yml': 'name: d\n',
    'models/e.sql': "{{ config(materialized='ephemeral') }} select 1 as e",
    'models/b.sql': "select * from {{ ref('e') }}",
  });
  const call = (...args: readonly string[]) =>
    runTsdbt(['compile', '-q', ...args], { cwd: fixture.root });
  const flag = '--no-inject-ephemeral-ctes';
  const compiled = await call('-s', 'b', flag);
  expect(compiled.stdout).toBe('select * from __dbt__cte__e');
  expect(existsSync(join(fixture.root, 'target/compiled/d/models/b.sql'))).toBe(false);
  const inline = await call('--inline', "select 2 from {{ ref('e') }}", flag);
  expect(inline.stdout).toBe('select 2 from __dbt__cte__e');
  expect((await call('-s', 'b')).stdout).toContain('with __dbt__cte__e as (');
  expect(existsSync(join(fixture.root, 'target/compiled/d/models/b.sql'))).toBe(true);
});
