{#-
  max_quarantine_ratio: a landing model has at most this share of its records in quarantine, as the ledger counts
  them: of the model as a whole, or of each date or file. Failing rows are the files of what is above it, the worst
  first. `parse/landing-nodes.ts` checks the arguments.
-#}

{% test max_quarantine_ratio(model, ratio, per='model') %}
    {% set failing = adapter.dispatch('test_max_quarantine_ratio', 'dbt') %}
    {{ failing(model, ratio, per) }}
{% endtest %}

{% macro default__test_max_quarantine_ratio(model, ratio, per) %}

{%- set ledger = api.Relation.create(database=model.database, schema='_tsdbt', identifier='landing_files') -%}
{%- set group = {'date': 'partition by processing_date', 'file': 'partition by file'}.get(per, '') %}

with counted as (

    select
        processing_date,
        file,
        records,
        quarantined,
        sum(records) over ({{ group }}) as all_records,
        sum(quarantined) over ({{ group }}) as all_quarantined
    from {{ ledger }}
    where relation = {{ dbt.string_literal((model.schema ~ '.' ~ model.identifier) | lower | replace("'", "''")) }}

)

select
    processing_date,
    file,
    records,
    quarantined,
    round(quarantined / records, 6) as share
from counted
where quarantined > 0
    and all_quarantined > {{ ratio }} * all_records
order by share desc, file

{% endmacro %}
