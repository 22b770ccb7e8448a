-- depends_on: {{ ref('b') }}
select 1 as id /* {{ ref('a') }} */
