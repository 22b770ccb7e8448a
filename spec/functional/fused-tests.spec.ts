import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Adapter } from '../../src/adapters/adapter.ts';
import { createDuckDbAdapter } from '../../src/adapters/duckdb/duckdb-adapter.ts';
import { loadProject, parseProject } from '../../src/index.ts';
import { DatabaseSession } from '../../src/run/database-session.ts';
import { executeTask } from '../../src/tasks/execute.ts';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// Tests that share a scan come to what they come to one by one.

let project: ProjectFixture | undefined;
afterEach(() => {
  project?.remove();
  project = undefined;
});

const columns = (values: string) => `
  columns:
  - name: id
    data_tests: [not_null, unique, unique: {name: NAME_warn, config: {severity: warn}}]
  - name: code
    data_tests:
    - not_null
    - unique
    - accepted_values: {arguments: {values: ${values}}}
    - accepted_values: {name: NAME_numbers, arguments: {values: [1, 2], quote: false}}
    - accepted_values: {name: NAME_not_numbers, arguments: {values: [x]}}
  - name: Mixed Case
    quote: true
    data_tests: [not_null, unique]
  - name: absent
    data_tests: [not_null]
  - name: id + 0
    data_tests: [unique]
  - name: note
    data_tests:
    - not_null
    - not_null: {name: NAME_where, config: {where: id > 1}}
    - not_null: {name: NAME_limit, config: {limit: 1}}
    - not_null: {name: NAME_error_if, config: {error_if: '> 1'}}
    - not_null: {name: NAME_store, config: {store_failures: true}}
    - not_null: {name: NAME_calc, config: {fail_calc: max(id)}}
`;

const models = {
  good: [
    "select 1 as id, 1 as code, 1 as \"Mixed Case\", 'n' as note union all select 2, 2, 2, 'm'",
  ],
  bad: [
    'select 1 as id, 1 as code, 1 as "Mixed Case", \'n\' as note union all select 1, 3, null, null union all select null, 1, 1, null',
  ],
  none: ['select 1 as id, 1 as code, 1 as "Mixed Case", \'n\' as note limit 0'],
  large: [
    'select i as id, 1 + i % 2 as code, i as "Mixed Case", case when i < 30000 then \'n\' end as note from range(30001) t(i)',
  ],
} as const;

function files(fuse: boolean, materialized: string, macro = ''): Record<string, string> {
  const written: Record<string, string> = {
    'project.yml': `name: shop\nmodels: {+materialized: ${materialized}}\nflags: {fuse_tests: ${fuse}}\n`,
    'macros/m.sql': macro,
  };
  const properties: string[] = [];
  for (const [name, [sql]] of Object.entries(models)) {
    written[`models/${name}.sql`] = sql;
    properties.push(`- name: ${name}${columns('[1, 2]').replaceAll('NAME', name)}`);
  }
  written['models/p.yml'] = `models:\n${properties.join('')}`;
  return written;
}

interface Result {
  readonly unique_id: string;
  readonly [field: string]: unknown;
}

/** What became of each node, by its id; times and threads are left out. */
function outcomes(root: string): unknown {
  const text = readFileSync(join(root, 'target', 'run_results.json'), 'utf8');
  const { results } = JSON.parse(text) as { results: Result[] };
  return results
    .map(({ unique_id, status, failures, message, compiled, compiled_code, relation_name }) => ({
      unique_id,
      status,
      failures,
      message,
      compiled,
      compiled_code,
      relation_name,
    }))
    .sort((a, b) => (a.unique_id < b.unique_id ? -1 : 1));
}

async function run(fuse: boolean, materialized: string, commands: readonly string[], macro = '') {
  project?.remove();
  project = projectFixture(files(fuse, materialized, macro));
  const found: unknown[] = [];
  for (const command of commands) {
    const { exitCode, stdout } = await runTsdbt(command.split(' '), { cwd: project.root });
    const samples = stdout.split('\n').filter((line) => line.includes('│'));
    found.push({ command, exitCode, samples: samples.sort(), results: outcomes(project.root) });
  }
  return found;
}

const commands = [
  'build --audit none',
  'test',
  'test --changed',
  'test --changed',
  'test --store-failures',
  'build --audit node',
];

