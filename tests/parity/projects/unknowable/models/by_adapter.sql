{% set relation = adapter.get_relation(database=this.database, schema=this.schema, identifier='a') %}
{% if relation is not none %}select * from {{ ref('b') }}{% else %}select * from {{ ref('c') }}{% endif %}
{% if adapter.type() == 'duckdb' %}{{ ref('a') }}{% endif %}
{{ dbt.date_trunc('day', 'x') }} {{ type_string() }} {{ dbt.hash('x') }} {{ cast_bool_to_text('x') }}
