{#-
    Keeps one row for each key: the first by the columns given, newest first. File and line settle
    ties, so that the same input always gives the same row.
-#}
{% macro newest_first(key, order_by) -%}
qualify row_number() over (
    partition by {{ key }}
    order by {{ order_by | join(' desc nulls last, ') }} desc nulls last, _file desc, _line desc
) = 1
{%- endmacro %}

{#-
    The number of the newest load that touched a key. Every raw row carries the number of the load
    that brought it (`_batch`); a curated row carries the highest of its versions, also when an older
    version wins.
-#}
{% macro newest_batch(key) -%}
max(_batch) over (partition by {{ key }})
{%- endmacro %}

{#- Rows of loads that this incremental model has not seen yet. -#}
{% macro newer_than_this() -%}
_batch > (select coalesce(max(_batch), 0) from {{ this }})
{%- endmacro %}
