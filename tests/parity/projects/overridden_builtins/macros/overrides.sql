{% macro ref(model_name) %}
    {%- if target.schema == 'wizard' -%}
        {% do return(builtins.ref(model_name).include(database=false)) %}
    {%- else -%}
        {% do return(builtins.ref(model_name)) %}
    {%- endif -%}
{% endmacro %}

{% macro source(source_name, table_name, database="other") %}
  {% set rel = builtins.source(source_name, table_name) %}
  {%- if target.type == 'trino' -%}
    {% do return(rel.replace_path(database=database)) %}
  {%- else -%}
    {% do return(rel) %}
  {%- endif -%}
{% endmacro %}

{% macro is_incremental() %}
    {#-- a comment that ends without its dashes  #}
    {% if var('force-incremental', False) %}{{ return(True) }}{% endif %}
    {% if not execute %}
        {{ return(False) }}
    {% else %}
        {% set relation = adapter.get_relation(this.database, this.schema, this.table) %}
        {{ return(relation is not none and relation.type == 'table' and model.config.materialized == 'incremental' and not should_full_refresh()) }}
    {% endif %}
{% endmacro %}

{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {% do return(adapter.dispatch('generate_alias_name', 'dbt')(custom_alias_name, node)) %}
{%- endmacro %}
{% macro default__generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if target.schema.startswith("git_") -%}
        {{ (target.schema + '_' + node.name | trim) | truncate(128, True, '', 0) }}
    {%- else -%}
        {%- if custom_alias_name is none -%}

            {{ node.name }}

        {%- else -%}
            {{ custom_alias_name | trim }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
{% macro default__generate_schema_name(custom_schema_name, node) -%}
    {%- set default_schema = target.schema -%}
    {%- if custom_schema_name is not none -%}{{ custom_schema_name | trim }}{%- else -%}{{ default_schema }}{%- endif -%}
{%- endmacro %}
