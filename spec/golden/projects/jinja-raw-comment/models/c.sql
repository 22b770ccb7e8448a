{# nothing #}{% raw %}select '{{ x }}' as r{% endraw %}
