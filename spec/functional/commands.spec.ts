import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { runCliProcess } from '../built-cli.ts';
import { copyExample } from '../example-copy.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

const small = {
  'models/a.sql':
    "{{ config(materialized='table', tags=['nightly']) }}\nselect 1 as id, 'Ada' as name\n",
  'models/b.sql': "select id, upper(name) as name from {{ ref('a') }}\n",
  'models/models.yml':
    'models:\n  - name: a\n    description: First.\n    columns:\n      - name: id\n        data_tests: [unique, not_null]\n',
};

async function run(files: Record<string, string>, ...args: readonly string[]) {
  fixture ??= projectFixture(files);
  return await runTsdbt(args, { cwd: fixture.root });
}

afterEach(() => {
  fixture = undefined;
});

describe('init', () => {
  test('starts a project that builds at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tsdbt-init-'));
    try {
      expect((await runTsdbt(['init', 'my_shop'], { cwd: folder })).exitCode).toBe(0);
      const built = await runTsdbt(['build'], { cwd: join(folder, 'my_shop') });
      expect(built.output).toContain('1 row in quarantine: 1 missing_customer');
      expect(built.exitCode).toBe(0);
      const again = await runTsdbt(['init', 'my_shop'], { cwd: folder });
      expect(again.exitCode).toBe(2);
      expect(again.output).toContain('TS1013');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('refuses a name that can be no project', async () => {
    const refused = await runTsdbt(['init', '1st'], { cwd: tmpdir() });
    expect(refused.exitCode).toBe(2);
    expect(refused.output).toContain('"1st" can\'t be the name of a project.');
  });
});

test('a file without anything in it is listed, and neither compiled nor run', async () => {
  await run({ ...small, 'models/empty.sql': ' \n' }, 'build');
  expect((await run({}, 'build')).exitCode).toBe(0);
  expect((await run({}, 'run', '-s', 'empty')).output).toContain('Nothing to do');
  expect((await run({}, 'ls')).stdout).toContain('shop.empty');
});

test('show puts the sql_header of a model before its query', async () => {
  const shown = await run(
    {
      'models/h.sql':
        '{% call set_sql_header(config) %}with given as (select \'{{ var("who", "Ada") }}\' as who){% endcall %}select who from given',
    },
    'show',
    '-s',
    'h',
    '--vars',
    'who: Bea',
  );
  expect(shown.exitCode, shown.output).toBe(0);
  expect(shown.stdout).toContain('Bea');
});

test('debug says what is wrong and ends as dbt does', async () => {
  const { stdout, exitCode } = await run(small, 'debug', '--target', 'nowhere');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('TS1008');
});

describe('output', () => {
  test('a line as each node starts and ends, and a summary', async () => {
    const { stdout, exitCode } = await run(small, 'build', '--threads', '1');
    expect(exitCode).toBe(0);
    const lines = stdout.replaceAll(/\d+\.\d\ds/g, '0.00s').split('\n');
    expect(lines.slice(2)).toEqual([
      '',
      '1/4 START   table       a',
      '1/4 OK      table       a  1 row, 0.00s',
      '2/4 START   test        unique_a_id',
      '2/4 PASS    test        unique_a_id  0.00s',
      '3/4 START   test        not_null_a_id',
      '3/4 PASS    test        not_null_a_id  0.00s',
      '4/4 START   view        b',
      '4/4 OK      view        b  0.00s',
      '',
      'Done in 0.00s. PASS=4 WARN=0 ERROR=0 SKIP=0 TOTAL=4',
    ]);
  });

  test('--quiet leaves the summary', async () => {
    const { output } = await run(small, 'build', '--quiet');
    expect(output.trim()).toMatch(/^Done in .* TOTAL=4$/);
  });

  test('--log-format json gives one event a line, under names that orchestrators know', async () => {
    const { stdout } = await run(small, 'build', '--log-format', 'json');
    const events = stdout.split('\n').map(
      (line) =>
        JSON.parse(line) as {
          info: { name: string; level: string; invocation_id: string };
          data: { node_info?: { unique_id: string } };
        },
    );
    expect(new Set(events.map((event) => event.info.name))).toEqual(
      new Set([
        'MainReportVersion',
        'FoundStats',
        'ConcurrencyLine',
        'LogStartLine',
        'LogModelResult',
        'LogTestResult',
        'NodeFinished',
        'FinishedRunningStats',
        'EndOfRunSummary',
        'StatsLine',
      ]),
    );
    expect(new Set(events.map((event) => event.info.invocation_id)).size).toBe(1);
    expect(
      events.find((event) => event.info.name === 'LogModelResult')?.data.node_info?.unique_id,
    ).toBe('model.shop.a');
  });

  test('flags may stand before the command', async () => {
    const { output, exitCode } = await run(small, '--quiet', 'build');
    expect(exitCode).toBe(0);
    expect(output.trim()).toMatch(/^Done in/);
  });
});

