{% set ns = namespace(last='one', seen=[]) %}
{% for name in ['two', 'three'] %}
  {% set ns.last = name %}
  {% do ns.seen.append(name) %}
{% endfor %}
select * from {{ ref(ns.last) }}, {{ ref(ns.seen[0]) }}, {{ ref(ns.seen | first) }}
