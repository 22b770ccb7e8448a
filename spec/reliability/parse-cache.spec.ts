import {
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// What the parse cache answers must be what a parse of all files says, after any edits. CI tries 40
// sequences; TSDBT_CACHE_SEQUENCES=10000 asks for more.
const sequences = Number(process.env['TSDBT_CACHE_SEQUENCES'] ?? 40);

const files = {
  'dbt_project.yml': `name: shop
profile: shop
on-run-start: "{{ name_of() }}"
on-run-end: "select * from {{ ref('a') }}"
models:
  shop:
    marts: {+tags: "{{ var('tag', 'plain') }}"}
`,
  'profiles.yml': `shop:
  outputs:
    default: {type: duckdb, path: shop.duckdb, schema: main}
    other: {type: duckdb, path: other.duckdb, schema: elsewhere}
`,
  'models/a.sql': 'select 1 as id',
  'models/e.sql': "select * from {{ ref('a') }}",
  'models/z.sql': '{{ config(enabled=false) }} select 1 as id',
  'models/sources.yml':
    'sources:\n  - name: raw\n    schema: main\n    tables:\n      - name: t\n        columns:\n          - name: id\n            data_tests: [not_null]\n',
  'models/more.yml': `models:
  - name: e
    description: "{{ doc('told') }}"
    columns:
      - name: id
        data_tests:
          - relationships:
              arguments: {to: ref('a'), field: id}
  - name: z
    columns: [{name: id, data_tests: [unique, {relationships: {arguments: {to: ref('a'), field: id}}}]}]
  - name: v
    latest_version: 2
    versions: [{v: 1}, {v: 2}]
groups:
  - name: g
    owner: {name: g}
exposures:
  - name: shown
    type: dashboard
    owner: {name: g}
    depends_on: [ref('e')]
unit_tests:
  - name: of_e
    model: e
    given:
      - input: ref('a')
        rows: [{id: 1}]
    expect:
      rows: [{id: 1}]
`,
  'models/v_v1.sql': 'select 1 as id',
  'models/v_v2.sql': "select * from {{ ref('v', v=1) }}",
  'models/told.md': '{% docs told %}It was told.{% enddocs %}',
  'analyses/look.sql': "select count(*) from {{ ref('e') }}",
  'tests/none_left.sql': "select * from {{ ref('e') }} where id is null",
  'snapshots/kept.yml':
    "snapshots:\n  - name: kept\n    relation: ref('a')\n    config: {unique_key: id, strategy: check, check_cols: all}\n",
  'models/marts/b.sql': "select * from {{ ref('a') }}",
  'models/marts/c.sql': '{{ config(alias=name_of()) }} select 1 as id',
  'models/schema.yml':
    'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [unique]\n',
  'macros/names.sql': "{% macro name_of() %}{{ return('first') }}{% endmacro %}",
  'models/marts/marts.yml':
    'models:\n  - name: c\n    columns: [{name: id, data_tests: [unique]}]\n',
  'lib/models/d.yml': 'models:\n  - name: d\n    columns: [{name: id, data_tests: [not_null]}]\n',
  'functions/twice.sql': "x * {{ var('factor', 2) }}",
  'functions/four.sql': "{{ function('twice') }}(x) + (select max(id) from {{ ref('b') }})",
  'functions/of_two.sql': 'x * y',
  'functions/functions.yml': `functions:
  - name: twice
    arguments: [{name: x, data_type: integer}]
    returns: {data_type: integer}
    overloads: [{defined_in: of_two, arguments: [{name: x, data_type: int}, {name: y, data_type: int}]}]
  - name: four
    config: {tags: [t]}
    arguments: [{name: x, data_type: integer, default_value: 1}]
    returns: {data_type: integer}
`,
  'seeds/s.csv': 'id\n1\n',
  'packages.yml': 'packages:\n  - local: lib\n',
  'lib/dbt_project.yml': 'name: lib\n',
  'lib/models/d.sql': 'select 4 as id',
};

const texts: Readonly<Record<string, readonly string[]>> = {
  'models/a.sql': [
    'select 1 as id',
    'select 2 as id',
    "{{ config(tags=['x']) }} select 1 as id",
    "{{ config(alias=var('alias', 'a')) }} select 1 as id",
    "{{ config(alias=env_var('SHOP_ALIAS', 'a')) }} select 1 as id",
    '{{ config(tags=[flags.WHICH]) }} select 1 as id',
    "{{ log('hello', info=true) }} select 1 as id",
    '{{ config(meta=invocation_args_dict) }} select 1 as id',
  ],
  'models/e.sql': [
    "select * from {{ ref('a') }}",
    "select id from {{ ref('a') }} -- the same",
    "\n\nselect * from {{ ref('a') }} join {{ ref('c') }} using (id)",
    "select * from {{ ref('b') }}",
    "select * from {{ source('raw', 't') }}",
    "select * from {{ source('raw', 'gone') }}",
    "{{ config(materialized='table', meta={'k': 'ä€😀'}) }} select * from {{ ref('a') }}",
    "{{ config(materialized='ephemeral') }} select * from {{ ref('a') }}",
    "{{ config(enabled=false) }} select * from {{ ref('a') }}",
    "{{ config(group='g', access='private') }} select * from {{ ref('a') }}",
    "{{ config(alias='a') }} select * from {{ ref('a') }}",
    "{{ config(pre_hook=\"select '{{ name_of() }}'\") }} select {{ name_of() }} from {{ ref('a') }}",
    "{{ config(materialized='landing') }} select * from {{ ref('a') }}",
    "select * from {{ ref('v') }}",
    "select {{ function('twice') }}(id) as id from {{ ref('a') }}",
    "select {{ function('shop', 'four') }}(id) as id, {{ function('of_two') }} from {{ ref('a') }}",
    "select {{ function('four') }}(id) as id from {{ ref('d') }}",
    '{% macro own() %}1{% endmacro %}select {{ own() }} as id',
  ],
  'models/v_v2.sql': ["select * from {{ ref('v', v=1) }}", 'select 7 as id'],
  'analyses/look.sql': ["select count(*) from {{ ref('e') }}", "select 1 from {{ ref('b') }}"],
  'tests/none_left.sql': [
    "select * from {{ ref('e') }} where id is null",
    "{{ config(severity='warn', store_failures=true) }} select * from {{ ref('b') }}",
    'select 1 from {{ this }}',
    "select 1 where {{ function('twice') }}(1) = 3",
  ],
  'functions/twice.sql': [
    files['functions/twice.sql'],
    "{{ config(enabled=var('factor', 2) == 2) }} x * 3",
    "{{ config(alias='other', group='g') }} x * (select max(id) from {{ ref('e') }})",
    '{% if %}',
  ],
  'functions/of_two.sql': ['x * y', "x + y + {{ function('four') }}(1)"],
  'functions/functions.yml': [
    files['functions/functions.yml'],
    files['functions/functions.yml'].replace('{data_type: integer}', '{data_type: bigint}'),
    files['functions/functions.yml'].replace(/ {4}overloads.*\n/, ''),
    files['functions/functions.yml'].replace('returns', 'gives'),
  ],
  'snapshots/kept.yml': [files['snapshots/kept.yml']],
  'models/more.yml': [
    files['models/more.yml'],
    files['models/more.yml'].replace('It was', 'Now it is').replace('{v: 1}, {v: 2}', '{v: 2}'),
    files['models/more.yml'].replace("ref('a'), field", "ref('b'), field"),
    files['models/more.yml'].replace('rows: [{id: 1}]', 'rows: [{id: 2}]'),
  ],
  'models/marts/marts.yml': [
    'models:\n  - name: c\n    description: one\n',
    'models:\n  - name: c\n    columns: [{name: id, data_tests: [unique, not_null]}]\n  - name: b\n    columns: [{name: id, data_tests: [not_null]}]\n',
    'models:\n  - name: c\n    columns: [{name: id, data_tests: [not_null]}]\n',
    '',
  ],
  'lib/models/d.yml': [
    'models:\n  - name: d\n    columns: [{name: id, data_tests: [unique, not_null]}]\n',
    'models:\n  - name: d\n    columns: [{name: id, data_tests: [unique]}]\n',
  ],
  'models/told.md': [files['models/told.md'], '{% docs told %}Another word.{% enddocs %}'],
  'models/marts/b.sql': [
    "select * from {{ ref('a') }}",
    "select * from {{ ref('e') }}",
    "select * from {{ ref('s') }}",
    "select * from {{ ref('d') }}",
    "select * from {{ ref('nowhere') }}",
    '{% if %}',
  ],
  'models/schema.yml': [
    'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [unique]\n',
    'models:\n  - name: a\n    description: "{{ target.schema }}"\n',
    'models:\n  - name: gone\n',
    'models: [\n',
    'models:\n  - name: a\n    columns:\n      - name: id\n        description: "{{ doc(\'told\') }}"\n        data_tests: [unique, not_null]\n',
    "models:\n  - name: a\n    columns:\n      - {name: id, data_tests: [not_null]}\n  - name: b\n    config: {tags: [t], meta: {x: 1}}\n    columns:\n      - name: id\n        data_tests:\n          - accepted_values: {arguments: {values: [1, 2]}}\n          - relationships: {arguments: {to: ref('a'), field: id}, config: {severity: warn}}\n",
    '\n\nmodels:\n  - name: b\n    description: told\n    constraints: [{type: primary_key, columns: [id]}]\n    data_tests: [unique: {column_name: id, name: own_name}]\n',
    'models:\n  - name: a\n    config: {group: g}\n    columns: [{name: id, data_tests: [unique]}]\n',
    'models:\n  - name: a\n    columns: [{name: id, data_tests: [unique: {config: {enabled: false}}]}]\n',
    'models:\n  - name: a\n    columns: [{name: id, data_tests: [unique, unique]}]\n',
    "models:\n  - name: a\n    config: {alias: \"{{ env_var('SHOP_ALIAS', 'a') }}\"}\n    colums: []\n    columns: [{name: id, data_tests: [unique]}]\n",
    'models:\n  - name: c\n    columns: [{name: id, data_tests: [unique: {config: {where: "{{ name_of() }}"}}]}]\nseeds:\n  - name: s\n    columns: [{name: id, data_tests: [unique]}]\n',
    "models:\n  - name: c\n    columns: [{name: id, data_tests: [unique, relationships: {arguments: {to: ref('nowhere'), field: id}}]}]\n",
    'models:\n  - name: c\n    columns: [{name: id, data_tests: [unique]}]\nunit_tests:\n  - name: of_c\n    model: c\n    given: []\n    expect: {rows: [{id: 1}]}\n',
    '# moved\nmodels:\n  - name: c\n    description: other\n    columns: [{name: id, data_tests: [unique]}]\nunit_tests:\n  - name: of_c\n    model: c\n    given: []\n    expect: {rows: [{id: 1}]}\n',
  ],
  'macros/names.sql': [
    "{% macro name_of() %}{{ return('first') }}{% endmacro %}",
    "{% macro name_of() %}{{ return('other') }}{% endmacro %}",
    '{% macro generate_schema_name(n, node) %}made{% endmacro %}{% macro name_of() %}c{% endmacro %}',
  ],
  'seeds/s.csv': ['id\n1\n', 'id\n2\n'],
  'lib/models/d.sql': ['select 4 as id', 'select 5 as id'],
  'dbt_project.yml': [files['dbt_project.yml'], 'name: shop\nprofile: shop\n'],
};

type Edit = (root: string) => void;

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(...Object.keys(texts)).chain((path) =>
      fc.record({ text: fc.constantFrom(...texts[path]!), keepTimes: fc.boolean() }).map(
        ({ text, keepTimes }): Edit =>
          (root) => {
            const file = join(root, path);
            const before = existsSync(file) ? statSync(file) : undefined;
            writeFileSync(file, text);
            if (keepTimes && before !== undefined) utimesSync(file, before.atime, before.mtime);
          },
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Edit>(
      (root) => rmSync(join(root, 'models/schema.yml'), { force: true }),
      (root) => writeFileSync(join(root, 'models/new.sql'), 'select 1 as id'),
      (root) => rmSync(join(root, 'models/new.sql'), { force: true }),
      (root) => move(root, 'models/marts/c.sql', 'models/c.sql'),
      (root) => move(root, 'models/c.sql', 'models/marts/c.sql'),
      (root) => utimesSync(join(root, 'models/a.sql'), new Date(), new Date()),
      (root) => utimesSync(join(root, 'models/a.sql'), 1e9, 1e9),
      (root) => utimesSync(join(root, 'models/a.sql'), 4e9, 4e9),
      () => undefined,
    ),
  },
);

function move(root: string, from: string, to: string): void {
  if (existsSync(join(root, from))) renameSync(join(root, from), join(root, to));
}

const step = fc.record({
  edits: fc.array(edit, { maxLength: 2 }),
  args: fc.constantFrom<readonly string[]>(
    [],
    [],
    [],
    ['--vars', '{alias: v, tag: t}'],
    ['--vars', '{alias: w}'],
    ['--target', 'other'],
  ),
  env: fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    {},
    { SHOP_ALIAS: 'e' },
    { OTHER: 'x' },
  ),
});

