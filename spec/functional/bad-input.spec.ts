import { afterEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

interface BadInput {
  readonly files: ProjectFiles;
  readonly args?: readonly string[];
  readonly exitCode: number;
  /** Parts the output must have, in this order. */
  readonly says: readonly string[];
}

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

async function check(bad: BadInput) {
  fixture = projectFixture(bad.files);
  const run = await runTsdbt(bad.args ?? ['build'], { cwd: fixture.root });
  let rest = run.output;
  for (const part of bad.says) {
    expect(rest, `in order: ${part}`).toContain(part);
    rest = rest.slice(rest.indexOf(part) + part.length);
  }
  expect(run.exitCode).toBe(bad.exitCode);
}

const model = (sql: string): ProjectFiles => ({ 'models/orders.sql': sql });

const projectCases: Record<string, BadInput> = {
  'meta on its own and under config': {
    files: {
      ...model('select 1 as id'),
      'models/p.yml': 'models:\n  - name: orders\n    meta: {a: 1}\n    config: {meta: {b: 2}}\n',
    },
    exitCode: 2,
    says: [
      'models/p.yml:3:5 TS2016: The model "orders" has "meta" twice',
      'Keep the one under config.',
    ],
  },
  'tests under both names': {
    files: {
      ...model('select 1 as id'),
      'models/p.yml':
        'models:\n  - name: orders\n    columns: [{name: id, tests: [unique], data_tests: [not_null]}]\n',
    },
    exitCode: 2,
    says: ['models/p.yml:3:26 TS1050: tests and data_tests are both in models/p.yml'],
  },
  'missing ref': {
    files: {
      'models/customers.sql': 'select 1 as id',
      'models/orders.sql': "select *\nfrom {{ ref('cusotmers') }}\n",
    },
    exitCode: 2,
    says: [
      'models/orders.sql:2:9 TS3001: model "orders" refers to "cusotmers", which is not in the project.',
      '> 2 | from {{ ref(',
      'Did you mean "customers"?',
    ],
  },
  'missing source': {
    files: model("select * from {{ source('landing', 'orders') }}"),
    exitCode: 2,
    says: [
      'models/orders.sql:1:18 TS3003: model "orders" reads the source "landing.orders", which is not declared.',
      'Declare it under `sources:`',
    ],
  },
  'a cycle shows its path': {
    files: {
      'models/a.sql': "select * from {{ ref('b') }}",
      'models/b.sql': "select * from {{ ref('c') }}",
      'models/c.sql': "select * from {{ ref('a') }}",
    },
    exitCode: 2,
    says: [
      'TS3004: These nodes depend on each other in a circle: model.shop.a → model.shop.c → model.shop.b → model.shop.a.',
    ],
  },
  'YAML error': {
    files: {
      ...model('select 1 as id'),
      'models/orders.yml': 'models:\n  - name: orders\n    description: [unclosed\n',
    },
    exitCode: 2,
    says: ['models/orders.yml:', 'TS2001: YAML:', 'Check the indentation'],
  },
  'unknown key': {
    files: {
      ...model('select 1 as id'),
      'models/orders.yml': 'models:\n  - name: orders\n    descripton: x\n',
    },
    exitCode: 2,
    says: [
      'models/orders.yml:3:5 TS1004: Unknown key "descripton" in model "orders".',
      'Did you mean "description"?',
    ],
  },
  'unknown key of a column': {
    files: {
      ...model('select 1 as id'),
      'models/orders.yml':
        'models:\n  - name: orders\n    columns:\n      - name: id\n        test: [unique]\n',
    },
    exitCode: 2,
    says: [
      'models/orders.yml:5:9 TS1004: Unknown key "test" in model "orders", columns.[0].',
      'Did you mean "tests"?',
    ],
  },
  'unknown key of the project': {
    files: { 'project.yml': 'name: shop\nmodel-path: [models]\n' },
    exitCode: 2,
    says: [
      'project.yml:2:1 TS1004: Unknown key "model-path" in project.yml.',
      'Did you mean "model-paths"?',
    ],
  },
  'a value of the wrong kind': {
    files: {
      ...model('select 1 as id'),
      'models/orders.yml': 'models:\n  - name: orders\n    columns: id\n',
    },
    exitCode: 2,
    says: ['models/orders.yml:3:5 TS1005: "columns" in model "orders" must be a list.'],
  },
  'YAML nested too deep': {
    files: {
      ...model('select 1 as id'),
      'models/deep.yml': `models: ${'['.repeat(2000)}${']'.repeat(2000)}\n`,
    },
    exitCode: 2,
    says: ['models/deep.yml:1:1 TS2002: This YAML file is over a limit: nested'],
  },
  'Jinja syntax error': {
    files: model('select 1 as id\n{% if true %}\n, 2 as b\n'),
    exitCode: 2,
    says: ['models/orders.sql:', 'TS2003:', 'endif'],
  },
  'undefined macro': {
    files: {
      ...model("select {{ cents_to_euro('amount') }} as amount"),
      'macros/cents_to_euros.sql': '{% macro cents_to_euros(c) %}{{ c }} / 100{% endmacro %}',
    },
    exitCode: 2,
    says: [
      'models/orders.sql:1:',
      "'cents_to_euro' is undefined",
      'Did you mean "cents_to_euros"?',
    ],
  },
  'an error inside a macro names the macro and the caller': {
    files: {
      ...model("select {{ euros('amount') }} as amount"),
      'macros/euros.sql': '{% macro euros(c) %}\n{{ c.nope.deeper }}\n{% endmacro %}',
    },
    exitCode: 2,
    says: ['macros/euros.sql:2:', 'TS20', 'in macro euros'],
  },
  'SQL error at its place in the model': {
    files: model(
      "{{ config(materialized='table') }}\n\nselect\n    1 as id,\n    {{ 'nope' }} as b\nfrom (select 2 as a)\n",
    ),
    exitCode: 1,
    says: [
      'ERROR',
      'orders',
      'Error in orders',
      'models/orders.sql:5:',
      'TS4001: Binder error: Referenced column "nope" not found',
      '> 5 |',
      'Done in',
      'ERROR=1',
    ],
  },
  'unknown test': {
    files: {
      ...model('select 1 as id'),
      'models/orders.yml':
        'models:\n  - name: orders\n    columns:\n      - name: id\n        data_tests: [uniqe]\n',
    },
    exitCode: 2,
    says: [
      'models/orders.yml:5:22 TS3012: model.shop.orders uses the test "uniqe"',
      'Did you mean "unique"?',
    ],
  },
  'unknown materialization': {
    files: model("{{ config(materialized='tabel') }} select 1 as id"),
    exitCode: 1,
    says: ['TS3013: model.shop.orders has the materialization "tabel"', 'Did you mean "table"?'],
  },
  'properties without a model': {
    files: { ...model('select 1 as id'), 'models/orders.yml': 'models:\n  - name: order\n' },
    exitCode: 2,
    says: [
      'models/orders.yml:2:5 TS2010: There are properties for the model "order", but no such model.',
      'Did you mean "orders"?',
    ],
  },
  'two models of one name': {
    files: { 'models/a/orders.sql': 'select 1 as id', 'models/b/orders.sql': 'select 2 as id' },
    exitCode: 2,
    says: [
      'TS2009: Two resources are the model "orders": models/a/orders.sql and models/b/orders.sql.',
    ],
  },
  'all errors are shown at once, sorted by file': {
    files: { 'models/b.sql': "select * from {{ ref('nope') }}", 'models/a.sql': '{% if %}' },
    exitCode: 2,
    says: ['models/a.sql', 'models/b.sql', '2 errors. Nothing was run.'],
  },
  'unknown flag': {
    files: model('select 1 as id'),
    args: ['build', '--slect', 'orders'],
    exitCode: 2,
    says: ["unknown option '--slect'", 'Did you mean --select?'],
  },
  'unknown command': {
    files: {},
    args: ['biuld'],
    exitCode: 2,
    says: ["unknown command 'biuld'", 'Did you mean build?'],
  },
  'unknown selector method': {
    files: model('select 1 as id'),
    args: ['ls', '--select', 'tga:nightly'],
    exitCode: 2,
    says: ['TS3006: Selector "tga:nightly": there is no method "tga:".', 'Did you mean "tag"?'],
  },
  'not a date': {
    files: model('select 1 as id'),
    args: ['build', '--process-date', '2026-02-30'],
    exitCode: 2,
    says: ['TS1012: --process-date "2026-02-30" is not a date.'],
  },
  'variables that are no mapping': {
    files: model('select 1 as id'),
    args: ['build', '--vars', '[a]'],
    exitCode: 2,
    says: ['TS1011: --vars must be a mapping of names to values.'],
  },
  'a variable nobody sets': {
    files: model("select '{{ var('strat') }}' as d"),
    args: ['build', '--vars', 'start: 2026-01-01'],
    exitCode: 2,
    says: ['models/orders.sql:1:', 'TS3009:', '"strat"', 'Did you mean "start"?'],
  },
  'a profile that is not there': {
    files: { 'project.yml': 'name: shop\nprofile: nope\n' },
    exitCode: 2,
    says: ['TS1007: Profile "nope" is not in'],
  },
  'a target that is not there': {
    files: {
      'project.yml': 'name: shop\nprofile: shop\n',
      'profiles.yml': 'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: a.duckdb}\n',
    },
    args: ['build', '--target', 'dve'],
    exitCode: 2,
    says: ['TS1008: Profile "shop" has no target "dve".', 'Did you mean "dev"?'],
  },
  'not UTF-8': {
    files: { 'models/orders.sql': new Uint8Array([0x73, 0xff, 0xfe]) },
    exitCode: 2,
    says: ['models/orders.sql TS2011: models/orders.sql is not UTF-8 text.'],
  },
};

describe('bad input in a project', () => {
  test.each(Object.entries(projectCases))('%s', async (_name, bad) => {
    await check(bad);
  });

  test('no project at all', async () => {
    fixture = projectFixture({ 'project.yml': 'name: shop\n' });
    const run = await runTsdbt(['build'], { cwd: '/' });
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(
      'TS1002: No project.yml or dbt_project.yml in / or any folder above it.',
    );
  });
});
