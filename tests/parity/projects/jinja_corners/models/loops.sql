{% for i in range(2) %}{% for name in ['base', 'other'] -%}
{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.cycle('a', 'b') }}
{% if loop.first and i == 0 %}{{ ref(name) }}{% endif %}
{%- endfor %}{% else %}{{ ref('nobody') }}{% endfor %}
{% for x in [] %}{{ ref('nobody') }}{% else %}{{ ref('other') }}{% endfor %}
{% for a, (b, c) in [(1, (2, 3))] %}{{ a + b + c }}{% endfor %}
{% for item in [1, [2, [3]]] recursive %}{% if item is iterable %}{{ loop(item) }}{% else %}{{ item }}{% endif %}{% endfor %}
