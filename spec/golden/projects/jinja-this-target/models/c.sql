select '{{ this }}' as t, '{{ this.identifier }}' as i, '{{ target.name }}.{{ target.schema }}.{{ target.type }}' as g
