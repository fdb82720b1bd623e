{%- set names = ['one', 'two'] + ['three'] -%}
{% for name in names if name != 'two' %}
select * from {{ ref(name) }} {{ 'union all' if not loop.last }}
{% endfor %}
