select '{{ 'model.shop.c' in selected_resources }}' as s