/** The manifest but for when and in which invocation it was made. */
function manifestOf(root: string, target: string): string {
  const text = readFileSync(join(root, target, 'manifest.json'), 'utf8');
  return (
    text
      .replace(/^\{"metadata":\{.*?\},"nodes"/, '{"nodes"')
      .replace(/"created_at":[\d.]+/g, '"created_at":0')
      // What the invocation says of itself differs between the two.
      .replaceAll(/,?"(?:target_path|partial_parse|invocation_command)":(?:"[^"]*"|\w+)/g, '')
  );
}

async function compare(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) {
  const options = { cwd: root, env };
  const cached = await runTsdbt(['parse', ...args], options);
  const full = ['--no-partial-parse', '--target-path', 'cold', ...args];
  const cold = await runTsdbt(['parse', ...full], options);
  expect(cached).toEqual(cold);
  if (cold.exitCode === 0) expect(manifestOf(root, 'target')).toBe(manifestOf(root, 'cold'));
  // What is compiled from the cache is what is compiled from the files, with the same manifest.
  const compiled = await runTsdbt(['compile', ...args], options);
  expect(compiled.output.replaceAll('target/compiled', '')).toEqual(
    (await runTsdbt(['compile', ...full], options)).output.replaceAll('cold/compiled', ''),
  );
  if (compiled.exitCode !== 2)
    expect(manifestOf(root, 'target')).toBe(
      manifestOf(root, 'cold').replaceAll('"cold/', '"target/'),
    );
  const select = ['ls', '--select', 'tag:t+,tag:plain', 'a+', 'config.alias:e', 'four+'];
  expect(await runTsdbt([...select, ...args], options)).toEqual(
    await runTsdbt([...select, ...full], options),
  );
}

describe('the parse cache', () => {
  test('after any edits it says what a parse of all files says', { timeout: 0 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const { root, remove } = projectFixture(files);
        try {
          await compare(root, [], {});
          for (const { edits, args, env } of steps) {
            for (const apply of edits) apply(root);
            await compare(root, args, env);
          }
        } finally {
          remove();
        }
      }),
      { numRuns: sequences },
    );
  });

  test('property files of models edited one after the other', { timeout: 0 }, async () => {
    const model = (name: string, lines: string) => `  - name: ${name}\n${lines}`;
    const column = (tests: string) => `    columns: [{name: id, data_tests: [${tests}]}]\n`;
    const told = '    description: "{{ doc(\'told\') }}"\n';
    const unit = (name: string) =>
      `unit_tests:\n  - name: of_${name}\n    model: ${name}\n    given: []\n    expect: {rows: [{id: 1}]}\n`;
    const bodies = fc.array(
      fc.constantFrom(
        column('unique'),
        column('unique, not_null'),
        column("relationships: {arguments: {to: ref('z'), field: id}}, unique"),
        column("unique: {config: {where: 'id > 0'}}"),
        column('accepted_values: {arguments: {values: [1, 2]}, name: named}'),
        told,
        '    config: {tags: [t], meta: {ü: "€"}}\n',
        '    constraints: [{type: primary_key, columns: [id]}]\n',
        '    data_tests: [unique: {column_name: id}]\n',
      ),
      { maxLength: 3 },
    );
    /** Each part may be there once. */
    const text = (names: readonly string[]) =>
      fc
        .record({
          blank: fc.boolean(),
          models: fc.array(fc.tuple(fc.constantFrom(...names), bodies), { maxLength: 3 }),
          unit: fc.boolean(),
        })
        .map(({ blank, models, unit: hasUnit }) => {
          const byKey = (lines: readonly string[]) => [
            ...new Map(lines.map((line) => [/\w+/.exec(line)![0], line])).values(),
          ];
          const entries = new Map(models.map(([name, lines]) => [name, byKey(lines).join('')]));
          const written = [...entries].map(([name, lines]) => model(name, lines)).join('');
          const tested = hasUnit && entries.has(names[0]!) ? unit(names[0]!) : '';
          return `${blank ? '\n\n' : ''}models:${written === '' ? ' []' : ''}\n${written}${tested}`;
        });
    const edits = fc.array(
      fc.oneof(
        fc.record({ path: fc.constant('models/one.yml'), text: text(['a', 'b']) }),
        fc.record({ path: fc.constant('models/two.yml'), text: text(['c', 'z', 'b']) }),
        fc.record({
          path: fc.constant('models/a.sql'),
          text: fc.constantFrom('select 1 as id', 'select 2 as id', "select * from {{ ref('z') }}"),
        }),
      ),
      { minLength: 1, maxLength: 2 },
    );
    const configured = fc.constantFrom(
      '',
      'data_tests: {+severity: warn}\n',
      'data_tests: {shop: {+severity: warn}}\n',
      'data_tests: {shop: {unique_a_id: {+severity: warn}}}\n',
    );
    const all = fc.array(edits, { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(all, configured, async (steps, config) => {
        const { root, remove, write } = projectFixture({
          'dbt_project.yml': `name: shop\nprofile: shop\n${config}`,
          'profiles.yml': files['profiles.yml'],
          'models/a.sql': 'select 1 as id',
          'models/b.sql': 'select 1 as id',
          'models/c.sql': "select * from {{ ref('b') }}",
          'models/z.sql': 'select 1 as id',
          'models/told.md': files['models/told.md'],
          'models/one.yml': `models:\n${model('a', column('unique, not_null'))}`,
          'models/two.yml': `models:\n${model('c', column('not_null'))}${unit('c')}`,
        });
        try {
          for (const step of [[], ...steps]) {
            for (const { path, text: now } of step) write({ [path]: now });
            const cached = await runTsdbt(['parse'], { cwd: root });
            const full = ['--no-partial-parse', '--target-path', 'cold'];
            expect(cached).toEqual(await runTsdbt(['parse', ...full], { cwd: root }));
            if (cached.exitCode === 0)
              expect(manifestOf(root, 'target')).toBe(manifestOf(root, 'cold'));
            expect(await runTsdbt(['ls', '--select', 'a+', 'tag:t'], { cwd: root })).toEqual(
              await runTsdbt(['ls', '--select', 'a+', 'tag:t', ...full], { cwd: root }),
            );
          }
        } finally {
          remove();
        }
      }),
      { numRuns: sequences },
    );
  });

  test('a damaged cache is written anew without a word', { timeout: 0 }, async () => {
    const { root, remove } = projectFixture(files);
    const file = join(root, 'target/parse_cache.json');
    try {
      const first = await runTsdbt(['parse'], { cwd: root });
      const listed = await runTsdbt(['ls'], { cwd: root });
      const whole = readFileSync(file);
      const damage = fc.oneof(
        fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
        fc.tuple(fc.nat(whole.length - 1), fc.nat(7)).map(([at, bit]) => {
          const bytes = Buffer.from(whole);
          bytes[at] = bytes[at]! ^ (1 << bit);
          return bytes;
        }),
        fc.constant(Buffer.from(whole.toString().replace('parse cache 1', 'parse cache 0'))),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      );
      await fc.assert(
        fc.asyncProperty(damage, async (bytes) => {
          writeFileSync(file, bytes);
          expect(await runTsdbt(['parse'], { cwd: root })).toEqual(first);
          writeFileSync(file, bytes);
          expect(await runTsdbt(['ls'], { cwd: root })).toEqual(listed);
        }),
        { numRuns: 40 },
      );
    } finally {
      remove();
    }
  });

  test('an unchanged project is not read again, only for its user, and no secrets are in it', async () => {
    const { root, remove } = projectFixture({
      ...files,
      'models/a.sql': "select '{{ env_var('SHOP_ALIAS') }}' as id",
    });
    const options = {
      cwd: root,
      env: { SHOP_ALIAS: 'not-to-be-written', DBT_ENV_SECRET_X: 'hidden' },
    };
    const cache = join(root, 'target/parse_cache.json');
    try {
      await runTsdbt(['parse'], options);
      const manifest = statSync(join(root, 'target/manifest.json'));
      const again = await runTsdbt(['parse'], options);
      expect(again.exitCode).toBe(0);
      expect(statSync(join(root, 'target/manifest.json')).ino).toBe(manifest.ino);
      expect(statSync(cache).mode & 0o777).toBe(0o600);
      expect(readFileSync(cache, 'utf8')).not.toMatch(/not-to-be-written|hidden/);
      await runTsdbt(['parse', '--no-partial-parse'], options);
      expect(statSync(join(root, 'target/manifest.json')).ino).not.toBe(manifest.ino);
    } finally {
      remove();
    }
  });
});
