import { expect, test } from 'vitest';
import { buildDag } from '../../src/graph/dag.ts';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { Trials } from './trials.ts';

// A circle of any length is named as the path it goes, whatever its nodes are made of.

const name = (i: number) => `m${i}`;

/** A ring of models: each reads the one before it, the first the last one. */
function ring(length: number, head: (i: number) => string): Record<string, string> {
  const files: Record<string, string> = {};
  for (let i = 0; i < length; i++) {
    const before = name((i + length - 1) % length);
    files[`models/${name(i)}.sql`] = `${head(i)} select * from {{ ref('${before}') }}`;
  }
  return files;
}

const kinds: Readonly<Record<string, (i: number) => string>> = {
  views: () => '',
  ephemeral: () => "{{ config(materialized='ephemeral') }}",
  mixed: (i) => (i % 2 === 0 ? "{{ config(materialized='table') }}" : ''),
};

test('circles of 1 to 300 models', { timeout: 600_000 }, async () => {
  const trials = new Trials('circles');
  for (const [kind, head] of Object.entries(kinds)) {
    for (const length of [1, 2, 3, 10, 300]) {
      const { root, remove } = projectFixture(ring(length, head));
      try {
        const { exitCode, output } = await runTsdbt(['parse'], { cwd: root });
        const path = [...Array(length + 1).keys()].map((i) => name(i % length));
        // It may be entered anywhere.
        const isPath =
          length > 3 ||
          /model\.shop\.m\d+(?: → model\.shop\.m\d+)+/.exec(output)?.[0].split(' → ').length ===
            path.length;
        const isClear = exitCode === 2 && output.includes('TS3') && !output.includes('TS9001');
        trials.note(isClear && isPath ? undefined : `${kind} of ${length}: ${exitCode}\n${output}`);
      } finally {
        remove();
      }
    }
  }
  expect(trials.report()).toBe('circles: 15 trials, 0 failures');
});

test('a circle through a macro, a snapshot, and a hook', async () => {
  const trials = new Trials('circles');
  for (const files of [
    {
      'macros/up.sql': "{% macro up() %}{{ ref('b') }}{% endmacro %}",
      'models/a.sql': 'select * from {{ up() }}',
      'models/b.sql': "select * from {{ ref('a') }}",
    },
    {
      'snapshots/s.sql':
        "{% snapshot s %}{{ config(strategy='check', check_cols='all', unique_key='id') }} select * from {{ ref('a') }}{% endsnapshot %}",
      'models/a.sql': "select * from {{ ref('s') }}",
    },
    {
      'models/a.sql': `{{ config(post_hook="select * from {{ ref('b') }}") }} select 1 as id`,
      'models/b.sql': "select * from {{ ref('a') }}",
    },
  ]) {
    const { root, remove } = projectFixture(files);
    const { exitCode, output } = await runTsdbt(['parse'], { cwd: root });
    trials.note(exitCode === 2 && / → /.test(output) ? undefined : output);
    remove();
  }
  expect(trials.report()).toBe('circles: 3 trials, 0 failures');
});

test('a circle of 10,000, and a chain of 100,000', () => {
  const parents = (length: number, isClosed: boolean) =>
    new Map(
      [...Array(length).keys()].map((i) => [
        name(i),
        i > 0 ? [name(i - 1)] : isClosed ? [name(length - 1)] : [],
      ]),
    );
  expect(() => buildDag(parents(10_000, true))).toThrow(/m0 → .*m9999/);
  expect(buildDag(parents(100_000, false)).parents(name(99_999))).toEqual([name(99_998)]);
});
