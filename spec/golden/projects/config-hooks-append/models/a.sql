{{ config(pre_hook='select 3', post_hook={'sql': 'select 4', 'transaction': false}) }}select 1 as id
