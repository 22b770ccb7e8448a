{{ config(meta={'line': 'x\ny', 'back': 'x\\y', 'quote': "a\"b", 'other': 'a\'b'}) }}
select {% if true %}1{% endif %} as id
