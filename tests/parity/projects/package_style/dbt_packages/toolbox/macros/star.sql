{% macro star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True) -%}
    {{ return(adapter.dispatch('star', 'toolbox')(from, relation_alias, except, prefix, suffix, quote_identifiers)) }}
{% endmacro %}
{% macro default__star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True) -%}
    {%- do toolbox._is_relation(from, 'star') -%}
    {%- do toolbox._is_ephemeral(from, 'star') -%}
    {#- at parse time there are no columns -#}
    {%- if not execute -%}
        {% do return('*') %}
    {%- endif -%}
    {%- set cols = toolbox.filtered_columns(from, except) -%}
    {%- if cols | length <= 0 -%}
        {% if flags.WHICH == 'compile' %}{{ return('*') }}{% else %}{{ return('/* none */') }}{% endif %}
    {%- else -%}
        {%- for col in cols %}
            {%- if relation_alias %}{{ relation_alias }}.{% endif -%}
            {{ adapter.quote(col) | trim if quote_identifiers else col | trim }}{{ ',\n' if not loop.last }}
        {%- endfor -%}
    {% endif %}
{%- endmacro %}
{% macro filtered_columns(from, except=[]) -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- set include_cols = [] -%}
    {%- set cols = adapter.get_columns_in_relation(from) -%}
    {%- set except = except | map("lower") | list -%}
    {%- for col in cols if col.column | lower not in except -%}
        {% do include_cols.append(col.column) %}
    {%- endfor -%}
    {{ return(include_cols) }}
{%- endmacro %}
