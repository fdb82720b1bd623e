{% macro spell(word) -%}
  {{ return(adapter.dispatch('spell', 'tools')(word)) }}
{%- endmacro %}
{% macro default__spell(word) %}'{{ word }}'{% endmacro %}
{% macro hello() %}{{ adapter.dispatch('hello', macro_namespace='tools')() }}{% endmacro %}
{% macro default__hello() %}'hello {{ var("prefix") }}'{% endmacro %}
{% macro duckdb__hello() %}'quack {{ var("prefix") }} {{ tools.spell("x") }}'{% endmacro %}
{% macro wanted(name) %}{% do return(name in ['orders', 'items'] and var('only_tools', false)) %}{% endmacro %}
{% macro from_model(name) %}(select * from {{ ref(name) }}){% endmacro %}

{% test at_least(model, minimum=1) %}
select count(*) as n from {{ model }} having count(*) < {{ minimum }}
{% endtest %}
{% test not_blank(model, column_name) %}
  {{ return(adapter.dispatch('test_not_blank', 'tools')(model, column_name)) }}
{% endtest %}
{% macro default__test_not_blank(model, column_name) %}
select * from {{ model }} where trim({{ column_name }}) = ''
{% endmacro %}
