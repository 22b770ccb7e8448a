import { projectFiles } from './project-files.mjs';

const columns = [
  ['id', 'integer', '1', 'The key: one row each.'],
  ['status', 'varchar', "'placed'", "{{ doc('status') }}"],
  ['amount', 'double', '10.5', "{{ doc('amount') }}"],
  ['quantity', 'integer', '2', 'How many pieces, never negative.'],
  ['label', 'varchar', "'a label'", "Text for people; may be empty: 'n/a' then."],
  ['created_at', 'timestamp', "timestamp '2024-01-01 00:00:00'", "{{ doc('created_at') }}"],
  ['updated_at', 'timestamp', "timestamp '2024-02-01 00:00:00'", 'When the row was last changed.'],
  ['is_active', 'boolean', 'true', 'Whether the row still counts'],
];
const names = columns.map(([name]) => name);

/**
 * @typedef {object} Model
 * @property {number} index
 * @property {string} name
 * @property {string} file the file's name, which differs where there are versions
 * @property {string} layer
 * @property {string} folder
 * @property {number | null} version
 * @property {'view' | 'table' | 'incremental' | 'ephemeral'} materialized
 * @property {readonly string[]} refs the arguments of `ref`
 * @property {number | null} source index of the source table it reads
 * @property {'literal' | 'control' | 'macro'} style
 */

/** @param {number} count @param {() => number} random
 * @returns {Generator<[string, string]>} */
export function* realisticProject(count, random) {
  yield* projectFiles(
    `models:
  bench:
    +meta: {team: data}
    staging:
      +tags: [staging]
    intermediate:
      +tags: ["intermediate", "hourly"]
    marts:
      +materialized: table
      +schema: marts
vars:
  start_date: "2024-01-01"
  row_limit: 100
  bench:
    country: DE
`,
  );
  yield [
    'packages.yml',
    'packages:\n  - local: packages/tools_one\n  - local: packages/tools_two\n',
  ];
  for (const name of ['tools_one', 'tools_two']) {
    for (const [path, contents] of packageFiles(name)) {
      yield [`packages/${name}/${path}`, contents];
      yield [`dbt_packages/${name}/${path}`, contents];
    }
  }
  yield* macroFiles();
  yield* docsFiles();
  const seeds = Math.max(1, Math.round(count / 200));
  yield* seedFiles(seeds);
  const models = planModels(count, random);
  yield ['models/groups.yml', groupsFile()];
  yield ['models/staging/sources.yml', sourcesFile(models, seeds)];
  for (const model of models) {
    yield [`models/${model.folder}/${model.file}.sql`, modelText(model, seeds)];
  }
  /** @type {Map<string, Model[]>} */ const folders = new Map();
  for (const model of models) {
    const inFolder = folders.get(model.folder);
    if (inFolder === undefined) folders.set(model.folder, [model]);
    else inFolder.push(model);
  }
  for (const [folder, inside] of folders) {
    yield [`models/${folder}/_models.yml`, propertyFile(inside)];
  }
  yield ['models/marts/exposures.yml', exposuresFile(models)];
  yield* snapshotFiles(models);
}

/** @param {number} count @param {() => number} random @returns {Model[]} */
function planModels(count, random) {
  /** @type {Model[]} */ const models = [];
  for (let index = 0; index < count; index++) {
    const share = index / count;
    const layer = share < 0.3 ? 'staging' : share < 0.6 ? 'intermediate' : 'marts';
    const prefix = { staging: 'stg', intermediate: 'int', marts: 'mart' }[layer];
    const number = String(index).padStart(6, '0');
    const version = index % 100 === 37 ? 1 : index % 100 === 38 ? 2 : null;
    const base = version === 2 ? models[index - 1].name : `${prefix}_${number}`;
    const before = version === 2 ? models[index - 1] : undefined;
    const readsSource = index % 20 === 3 && version === null;
    const isRoot = index < 5 || readsSource || random() < 0.02;
    const style = index % 10 < 6 ? 'literal' : index % 10 < 9 ? 'control' : 'macro';
    models.push({
      index,
      name: base,
      file: version === null ? base : `${base}_v${version}`,
      layer,
      folder: before?.folder ?? `${layer}/d${String(Math.floor(index / 50)).padStart(3, '0')}`,
      version,
      materialized:
        index % 20 === 9
          ? 'incremental'
          : ephemeralAt(index)
            ? 'ephemeral'
            : layer === 'marts'
              ? 'table'
              : 'view',
      refs: isRoot ? [] : pickRefs(models, random),
      source: readsSource ? (index / 20) | 0 : null,
      style,
    });
  }
  return models;
}

