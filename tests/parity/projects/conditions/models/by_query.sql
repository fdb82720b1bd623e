{% set rows = run_query("select 1") %}
{% if execute %}{% for row in rows.columns[0].values() %}{{ ref(row) }}{% endfor %}{% endif %}
{% set value = dbt_utils_like_value('a') %}
{% if load_relation(this) is none %}select * from {{ ref('b') }}{% endif %}
{% call statement('x', fetch_result=true) %}select * from {{ ref('c') }}{% endcall %}
{% set result = load_result('x') %}{% if result %}{{ ref('nobody') }}{% endif %}
{%- set columns = adapter.get_columns_in_relation(ref('a')) -%}
select {% for column in columns %}{{ column.name }},{% endfor %} 1 from {{ ref('a') }}
