{%- macro union_relations(relations, column_override=none, include=[], exclude=[], source_column_name='_dbt_source_relation', where=none) -%}
    {{ return(adapter.dispatch('union_relations', 'toolbox')(relations, column_override, include, exclude, source_column_name, where)) }}
{% endmacro %}
{%- macro default__union_relations(relations, column_override=none, include=[], exclude=[], source_column_name='_dbt_source_relation', where=none) -%}
    {%- if exclude and include -%}
        {{ exceptions.raise_compiler_error("Both an exclude and include list were given") }}
    {%- endif -%}
    {%- if not execute %}{{ return('') }}{% endif -%}
    {%- set column_override = column_override if column_override is not none else {} -%}
    {%- set relation_columns = {} -%}
    {%- for relation in relations -%}
        {%- do relation_columns.update({relation: []}) -%}
        {%- do toolbox._is_relation(relation, 'union_relations') -%}
        {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- endfor -%}
    {%- for relation in relations %}(select * from {{ relation }}){% if not loop.last %} union all {% endif %}{% endfor %}
{%- endmacro -%}