/** One to four of the two hundred models before. @param {readonly Model[]} models
 * @param {() => number} random */
function pickRefs(models, random) {
  const wanted = 1 + Math.floor(random() * 4);
  const first = Math.max(0, models.length - 200);
  const picked = new Set();
  for (let i = 0; i < wanted; i++) {
    picked.add(first + Math.floor(random() * (models.length - first)));
  }
  return [...picked].map((i) => refTo(models[i]));
}

/** @param {Model} model */
function refTo(model) {
  return model.version === null ? `'${model.name}'` : `'${model.name}', v=${model.version}`;
}

/** @param {Model} model @param {number} seeds */
function modelText(model, seeds) {
  const config =
    model.materialized === 'incremental'
      ? "{{ config(materialized='incremental', unique_key='id', on_schema_change='ignore') }}\n\n"
      : model.materialized === 'ephemeral'
        ? "{{ config(materialized='ephemeral') }}\n\n"
        : model.index % 5 === 0
          ? `{{ config(tags=['t${model.index % 7}']) }}\n\n`
          : '';
  const where =
    model.materialized === 'incremental'
      ? '{% if is_incremental() %}\nwhere base.updated_at > (select max(updated_at) from {{ this }})\n{% endif %}\n'
      : '';
  if (model.source !== null) {
    const seed = seedName(model.source % seeds);
    return `${config}-- depends_on: {{ ref('${seed}') }}\nselect ${castColumns('base')}\nfrom {{ source('app', 'table_${model.source}') }} as base\n${where}`;
  }
  if (model.refs.length === 0) return `${config}${literalRows()}${where.replaceAll('base.', '')}`;
  return config + body(model) + where;
}

/** @param {Model} model */
function body(model) {
  const [first, ...rest] = model.refs;
  const joins = rest
    .map(
      (ref, i) =>
        `left join {{ ref(${ref}) }} as other_${i + 1}\n    on other_${i + 1}.id = base.id\n`,
    )
    .join('');
  const from = `from {{ ref(${first}) }} as base\n${joins}`;
  if (model.style === 'literal') return `select\n    ${castColumns('base', ',\n    ')}\n${from}`;
  if (model.style === 'control') {
    return `{% set names = ['${names.join("', '")}'] %}
select
{% for name in names %}
    {% if name == 'amount' -%}
    coalesce(base.{{ name }}, 0)::double as {{ name }}
    {%- else -%}
    base.{{ name }}
    {%- endif %}{{ "," if not loop.last }}
{% endfor %}
${from}`;
  }
  return `-- rows from {{ var('start_date') }}, country {{ var('country') }}, on {{ env_var('BENCH_STAGE', 'local') }}
select
    base.id,
    {{ clean_text('base.status') }} as status,
    {{ cents('base.amount') }} as amount,
    {{ tools_one.tool_${model.index % 200}('base.quantity') }} as quantity,
    base.label,
    {{ stamp('base.created_at') }} as created_at,
    base.updated_at,
    base.is_active
${from}`;
}

/** @param {string} from @param {string} separator */
function castColumns(from, separator = ', ') {
  return columns.map(([name, type]) => `${from}.${name}::${type} as ${name}`).join(separator);
}

function literalRows() {
  return [1, 2, 3]
    .map((id) => {
      const row = columns.map(
        ([name, type, value]) => `${name === 'id' ? id : value}::${type} as ${name}`,
      );
      return `select ${row.join(', ')}\n`;
    })
    .join('union all\n');
}

