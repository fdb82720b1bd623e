{% macro ref(name) %}
  {% if target.name == 'elsewhere' %}
    {{ return(name ~ '_elsewhere') }}
  {% endif %}
  {% set local = builtins.ref(name) %}
  {% set known = adapter.get_relation(database=target.database, schema=local.schema, identifier=local.identifier) %}
  {% if known %}{{ log('known: ' ~ known) }}{% endif %}
  {{ return(local) }}
{% endmacro %}

{% macro source(group, name) %}
  {% set found = builtins.source(group, name) %}
  {% if target.type == 'trino' and found.database != 'hive' -%}
    {% do return(found.replace_path(database='delta')) %}
  {%- else -%}
    {% do return(found) %}
  {%- endif -%}
{% endmacro %}
