{% snapshot snap %}
{{ config(target_schema='snaps', strategy='check', check_cols=['name'], unique_key='id') }}
select * from {{ ref('n') }}
{% endsnapshot %}
