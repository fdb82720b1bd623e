{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- if target.name == 'prod' and custom_schema_name is not none -%}
        {{ custom_schema_name | trim }}
    {%- elif node.resource_type == 'seed' -%}
        seeds_of_{{ target.schema }}
    {%- elif 'marts' in node.fqn -%}
        {{ var('prefix') ~ (custom_schema_name or target.schema) | trim }}
    {%- else -%}
        {{ generate_schema_name_for_env(custom_schema_name, node) }}
    {%- endif -%}
{%- endmacro %}

{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if custom_alias_name -%}
        {{ custom_alias_name | trim }}
    {%- elif node.version -%}
        {{ node.name ~ '__v' ~ (node.version | replace('.', '_')) }}
    {%- else -%}
        {{ node.name | lower }}__{{ node.package_name[:6] }}
    {%- endif -%}
{%- endmacro %}

{% macro generate_database_name(custom_database_name=none, node=none) -%}
    {{ return(custom_database_name or target.database) }}
{%- endmacro %}
