import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const tsdbt = (...args: string[]) => runTsdbt(args, { cwd: project.root });
const rows = async (sql: string) =>
  (await queryDatabase(join(project.root, 'target/shop.duckdb'), sql)).map((row) =>
    Object.values(row)
      .map((value) => value ?? '-')
      .join(' '),
  );

function write(config: string, values: string, more = ''): void {
  project.write({
    'models/m.sql': `{{ config(materialized='incremental', ${config}) }}\nselect * from (values ${values}) t(id, part, v, seen)${more}`,
  });
}

async function built(config: string, ...batches: readonly string[]): Promise<readonly string[]> {
  project = projectFixture({});
  for (const batch of batches) {
    write(config, batch);
    const run = await tsdbt('run');
    expect(run.exitCode, run.output).toBe(0);
  }
  return await rows('select id, part, v from m order by all nulls first');
}

const nullKeys = "(null::int, 'a', 'v1', 1), (1, 'a', 'v1', 1), (2, null, 'v1', 1)";
const again = "(null::int, 'a', 'v2', 2), (1, 'a', 'v2', 2), (2, null, 'v2', 2)";

describe('on_null_key: match', () => {
  test.each(['delete+insert', 'merge'])(
    '%s: a row without a key replaces the one there',
    async (strategy) => {
      const config = `incremental_strategy='${strategy}', unique_key='id', on_null_key='match'`;
      const expected = ['- a v2', '1 a v2', '2 - v2'];
      expect(await built(config, nullKeys, again, again)).toEqual(expected);
      project.remove();
      const pair = `incremental_strategy='${strategy}', unique_key=['id', 'part'], on_null_key='match'`;
      expect(await built(pair, nullKeys, again, again)).toEqual(expected);
    },
  );

  test('delete+insert with predicates, also those that compare with the batch', async () => {
    const config = "unique_key=['id', 'part'], on_null_key='match', incremental_predicates";
    expect(await built(`${config}=["v = 'v1'"]`, nullKeys, again)).toEqual([
      '- a v2',
      '1 a v2',
      '2 - v2',
    ]);
    project.remove();
    const compared = "['DBT_INTERNAL_DEST.seen < DBT_INTERNAL_SOURCE.seen']";
    expect(await built(`${config}=${compared}`, nullKeys, again)).toEqual([
      '- a v2',
      '1 a v2',
      '2 - v2',
    ]);
  });

  test('an expression as the key', async () => {
    const config = "unique_key='id + 1', on_null_key='match'";
    expect(await built(config, nullKeys, again)).toEqual(['- a v2', '1 a v2', '2 - v2']);
  });

  test('two rows without a key repeat it', async () => {
    project = projectFixture({});
    write(
      "unique_key='id', on_null_key='match'",
      "(null::int, 'a', 'v1', 1), (null, 'b', 'v2', 1)",
    );
    const run = await tsdbt('run');
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('TS5002');
    expect(run.output).toContain('1 merge key value(s) (id) occur more than once');
  });

  test('is no policy of repeated keys', async () => {
    project = projectFixture({});
    write("unique_key='id', on_duplicate_key='match'", "(1, 'a', 'v1', 1)");
    expect((await tsdbt('run')).output).toContain(
      'must be error, warn, keep or latest_by(column), not "match"',
    );
  });
});

describe('on_duplicate_key: latest_by', () => {
  const config = "unique_key='id', on_duplicate_key='latest_by(seen)'";

  test.each(['delete+insert', 'merge'])(
    '%s: the latest row of a key is taken, in each batch',
    async (strategy) => {
      const first =
        "(1, 'a', 'old', 1), (1, 'a', 'new', 2), (2, 'a', 'only', 1), (3, 'a', 'no time', null), (3, 'a', 'timed', 1)";
      const second =
        "(1, 'a', 'newer', 9), (1, 'a', 'late', 3), (4, 'a', 'x', 1), (4, 'a', 'y', 2)";
      expect(await built(`incremental_strategy='${strategy}', ${config}`, first, second)).toEqual([
        '1 a newer',
        '2 a only',
        '3 a timed',
        '4 a y',
      ]);
    },
  );

  test('rows that are equally late are an error, in a dbt project too', async () => {
    project = projectFixture({
      'dbt_project.yml': 'name: shop\nversion: 1.0.0\nprofile: shop\n',
      'profiles.yml':
        'shop: {target: dev, outputs: {dev: {type: duckdb, path: target/shop.duckdb}}}\n',
    });
    write(config, "(1, 'a', 'x', 1), (1, 'b', 'y', 1)");
    const run = await tsdbt('run');
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain('TS5002');
  });

  test('rows without a key are left to on_null_key', async () => {
    const both = `${config}, on_null_key='keep'`;
    const batch = "(null::int, 'a', 'x', 1), (null, 'b', 'y', 2), (1, 'a', 'z', 1)";
    expect(await built(both, batch)).toEqual(['- a x', '- b y', '1 a z']);
    project.remove();
    expect(await built(`${config}, on_null_key='match'`, batch)).toEqual(['- b y', '1 a z']);
  });

  test('an error in the query is shown at its line', async () => {
    project = projectFixture({});
    write(config, "(1, 'a', 'x', 1)", '\nwhere nothing = 1');
    expect((await tsdbt('run')).output).toContain('models/m.sql:3:7');
  });
});

describe('snapshots', () => {
  const snapshot = (config: string) => ({
    'snapshots/s.yml': `snapshots:
  - name: s
    relation: ref('m')
    config: {strategy: check, check_cols: [v], ${config}}
`,
  });
  const take = async (values: string) => {
    project.write({
      'models/m.sql': `{{ config(materialized='table') }} select * from (values ${values}) t(id, v, seen)`,
    });
    const run = await tsdbt('build');
    expect(run.exitCode, run.output).toBe(0);
    return await rows(
      'select id, v, dbt_valid_to is null as open from s order by id nulls first, v, open',
    );
  };

  test('a row without a key has one history', async () => {
    project = projectFixture(
      snapshot('unique_key: id, on_null_key: match, hard_deletes: invalidate'),
    );
    expect(await take("(null::int, 'a', 1), (1, 'a', 1)")).toEqual(['- a true', '1 a true']);
    expect(await take("(null::int, 'a', 1), (1, 'a', 1)")).toEqual(['- a true', '1 a true']);
    expect(await take("(null::int, 'b', 1), (1, 'a', 1)")).toEqual([
      '- a false',
      '- b true',
      '1 a true',
    ]);
    expect(await take("(1, 'a', 1)")).toEqual(['- a false', '- b false', '1 a true']);
  });

  test('of several rows of a key the latest is taken', async () => {
    project = projectFixture(snapshot('unique_key: id, on_duplicate_key: latest_by(seen)'));
    expect(await take("(1, 'a', 1), (1, 'b', 2)")).toEqual(['1 b true']);
    expect(await take("(1, 'c', 3), (1, 'b', 2)")).toEqual(['1 b false', '1 c true']);
  });
});
