import { expect, test } from 'vitest';
import { type ProjectFiles, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { type Pick, picker } from './mutated-file.ts';
import { Trials } from './trials.ts';

/** How many projects are changed and run; `TSDBT_MUTATED_PROJECTS=5000` for the full size. */
const size = Number(process.env['TSDBT_MUTATED_PROJECTS'] ?? 500);
const first = Number(process.env['TSDBT_FIRST_MUTATED_PROJECT'] ?? 1);

const files: Readonly<Record<string, string>> = {
  'project.yml': `name: shop
vars: {start: 2026-01-01, limits: [1, 2, 3], names: {1: one, yes: two}}
models: {shop: {marts: {+materialized: table, +tags: [nightly]}}}
seeds: {shop: {regions: {+column_types: {id: integer, since: date}}}}
on-run-end: "select 1"
`,
  'profiles.yml': `shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: target/shop.duckdb, schema: main, threads: 2, settings: {memory_limit: 1GB}}
`,
  'selectors.yml': `selectors:
  - name: nightly
    definition: {union: [{method: tag, value: nightly}, 'stg_orders+', {exclude: [regions]}]}
`,
  'models/marts/orders.sql': `{{ config(materialized='incremental', unique_key='id', on_schema_change='append_new_columns') }}
select id, amount, {{ cents('amount') }} as cents from {{ ref('stg_orders') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
`,
  'models/stg_orders.sql': `{%- set types = ['a', 'b'] -%}
select id, amount, region {% for type in types %}, '{{ type }}' as t_{{ loop.index }}{% endfor %}
from {{ ref('raw_orders') }} left join {{ ref('regions') }} using (id)
where amount < {{ var('limits')[2] * 1000 }} -- {{ env_var('HOME', 'none') | upper | truncate(3) }}
`,
  'models/raw_orders.sql': `select id, amount, processing_date, _file, _line from {{ source('landing', 'orders') }}\n`,
  'models/models.yml': `version: 2
sources:
  - name: landing
    tables:
      - name: orders
        landing: {path: 'landing/*.csv', format: csv, max_bad_rows: 10}
        columns: [{name: id, data_type: integer}, {name: amount, data_type: 'decimal(10, 2)'}]
models:
  - name: raw_orders
    config: {materialized: landing, unique_key: id}
    expectations: [{name: positive, expression: amount > 0, on_violation: quarantine, message: not positive}]
  - name: stg_orders
    description: "{{ doc('orders') }}"
    columns:
      - {name: id, data_tests: [unique, not_null, {accepted_values: {values: [1, 2, 3]}}]}
unit_tests:
  - name: cents_are_whole
    model: orders
    given: [{input: ref('stg_orders'), rows: [{id: 1, amount: 1.25}]}]
    expect: {rows: [{id: 1, cents: 125}]}
exposures:
  - {name: board, type: dashboard, owner: {email: a@example.com}, depends_on: [ref('orders')]}
`,
  'models/docs.md': '{% docs orders %}\nOrders, **cleaned**.\n{% enddocs %}\n',
  'macros/cents.sql': `{% macro cents(column, scale=2) -%}
  cast({{ column }} * {{ 10 ** scale }} as bigint) {# whole #}
{%- endmacro %}
{% test at_least(model, column_name, least) %} select * from {{ model }} where {{ column_name }} < {{ least }} {% endtest %}
`,
  'snapshots/orders.sql': `{% snapshot orders_history %}
{{ config(unique_key='id', strategy='check', check_cols=['amount']) }} select id, amount from {{ ref('stg_orders') }}
{% endsnapshot %}
`,
  'seeds/regions.csv': 'id,region,since\n1,north,2026-01-01\n2,"so, uth",\n',
  'tests/no_gaps.sql': "select * from {{ ref('orders') }} where id is null\n",
  'landing/orders.csv': 'id,amount\n1,1.25\n2,3.50\n3,\n',
};

const commands = [['parse'], ['ls'], ['build'], ['docs', 'generate']];
const words = [
  ...[
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    ':',
    '- ',
    '\n',
    '\t',
    '\0',
    '\\',
    '&a ',
    '*a',
  ],
  ...[
    '!!x ',
    '| ',
    '<<: ',
    'null',
    '.',
    '~',
    '%',
    '(',
    ')',
    ',',
    '1e400',
    '9007199254740993',
    '__proto__',
    '\ud800',
  ],
  ...[
    'constructor',
    'none',
    'True',
    '{{ ref("orders") }}',
    '{% endif %}',
    '{% for x in y %}',
    '-1',
    'é',
    '\u2028',
  ],
];

/** A copy of the project with one to three places changed. */
function mutated(pick: Pick): { readonly files: ProjectFiles; readonly changes: string } {
  const changed: Record<string, Uint8Array> = {};
  const changes: string[] = [];
  const paths = Object.keys(files);
  for (const path of paths) changed[path] = Buffer.from(files[path]!);
  for (let left = 1 + pick(3); left > 0; left--) {
    const path = paths[pick(paths.length)]!;
    const bytes = Buffer.from(changed[path]!);
    const at = pick(bytes.length + 1);
    const word = words[pick(words.length)]!;
    const other = Buffer.from(changed[paths[pick(paths.length)]!]!);
    const [gone, text] = [
      [1, Buffer.from([pick(256)])],
      [1 + pick(12), Buffer.alloc(0)],
      [0, Buffer.from(word)],
      [pick(8), Buffer.from(word)],
      [0, bytes.subarray(at, at + pick(60))],
      [0, other.subarray(pick(other.length), other.length)],
      [pick(30) === 0 ? bytes.length : 3, Buffer.alloc(0)],
    ][pick(7)] as [number, Buffer];
    changes.push(
      `${path} at ${at}: -${gone} +${JSON.stringify(text.toString('latin1').slice(0, 60))}`,
    );
    changed[path] = Buffer.concat([bytes.subarray(0, at), text, bytes.subarray(at + gone)]);
  }
  return { files: changed, changes: changes.join('; ') };
}

test(`${size} projects with changed files: no command ends with an internal error`, {
  timeout: 7_200_000,
}, async () => {
  const trials = new Trials('mutated projects');
  for (let number = first; number < first + size; number++) {
    const { files: changed, changes } = mutated(picker(number));
    const fixture = projectFixture(changed);
    let problem: string | undefined;
    try {
      for (const command of commands) {
        const { exitCode, output } = await runTsdbt(command, { cwd: fixture.root });
        const isInternal = output.includes('TS9001') || ![0, 1, 2].includes(exitCode);
        // What can't be parsed is not built either: the same errors once more.
        const isParsed = command[0] !== 'ls' || exitCode === 0;
        if (isInternal) problem ??= `${number}: ${command.join(' ')}: ${changes}\n${output}`;
        if (!isParsed) break;
      }
    } finally {
      fixture.remove();
    }
    trials.note(problem);
  }
  expect(trials.report()).toContain(`${size} trials, 0 failures`);
});
