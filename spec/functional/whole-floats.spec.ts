import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Json } from '../../src/contracts/json.ts';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
afterEach(() => fixture.remove());

const properties = `models:
  - name: m
    latest_version: 2
    versions: [{v: 1}, {v: 2}]
    config: {meta: {rate: 1.0, steps: [2.0, 3]}}
    columns:
      - name: a
        data_tests:
          - accepted_values: {arguments: {values: [1.0, 2.5], quote: false}}
unit_tests:
  - name: plain
    model: m
    versions: {include: [2]}
    overrides: {vars: {x: 1.0}, macros: {is_incremental: false}}
    given: [{input: ref('src'), rows: [{a: null, b: it's}, {a: 1.0, b: x}]}]
    expect: {rows: [{a: 1.0}]}
  - name: texts
    model: src
    given: []
    expect: {format: csv, rows: "a,b\\n1.0,x\\n,y\\n"}
  - name: files
    model: m
    versions: {exclude: [1]}
    given: [{input: ref('src'), format: csv, fixture: some_rows}]
    expect: {format: sql, rows: select 1 as a}
`;

const project = () =>
  projectFixture({
    'dbt_project.yml': 'name: d\nvars: {x: 1.0, list: [2.0, 3]}\n',
    'models/src.sql': "select {{ var('x') }} as a, '{{ var('list') }}' as b",
    'models/m_v1.sql': "select a from {{ ref('src') }}",
    'models/m_v2.sql': "select a + {{ config.get('meta')['rate'] }} - 1 as a from {{ ref('src') }}",
    'models/p.yml': properties,
    'tests/fixtures/some_rows.csv': 'a,b\n1.0,2\n3,\n',
  });

const manifest = () => readFileSync(join(fixture.root, 'target/manifest.json'), 'utf8');

test('floats without a fraction stay floats in SQL, names of tests and the manifest', async () => {
  fixture = project();
  const compiled = await runTsdbt(['compile', '-s', 'src', '-q'], { cwd: fixture.root });
  expect(compiled.stdout).toContain("select 1.0 as a, '[2.0, 3]' as b");
  const names = await runTsdbt(['ls', '--resource-type', 'test'], { cwd: fixture.root });
  expect(names.stdout.split('\n')).toContain('d.accepted_values_m_v2_a__False__1_0__2_5');
  expect(manifest()).toContain('"meta":{"rate":1.0,"steps":[2.0,3]}');
  // Once more, from what was kept of the first parse.
  await runTsdbt(['compile', '-s', 'src'], { cwd: fixture.root });
  expect(manifest()).toContain('"meta":{"rate":1.0,"steps":[2.0,3]}');
  expect(
    (await runTsdbt(['build', '--exclude-resource-type', 'unit_test'], { cwd: fixture.root }))
      .output,
  ).toContain('PASS=5');
});

test('unit tests have the ids and checksums of dbt', async () => {
  fixture = project();
  await runTsdbt(['parse'], { cwd: fixture.root });
  const { unit_tests: tests } = JSON.parse(manifest()) as {
    unit_tests: Record<string, Record<string, Json>>;
  };
  expect(
    Object.fromEntries(Object.entries(tests).map(([id, one]) => [id, one['checksum']])),
  ).toEqual({
    'unit_test.d.m.plain_v2': 'dd2935d3035df3a7dc1be045ab776aa878653f2ef72eeccf7895630554241748',
    'unit_test.d.src.texts': '6cce1ebe11b5e368d22ece0e52094944b337a1ff705ac097e42268be6e1f64aa',
    'unit_test.d.m.files_v2': '3166596abd1b86cbefc82314399531c92eb0f1999dd465d0052f8d15028fb421',
  });
  expect(tests['unit_test.d.m.plain_v2']).toMatchObject({
    fqn: ['d', 'm', 'plain'],
    versions: { include: [2], exclude: null },
    version: 2,
  });
});

test('an edit that makes a number a float is seen', async () => {
  fixture = project();
  await runTsdbt(['parse'], { cwd: fixture.root });
  writeFileSync(join(fixture.root, 'models/p.yml'), properties.replace('rate: 1.0', 'rate: 1'));
  await runTsdbt(['parse'], { cwd: fixture.root });
  expect(manifest()).toContain('"rate":1,');
  writeFileSync(join(fixture.root, 'models/p.yml'), properties);
  await runTsdbt(['parse'], { cwd: fixture.root });
  expect(manifest()).toContain('"rate":1.0,');
});
