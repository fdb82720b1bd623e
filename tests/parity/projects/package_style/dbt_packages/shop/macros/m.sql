{% macro get_orders_columns() %}
{% set columns = [{"name": "order_id", "datatype": dbt.type_int()}, {"name": "total", "datatype": dbt.type_float()}] %}
{{ shop.add_pass_through(columns, var('shop__metrics', [])) }}
{{ return(columns) }}
{% endmacro %}
{% macro add_pass_through(base_columns, pass_through_var) %}
  {% if pass_through_var %}{% for column in pass_through_var %}
    {% if column.alias %}{% do base_columns.append({"name": column.name, "alias": column.alias, "datatype": dbt.type_string()}) %}
    {% else %}{% do base_columns.append({"name": column.name | default(column), "datatype": dbt.type_string()}) %}{% endif %}
  {% endfor %}{% endif %}
{% endmacro %}
{% macro fill_staging_columns(source_columns, staging_columns) -%}
{%- set source_column_names = source_columns | map(attribute='name') | map('lower') | list -%}
{%- for column in staging_columns %}
    {% if column.name | lower in source_column_names -%}
        {{ shop.quoted(column) }} as {%- if 'alias' in column %} {{ column.alias }} {% else %} {{ shop.quoted(column) }} {%- endif -%}
    {%- else -%}
        cast(null as {{ column.datatype }}) as {{ column.alias | default(column.name) }}
    {%- endif -%}
    {%- if not loop.last -%} , {% endif -%}
{% endfor %}
{% endmacro %}
{% macro quoted(column) %}
    {% if 'quote' in column %}{% if column.quote %}{{ adapter.quote(column.name) }}{% else %}{{ column.name }}{% endif %}{% else %}{{ column.name }}{% endif %}
{% endmacro %}
{% macro source_relation(union_schema_variable) %}
{{ adapter.dispatch('source_relation', 'shop')(union_schema_variable) }}
{% endmacro %}
{% macro default__source_relation(union_schema_variable) %}
{% if var(union_schema_variable, none) %}, case {% for s in var(union_schema_variable) %} when 1 then '{{ s }}' {% endfor %} end as source_relation
{% else %}, cast('' as {{ dbt.type_string() }}) as source_relation{% endif %}
{% endmacro %}
{% macro persist_pass_through(pass_through_variable, identifier=none, transform='') %}
{% if var(pass_through_variable, none) %}{% for field in var(pass_through_variable) %}, {{ transform ~ '(' ~ field ~ ')' }}{% endfor %}{% endif %}
{% endmacro %}
