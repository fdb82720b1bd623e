{% macro _is_relation(obj, macro) %}
    {%- if not (obj is mapping and obj.get('metadata', {}).get('type', '').endswith('Relation')) -%}
        {%- do exceptions.raise_compiler_error("Macro " ~ macro ~ " wants a relation, got " ~ obj) -%}
    {%- endif -%}
{% endmacro %}
{% macro _is_ephemeral(obj, macro) %}
    {%- if obj.is_cte -%}
        {%- do exceptions.raise_compiler_error(macro ~ " does not work on ephemeral models, got " ~ obj.identifier) -%}
    {%- endif -%}
{% endmacro %}
