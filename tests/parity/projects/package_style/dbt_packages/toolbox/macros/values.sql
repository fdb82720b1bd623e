{% macro get_column_values(table, column, order_by='count(*) desc', max_records=none, default=none, where=none) -%}
    {{ return(adapter.dispatch('get_column_values', 'toolbox')(table, column, order_by, max_records, default, where)) }}
{% endmacro %}
{% macro default__get_column_values(table, column, order_by='count(*) desc', max_records=none, default=none, where=none) -%}
    {%- if not execute -%}
        {% set default = [] if not default %}
        {{ return(default) }}
    {% endif %}
    {%- do toolbox._is_ephemeral(table, 'get_column_values') -%}
    {%- set relation_exists = (load_relation(table) is not none) or (table.metadata is defined) -%}
    {%- call statement('get_column_values', fetch_result=true) %}
        select {{ column }} as value from {{ table }} {% if where is not none %}where {{ where }}{% endif %}
        group by {{ column }} order by {{ order_by }} {% if max_records is not none %}limit {{ max_records }}{% endif %}
    {% endcall %}
    {%- set value_list = load_result('get_column_values') -%}
    {%- if value_list and value_list['data'] -%}
        {{ return(value_list['data'] | map(attribute=0) | list) }}
    {%- else -%}
        {{ return(default) }}
    {%- endif -%}
{%- endmacro %}
{% macro single_value(query, default=none) %}
    {% if not execute %}{{ return(default) }}{% endif %}
    {% set r = run_query(query) %}{{ return(r[0][0] if r else default) }}
{% endmacro %}
{% macro pivot(column, values, alias=True, agg='sum', cmp='=', prefix='', suffix='', then_value=1, else_value=0, quote_identifiers=True, distinct=False) %}
    {{ return(adapter.dispatch('pivot', 'toolbox')(column, values, alias, agg, cmp, prefix, suffix, then_value, else_value, quote_identifiers, distinct)) }}
{% endmacro %}
{% macro default__pivot(column, values, alias, agg, cmp, prefix, suffix, then_value, else_value, quote_identifiers, distinct) %}
    {% for value in values %}
        {{ agg }}({% if distinct %} distinct {% endif %} case when {{ column }} {{ cmp }} '{{ escape_single_quotes(value) }}' then {{ then_value }} else {{ else_value }} end)
        {% if alias %}as {{ adapter.quote(prefix ~ value ~ suffix) if quote_identifiers else toolbox.slug(prefix ~ value ~ suffix) }}{% endif %}
        {% if not loop.last %},{% endif %}
    {% endfor %}
{% endmacro %}
{% macro slug(string) %}
    {% if not string %}{{ return('') }}{% endif %}
    {% set string = string | lower %}
    {% set string = modules.re.sub('[ -]+', '_', string) %}
    {% set string = modules.re.sub('[^a-z0-9_]+', '', string) %}
    {{ return(string) }}
{% endmacro %}
{% macro group_by(n) %}{{ return(adapter.dispatch('group_by', 'toolbox')(n)) }}{% endmacro %}
{%- macro default__group_by(n) -%}
  group by {% for i in range(1, n + 1) -%}{{ i }}{{ ',' if not loop.last }}{%- endfor -%}
{%- endmacro -%}
