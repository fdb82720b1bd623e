{% call(name) each(['one', 'two']) %}
  select * from {{ ref(name) }}
{% endcall %}
{% call wrapped() %}{{ ref('three') }}{% endcall %}
