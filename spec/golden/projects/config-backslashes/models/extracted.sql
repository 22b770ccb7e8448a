{{ config(meta={'line': 'x\ny', 'back': 'x\\y', 'quote': "a\"b", 'other': 'a\'b'}, tags=['one \
   two']) }}
select 'a\b' as id
