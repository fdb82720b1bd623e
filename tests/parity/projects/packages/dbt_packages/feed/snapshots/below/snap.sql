{% snapshot feed_below %}
{{ config(target_schema='s', unique_key='id', strategy='timestamp', updated_at='at') }}
select * from {{ ref('stg_items') }}
{% endsnapshot %}
