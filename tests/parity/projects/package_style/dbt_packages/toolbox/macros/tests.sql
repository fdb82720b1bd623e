{% test unique_combination(model, combination_of_columns, quote_columns=false) %}
  {{ return(adapter.dispatch('test_unique_combination', 'toolbox')(model, combination_of_columns, quote_columns)) }}
{% endtest %}
{% macro default__test_unique_combination(model, combination_of_columns, quote_columns=false) %}
{% if not quote_columns %}{%- set column_list = combination_of_columns %}
{% elif quote_columns %}{%- set column_list = [] %}{% for column in combination_of_columns -%}{% set column_list = column_list.append(adapter.quote(column)) %}{%- endfor %}
{% else %}{{ exceptions.raise_compiler_error("quote_columns must be a boolean") }}{% endif %}
select {{ column_list | join(', ') }} from {{ model }} group by {{ column_list | join(', ') }} having count(*) > 1
{% endmacro %}
{% test equal_rowcount(model, compare_model, group_by_columns=[]) %}
  {{ return(adapter.dispatch('test_equal_rowcount', 'toolbox')(model, compare_model, group_by_columns)) }}
{% endtest %}
{% macro default__test_equal_rowcount(model, compare_model, group_by_columns) %}
{{ config(fail_calc='sum(coalesce(diff_count, 0))') }}
{%- if not execute -%}{{ return('') }}{% endif %}
select count(*) as diff_count from {{ model }}, {{ compare_model }}
{% endmacro %}
{% test expression_is_true(model, expression, column_name=None) %}
  {{ return(adapter.dispatch('test_expression_is_true', 'toolbox')(model, expression, column_name)) }}
{% endtest %}
{% macro default__test_expression_is_true(model, expression, column_name) %}
{% set column_list = '*' if should_store_failures() else "1" %}
select {{ column_list }} from {{ model }} where not({{ column_name }} {{ expression }})
{% endmacro %}
{% test relationships_where(model, column_name, to, field, from_condition="1=1", to_condition="1=1") %}
  {{ return(adapter.dispatch('test_relationships_where', 'toolbox')(model, column_name, to, field, from_condition, to_condition)) }}
{% endtest %}
{% macro default__test_relationships_where(model, column_name, to, field, from_condition, to_condition) %}
select {{ column_name }} from {{ model }} where {{ from_condition }} and {{ column_name }} not in (select {{ field }} from {{ to }} where {{ to_condition }})
{% endmacro %}
