{{ config(schema=('prod' if target.name == 'prod' else 'sandbox'), materialized='table' if target.schema == 'main' else 'view') }}
{% if target.name in ('prod', 'ci') %}select * from {{ ref('a') }}{% else %}select * from {{ ref('b') }} limit 100{% endif %}
{% if target.type == 'snowflake' %}{{ ref('nobody') }}{% endif %} -- {{ target.threads }} {{ target.profile_name }} {{ target.get('warehouse', 'none') }}
