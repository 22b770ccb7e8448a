import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const make = (files: Record<string, string>) => {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {+materialized: table}\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    ...files,
  });
};
const run = (...args: string[]) => runTsdbt(['run', ...args], { cwd: project.root });
const rows = (sql: string) => queryDatabase(join(project.root, 'shop.duckdb'), sql);

const keyed = (columnKey: string, modelKey: string) => ({
  'models/parent.sql': "select 1 as id union all select {{ var('second', 2) }}",
  'models/child.sql': "-- depends_on: {{ ref('parent') }}\nselect 1 as id, 1 as parent_id",
  'models/grandchild.sql': "-- depends_on: {{ ref('child') }}\nselect 1 as child_id",
  'models/m.yml': `models:
  - name: parent
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer, constraints: [{type: primary_key}]}]
  - name: child
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: integer, constraints: [{type: unique}]}
      - {name: parent_id, data_type: integer, constraints: [${columnKey}]}
  - name: grandchild
    config: {contract: {enforced: true}}
    constraints: [${modelKey}]
    columns: [{name: child_id, data_type: integer}]
`,
});
const keys = `select table_name as "from", referenced_table as "to" from duckdb_constraints()
  where constraint_type = 'FOREIGN KEY' and table_name <> referenced_table order by 1`;

test.each([
  [
    "{type: foreign_key, to: ref('parent'), to_columns: [id]}",
    "{type: foreign_key, columns: [child_id], to: ref('child'), to_columns: [id]}",
  ],
  [
    '{type: foreign_key, expression: main.parent (id)}',
    '{type: foreign_key, columns: [child_id], expression: main.child (id)}',
  ],
])(
  'foreign keys as %s hold, and the tables they lead to can be made anew',
  async (column, model) => {
    make(keyed(column, model));
    const both = [
      { from: 'child', to: 'parent' },
      { from: 'grandchild', to: 'child' },
    ];
    for (const second of [2, 3]) {
      const done = await run('--vars', `{second: ${second}}`);
      expect(done.exitCode, done.output).toBe(0);
      expect(await rows(keys)).toEqual(both);
    }
    // Alone, the parent leaves what pointed at it in place, without keys until it is built again.
    expect((await run('-s', 'parent')).exitCode).toBe(0);
    expect(await rows(keys)).toEqual([]);
    expect(await rows('select * from grandchild')).toEqual([{ child_id: 1 }]);
    expect((await run('-s', 'child+')).exitCode).toBe(0);
    expect(await rows(keys)).toEqual(both);
  },
);

test('a column of JSON is JSON to a contract, not text', async () => {
  const of = (type: string) =>
    `models: [{name: m, config: {contract: {enforced: true}}, columns: [{name: j, data_type: '${type}'}, {name: l, data_type: '${type}[]'}]}]\n`;
  make({
    'models/m.sql': "select '{}'::json as j, ['{}'::json] as l",
    'models/m.yml': of('json'),
  });
  expect((await run()).exitCode).toBe(0);
  project.write({ 'models/m.yml': of('varchar') });
  const refused = await run();
  expect(refused.exitCode).toBe(1);
  expect(refused.output).toMatch(/j +JSON +VARCHAR +data type mismatch/);
  expect(refused.output).toMatch(/l +JSON\[\] +VARCHAR\[\] +data type mismatch/);
});
