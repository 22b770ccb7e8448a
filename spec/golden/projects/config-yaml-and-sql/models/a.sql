{{ config(materialized='view', tags='sql', meta={'b': 2}) }}select 1 as id