describe('looking without changing', () => {
  test('ls in all its outputs', async () => {
    const lines = async (...args: string[]) => (await run(small, 'ls', ...args)).stdout.split('\n');
    expect(await lines()).toEqual(['shop.a', 'shop.b', 'shop.not_null_a_id', 'shop.unique_a_id']);
    expect(await lines('--output', 'name', '--resource-type', 'model')).toEqual(['a', 'b']);
    expect(
      await lines('--output', 'path', '--select', 'tag:nightly', '--resource-type', 'model'),
    ).toEqual(['models/a.sql']);
    const [json] = await lines(
      '--output',
      'json',
      '--select',
      'b',
      '--output-keys',
      'unique_id',
      'depends_on',
    );
    expect(JSON.parse(json!)).toEqual({
      unique_id: 'model.shop.b',
      depends_on: { macros: [], nodes: ['model.shop.a'] },
    });
    const none = await run(small, 'ls', '--select', 'nope');
    expect(none.exitCode).toBe(0);
    expect(none.stderr).toContain('Warning: The selector "nope" matches no node');
  });

  test('compile writes and prints SQL, without a database', async () => {
    const { stdout } = await run(small, 'compile', '--select', 'b', '--quiet');
    expect(stdout).toBe('select id, upper(name) as name from "shop"."main"."a"');
    expect(readFileSync(join(fixture!.root, 'target/compiled/shop/models/b.sql'), 'utf8')).toBe(
      stdout,
    );
    expect(existsSync(join(fixture!.root, 'target/shop.duckdb'))).toBe(false);
    const inline = await run(small, 'compile', '--inline', "select * from {{ ref('a') }}");
    expect(inline.stdout).toBe('select * from "shop"."main"."a"');
  });

  test('show prints rows of a model, or of a query', async () => {
    await run(small, 'build', '--quiet');
    const shown = await run(small, 'show', '--select', 'b');
    expect(shown.stdout).toBe('  id  name\n  --  ----\n  1   ADA');
    const inline = await run(
      small,
      'show',
      '--inline',
      "select count(*) as n from {{ ref('a') }}",
      '--output',
      'json',
    );
    expect(JSON.parse(inline.stdout)).toEqual({ show: [{ n: 1 }] });
    const two = await run(small, 'show', '--select', 'a', 'b');
    expect(two.exitCode).toBe(0);
    expect(two.stdout).toMatch(/^a\n {2}.*\nb\n {2}/s);
    const named = await run(small, 'show', '--select', '+b', '--output', 'json');
    expect(JSON.parse(named.stdout)).toMatchObject({ node: 'b' });
    const none = await run(small, 'show', '--select', 'tag:none');
    expect(none.exitCode).toBe(2);
    const floats =
      'select 3.0::double as d, 1.50::decimal(5, 2) as n, 2::decimal(5, 0) as w, 4 as i';
    const shownAs = await run(small, 'show', '--inline', floats, '--output', 'json');
    expect(shownAs.stdout.replace(/\s/g, '')).toContain('{"d":3.0,"n":1.5,"w":2.0,"i":4}');
  });

  test('debug says what is in place', async () => {
    const { stdout, exitCode } = await run(small, 'debug');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /OK {4}project[\s\S]*OK {4}target[\s\S]*OK {4}parse[\s\S]*OK {4}connection/,
    );
  });
});

describe('clean', () => {
  test('removes artifacts and keeps the database', async () => {
    await run(small, 'build', '--quiet');
    const { stdout } = await run(small, 'clean');
    expect(stdout).toContain('Cleaned target.');
    expect(stdout).toContain('Kept target/shop.duckdb: it is a database.');
    expect(existsSync(join(fixture!.root, 'target/manifest.json'))).toBe(false);
    expect(
      await queryDatabase(join(fixture!.root, 'target/shop.duckdb'), 'select id from a'),
    ).toEqual([{ id: 1 }]);
  });

  test('never leaves the project or takes its sources', async () => {
    for (const target of ['../elsewhere', 'models', '.']) {
      fixture = projectFixture({
        ...small,
        'project.yml': `name: shop\nclean-targets: ['${target}']\n`,
      });
      const refused = await runTsdbt(['clean'], { cwd: fixture.root });
      expect(refused.exitCode, target).toBe(2);
      expect(refused.output).toContain('TS1014');
      fixture.remove();
    }
  });
});

