{% macro settings() %}{{ config(materialized='table', tags=['m']) }}{% endmacro %}