/** @param {readonly Model[]} models */
function propertyFile(models) {
  const entries = models.filter((model) => model.version !== 2);
  const tested = models.filter(isUnitTested);
  return `version: 2\n\nmodels:\n${entries.map(modelProperties).join('\n')}${
    tested.length === 0 ? '' : `\nunit_tests:\n${tested.map(unitTest).join('\n')}`
  }`;
}

/** @param {Model} model */
function modelProperties(model) {
  const { index } = model;
  const lines = [
    `  - name: ${model.name}`,
    `    description: "Rows of ${model.layer}, number ${index}: one for each id."`,
  ];
  const config = [];
  if (index % 100 === 11) config.push(`      group: team_${index % 3}`);
  if (index % 100 === 21 && model.materialized !== 'ephemeral')
    config.push('      contract:', '        enforced: true');
  if (index % 10 === 4)
    config.push('      meta:', `        owner: "team_${index % 5}"`, '        pii: false');
  if (config.length > 0) lines.push('    config:', ...config);
  if (model.version === 1)
    lines.push('    latest_version: 2', '    versions:', '      - v: 1', '      - v: 2');
  lines.push('    columns:');
  for (const [name, type, , description] of columns) {
    lines.push(`      - name: ${name}`, `        data_type: ${type}`);
    lines.push(
      description.startsWith('{') || description.includes(':')
        ? `        description: "${description}"`
        : `        description: ${description}`,
    );
    if (name === 'id') {
      lines.push('        data_tests:', '          - unique', '          - not_null');
      if (model.refs.length > 0 && index % 2 === 0) {
        lines.push(
          '          - relationships:',
          '              arguments:',
          `                to: ref(${model.refs[0]})`,
          '                field: id',
        );
      }
    }
    if (name === 'status') {
      lines.push(
        '        data_tests:',
        '          - accepted_values:',
        '              arguments:',
        "                values: ['placed', 'paid', \"shipped\"]",
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** One model in a hundred, where what it reads is there before the test. @param {Model} model */
function isUnitTested(model) {
  return (
    model.index % 100 === 12 &&
    model.refs.length > 0 &&
    model.refs.every((ref) => ephemeralAt(Number(/\d{6}/.exec(ref)?.[0])) === false)
  );
}

/** @param {number} index */
function ephemeralAt(index) {
  return (index % 100) % 33 === 16 && index % 20 !== 9;
}

/** @param {Model} model */
function unitTest(model) {
  const others = model.refs.slice(1).map((ref) => `      - input: ref(${ref})\n        rows: []\n`);
  return `  - name: keeps_rows_${model.index}
    model: ${model.name}
    given:
      - input: ref(${model.refs[0]})
        rows:
          - {id: 1, status: placed}
          - {id: 2, status: paid}
${others.join('')}    expect:
      rows:
        - {id: 1, status: placed}
        - {id: 2, status: paid}
`;
}

/** @param {readonly Model[]} models @param {number} seeds */
function sourcesFile(models, seeds) {
  const tables = models
    .filter((model) => model.source !== null)
    .map(
      ({ source }) => `      - name: table_${source}
        identifier: ${seedName((source ?? 0) % seeds)}
        description: A table of the application.
        columns:
          - name: id
            description: The key.
`,
    );
  return `version: 2\n\nsources:\n  - name: app\n    schema: "{{ target.schema }}"\n    loader: copy\n    config:\n      loaded_at_field: updated_at\n      freshness:\n        warn_after: {count: 12, period: hour}\n    tables:\n${tables.join('')}`;
}

/** @param {readonly Model[]} models */
function exposuresFile(models) {
  const entries = models
    .filter((model) => model.index % 100 === 80)
    .map(
      (model) => `  - name: report_${model.index}
    label: Report ${model.index}
    type: dashboard
    maturity: high
    url: https://reports.example/${model.index}
    description: "{{ doc('status') }}"
    depends_on:
      - ref(${refTo(model)})
    owner:
      name: Data team
      email: data@example.com
`,
    );
  return entries.length === 0 ? 'version: 2\n' : `version: 2\n\nexposures:\n${entries.join('')}`;
}

function groupsFile() {
  const groups = [0, 1, 2].map(
    (i) =>
      `  - name: team_${i}\n    owner:\n      name: Team ${i}\n      email: team_${i}@example.com\n`,
  );
  return `version: 2\n\ngroups:\n${groups.join('')}`;
}

/** @param {number} i */
function seedName(i) {
  return `seed_${String(i).padStart(4, '0')}`;
}

/** @param {number} seeds @returns {Generator<[string, string]>} */
function* seedFiles(seeds) {
  for (let i = 0; i < seeds; i++) {
    const rows = [1, 2, 3].map(
      (id) => `${id},placed,${id}.5,${i},label ${id},2024-01-01 00:00:00,2024-02-01 00:00:00,true`,
    );
    yield [`seeds/${seedName(i)}.csv`, `${names.join(',')}\n${rows.join('\n')}\n`];
  }
}

/** @param {readonly Model[]} models @returns {Generator<[string, string]>} */
function* snapshotFiles(models) {
  const taken = models.filter((m) => m.index % 200 === 100 && m.materialized !== 'ephemeral');
  for (const [i, model] of taken.entries()) {
    yield i % 2 === 0
      ? [
          `snapshots/history_${model.index}.yml`,
          `snapshots:\n  - name: history_${model.index}\n    relation: ref(${refTo(model)})\n    config:\n      unique_key: id\n      strategy: check\n      check_cols: [status, amount]\n`,
        ]
      : [
          `snapshots/history_${model.index}.sql`,
          `{% snapshot history_${model.index} %}\n{{ config(unique_key='id', strategy='timestamp', updated_at='updated_at') }}\nselect * from {{ ref(${refTo(model)}) }}\n{% endsnapshot %}\n`,
        ];
  }
}

/** @returns {Generator<[string, string]>} */
function* docsFiles() {
  for (const name of ['status', 'amount', 'created_at']) {
    yield [
      `models/docs/${name}.md`,
      `{% docs ${name} %}\nWhat **${name}** means, in a few words:\n\n- it is written by the application,\n- it is never empty.\n{% enddocs %}\n`,
    ];
  }
}

/** @returns {Generator<[string, string]>} */
function* macroFiles() {
  yield [
    'macros/text.sql',
    `{% macro clean_text(column) -%}
  {{ return(adapter.dispatch('clean_text')(column)) }}
{%- endmacro %}

{% macro default__clean_text(column) -%}
  lower(trim({{ column }}))
{%- endmacro %}
`,
  ];
  yield [
    'macros/money.sql',
    '{% macro cents(column, digits=2) -%}\n  round({{ column }}, {{ digits }})::double\n{%- endmacro %}\n',
  ];
  yield [
    'macros/time.sql',
    "{% macro stamp(column) -%}\n  {%- if var('row_limit', 0) > 0 -%}\n  {{ column }}::timestamp\n  {%- else -%}\n  {{ column }}\n  {%- endif -%}\n{%- endmacro %}\n",
  ];
  for (let i = 0; i < 17; i++) {
    yield [
      `macros/helpers/helper_${i}.sql`,
      `{# Not used by every project, as is usual. #}\n{% macro helper_${i}(relation, columns=[]) %}\n  select {% for column in columns %}{{ column }}{{ ", " if not loop.last }}{% endfor %} from {{ relation }}\n{% endmacro %}\n`,
    ];
  }
}

/** @param {string} name @returns {Generator<[string, string]>} */
function* packageFiles(name) {
  yield [
    'dbt_project.yml',
    `name: ${name}\nversion: "1.0"\nconfig-version: 2\nmacro-paths: [macros]\n`,
  ];
  for (let file = 0; file < 20; file++) {
    const macros = [];
    for (let i = file * 10; i < file * 10 + 10; i++) {
      macros.push(
        `{% macro tool_${i}(column, fallback=0) -%}\n  {%- if fallback is none -%}\n  {{ column }}\n  {%- else -%}\n  coalesce({{ column }}, {{ fallback }})\n  {%- endif -%}\n{%- endmacro %}\n`,
      );
    }
    yield [`macros/tools_${file}.sql`, macros.join('\n')];
  }
}