describe('where the data goes', () => {
  test('profiles.yml beside the project, with a target and a schema', async () => {
    const files = {
      ...small,
      'project.yml': 'name: shop\nprofile: warehouse\n',
      'profiles.yml':
        'warehouse:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: dev.duckdb, schema: dev_ada, threads: 2}\n    prod: {type: duckdb, path: "{{ env_var(\'NOT_SET_HERE\') }}"}\n',
    };
    expect((await run(files, 'build', '--quiet')).exitCode).toBe(0);
    expect(
      await queryDatabase(join(fixture!.root, 'dev.duckdb'), 'select name from dev_ada.b'),
    ).toEqual([{ name: 'ADA' }]);
    const prod = await run(files, 'build', '--target', 'prod');
    expect(prod.exitCode).toBe(2);
    expect(prod.output).toContain('TS1009: Environment variable NOT_SET_HERE is not set');
  });

  test('profiles inside the project file', async () => {
    const files = {
      ...small,
      'project.yml':
        'name: shop\nprofiles:\n  shop:\n    target: dev\n    outputs:\n      dev: {type: duckdb, path: inline.duckdb}\n',
    };
    expect((await run(files, 'build', '--quiet')).exitCode).toBe(0);
    expect(existsSync(join(fixture!.root, 'inline.duckdb'))).toBe(true);
  });

  test('memory', async () => {
    const files = {
      ...small,
      'project.yml': 'name: shop\nprofile: p\n',
      'profiles.yml': 'p: {outputs: {default: {type: duckdb}}}\n',
    };
    const { exitCode, stdout } = await run(files, 'build', '--quiet');
    expect([exitCode, stdout.includes('TOTAL=4')]).toEqual([0, true]);
  });

  test('a dbt_project.yml is read as it is', async () => {
    const files = {
      ...small,
      'dbt_project.yml':
        'name: shop\nversion: 1.0.0\nconfig-version: 2\nmodels:\n  shop:\n    +materialized: table\n',
    };
    expect((await run(files, 'build', '--quiet')).exitCode).toBe(0);
    const tables = await queryDatabase(
      join(fixture!.root, 'target/shop.duckdb'),
      "select table_name from duckdb_tables() where schema_name = 'main' order by 1",
    );
    expect(tables).toEqual([{ table_name: 'a' }, { table_name: 'b' }]);
  });
});

describe('a folder that can not be written', () => {
  test('a file where the target folder should be', async () => {
    fixture = projectFixture({ ...small, target: 'in the way' });
    const refused = await runTsdbt(['build'], { cwd: fixture.root });
    expect(refused.exitCode).toBe(2);
    expect(refused.output).toMatch(/TS4003: Can't open the database .*target/);
  });

  test('a file that is no database', async () => {
    fixture = projectFixture({ ...small, 'target/shop.duckdb': 'x'.repeat(20_000) });
    const refused = await runTsdbt(['build'], { cwd: fixture.root });
    expect(refused.exitCode).toBe(2);
    expect(refused.output).toContain('TS4003');
  });
});

describe('source freshness', () => {
  test('of landing sources comes from the ledger, of tables from a column', async () => {
    const example = copyExample();
    try {
      await runTsdbt(['build', '--quiet'], { cwd: example.root });
      const { stdout, exitCode } = await runTsdbt(['source', 'freshness'], { cwd: example.root });
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/PASS {4}landing\.customers {2}newest data is/);
      const sources = JSON.parse(readFileSync(join(example.root, 'target/sources.json'), 'utf8'));
      expect(sources.results[0]).toMatchObject({
        unique_id: 'source.shop.landing.customers',
        status: 'pass',
      });
    } finally {
      example.remove();
    }
    const table = {
      'models/s.yml':
        'sources:\n  - name: main\n    tables:\n      - name: t\n        loaded_at_field: loaded_at\n        freshness: {warn_after: {count: 1, period: day}, error_after: {count: 2, period: day}}\n',
      'models/t.sql':
        "{{ config(materialized='table') }} select now()::timestamp - interval 36 hour as loaded_at",
    };
    await run(table, 'run', '--quiet');
    const { stdout, exitCode } = await run(table, 'source', 'freshness');
    expect(stdout).toMatch(/WARN {4}main\.t {2}newest data is 36 hours old/);
    expect(exitCode).toBe(0);
  });
});

describe('the built binary', () => {
  test('answers --version, colours only a terminal, and ends with 2 on nonsense', async () => {
    const version = await runCliProcess(['--version'], tmpdir());
    expect(version.output).toMatch(/^tsdbt \d+\.\d+\.\d+\n$/);
    const help = await runCliProcess(['--help'], tmpdir());
    expect([help.code, help.output.includes('build')]).toEqual([0, true]);
    expect((await runCliProcess(['nonsense'], tmpdir())).code).toBe(2);
    expect(help.output).not.toContain('\u001b');
  });
});
