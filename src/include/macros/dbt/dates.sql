{#- Dates as texts, as partitioned tables name their partitions. -#}

{% macro convert_datetime(date_str, date_fmt) %}
    {%- set message = "The partition date '" ~ date_str ~ "' does not have the format '" ~ date_fmt ~ "'" -%}
    {{ return(try_or_compiler_error(message, modules.datetime.datetime.strptime, date_str.strip(), date_fmt)) }}
{% endmacro %}

{% macro dates_in_range(start_date_str, end_date_str=none, in_fmt="%Y%m%d", out_fmt="%Y%m%d") %}
    {%- set first = convert_datetime(start_date_str, in_fmt) -%}
    {%- set last = convert_datetime(start_date_str if end_date_str is none else end_date_str, in_fmt) -%}
    {%- set days = (last - first).days -%}
    {%- if days < 0 -%}
        {{ exceptions.raise_compiler_error('The partition start date ' ~ first ~ ' is after the end date ' ~ last) }}
    {%- endif -%}
    {%- set dates = [] -%}
    {%- for i in range(days + 1) -%}
        {%- set day = first + modules.datetime.timedelta(days=i) -%}
        {%- do dates.append(day.strftime(out_fmt) if out_fmt else day) -%}
    {%- endfor -%}
    {{ return(dates) }}
{% endmacro %}

{% macro partition_range(raw_partition_date, date_fmt='%Y%m%d') %}
    {%- set parts = (raw_partition_date | string).split(',') -%}
    {%- if parts | length not in [1, 2] -%}
        {{ exceptions.raise_compiler_error('A partition date is a date, or two with a comma between them, not: ' ~ raw_partition_date) }}
    {%- endif -%}
    {{ return(dates_in_range(parts[0], parts[1] if parts | length == 2 else none, in_fmt=date_fmt)) }}
{% endmacro %}

{% macro py_current_timestring() %}{{ return(modules.datetime.datetime.now().strftime('%Y%m%d%H%M%S%f')) }}{% endmacro %}