test.each(['table', 'view'])(
  'each test of a %s gets the result it has alone',
  async (materialized) => {
    const fused = await run(true, materialized, commands);
    expect(fused).toEqual(await run(false, materialized, commands));
    const statuses = JSON.stringify(fused);
    for (const status of ['pass', 'fail', 'warn', 'error'])
      expect(statuses).toContain(`"status":"${status}"`);
  },
  120_000,
);

test('a macro of the project in the place of a test is what runs', async () => {
  const macro =
    '{% test not_null(model, column_name) %}select * from {{ model }} where {{ column_name }} is not null{% endtest %}';
  const fused = await run(true, 'table', ['build --audit none'], macro);
  expect(fused).toEqual(await run(false, 'table', ['build --audit none'], macro));
});

const twoColumns = `
  columns:
  - {name: a, data_tests: [not_null, unique]}
  - {name: b, data_tests: [not_null, {accepted_values: {arguments: {values: [x]}}}]}
`;

/** Queries that four tests each of some models send, and what the tests come to. */
async function queriesOf(fuse: boolean, models: readonly string[]) {
  project?.remove();
  project = projectFixture({
    'project.yml': `name: shop\nmodels: {+materialized: table}\nflags: {fuse_tests: ${fuse}}\n`,
    ...Object.fromEntries(models.map((m) => [`models/${m}.sql`, "select 1 as a, 'x' as b"])),
    'models/m_large.sql': "select i as a, 'x' as b from range(20001) t(i)",
    'models/m_bad.sql': "select 1 as a, 'x' as b union all select null, 'y'",
    'models/m_missing.sql': 'select 1 as a, 2 as b',
    'models/m_none.sql': "select 1 as a, 'x' as b limit 0",
    'models/p.yml': `models:\n${models.map((name) => `- name: ${name}${twoColumns}`).join('')}`,
  });
  const { root } = project;
  await runTsdbt(['run', '--exclude', 'm_missing'], { cwd: root });
  const queries: string[] = [];
  const adapter = createDuckDbAdapter({ path: join(root, 'target', 'shop.duckdb') });
  const noting: Adapter = {
    ...adapter,
    connect: async () => {
      const connection = await adapter.connect();
      const query = connection.query.bind(connection);
      connection.query = (sql, params) => {
        queries.push(sql);
        return query(sql, params);
      };
      return connection;
    },
  };
  const now = () => new Date();
  const invocation = { id: 'i', startedAt: now(), now, env: {}, flags: {}, say: () => undefined };
  const parsed = parseProject(
    loadProject({ projectDir: root, cwd: root, vars: {}, threads: 2, invocation }),
  );
  const session = new DatabaseSession(noting);
  const { results } = await executeTask(
    parsed,
    {
      command: 'test',
      select: [],
      exclude: [],
      fullRefresh: false,
      failFast: false,
      storeFailures: false,
      emit: () => undefined,
      args: {},
    },
    session,
  );
  await session.close();
  return {
    queries: queries.filter((sql) => /"main"\."m/.test(sql)),
    statuses: results.map(({ nodeId, status }) => `${nodeId} ${status}`).sort(),
  };
}

test.each([
  // Of a passing table: its rows are counted, then all is asked at once.
  [['m'], 2, 4],
  [['m', 'm_none'], 2, 8],
  // What is too large, and what does not pass, is asked by each test; a failing test shows its rows.
  [['m', 'm_large', 'm_none'], 2 + 4, 12],
  [['m', 'm_bad', 'm_none'], 2 + 2 + 2, 12 + 2],
  // Tests of what is not built are not asked.
  [['m', 'm_missing', 'm_none'], 2, 8],
  // More than ten are asked in parts.
  [[...Array(21).keys()].map((i) => `m_${i}`), 3 * 2, 21 * 4],
])('tests of small tables that wait for nothing are one query: %j', async (names, fused, alone) => {
  const together = await queriesOf(true, names);
  const single = await queriesOf(false, names);
  expect(together.statuses).toEqual(single.statuses);
  expect([together.queries.length, single.queries.length]).toEqual([fused, alone]);
});
