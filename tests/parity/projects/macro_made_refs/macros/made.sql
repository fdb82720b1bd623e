{% macro all_of(first, second, name='one') %}
select * from {{ first }} union all select * from {{ ref(second) }} union all select * from {{ ref(name) }}
{% endmacro %}

{% macro other_of(name) %}{{ return(name) }}{% endmacro %}

{% macro chain(names) -%}
  {%- if names | length > 0 -%}
    select * from {{ ref(names[0]) }} {{ 'union all' if names | length > 1 }} {{ chain(names[1:]) }}
  {%- endif -%}
{%- endmacro %}

{% macro each(names) %}{% for name in names %}{{ caller(name) }} union all {% endfor %}{% endmacro %}
{% macro wrapped() %}({{ caller() }}){% endmacro %}

{% macro select_from(model, args=none) %}
select {{ (args or ['*']) | join(', ') }} from {{ ref(model) }}
{% endmacro %}

{% macro relations_of() %}
  {% set found = [] %}
  {% for name in varargs %}{% do found.append(ref(name)) %}{% endfor %}
  {{ return(found) }}
{% endmacro %}

{% macro first_relation() %}{% do return(ref('four')) %}{{ ref('never reached') }}{% endmacro %}

{% macro default__table_of(name) %}{{ ref(name) }}{% endmacro %}
{% macro qualified() %}{{ ref('three') }}{% endmacro %}
{% macro settings(kind) %}{{ return({'materialized': kind, 'schema': 'from_macro'}) }}{% endmacro %}
{% macro tags_of() %}{% do return(varargs | list) %}{% endmacro %}
{% macro spread() %}
{% for name in varargs %}{{ ref(name) }} {% endfor %}{% for key, name in kwargs.items() %}{{ ref(name) }} {% endfor %}
{% endmacro %}
