{#- The table beside a landing model that holds the records which broke a rule. -#}
{% macro quarantine_of(model_name) -%}
{%- set model_relation = ref(model_name) -%}
{{ model_relation.incorporate(path={'identifier': model_relation.identifier ~ '__quarantine'}) }}
{%- endmacro %}
