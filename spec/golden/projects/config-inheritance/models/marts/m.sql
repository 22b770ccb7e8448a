{{ config(tags=['c'], meta={'k': true}) }}
select 1 as id