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

// What the parse cache answers must be what a parse of all files says, after any edits. CI tries 60
// sequences; TSDBT_CACHE_SEQUENCES=10000 asks for more.
const sequences = Number(process.env['TSDBT_CACHE_SEQUENCES'] ?? 60);

const files = {
  'dbt_project.yml': `name: shop
profile: shop
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
  'models/marts/b.sql': "select * from {{ ref('a') }}",
  'models/marts/c.sql': '{{ config(alias=name_of()) }} select 1 as id',
  'models/schema.yml':
    'models:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [unique]\n',
  'macros/names.sql': "{% macro name_of() %}{{ return('first') }}{% endmacro %}",
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
  'models/marts/b.sql': [
    "select * from {{ ref('a') }}",
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
  const select = ['ls', '--select', 'tag:t+,tag:plain', 'a+', 'config.alias:e'];
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
