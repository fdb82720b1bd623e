{{ config(materialized='incremental', unique_key='key', enabled=var('keyed_enabled', var('marts_enabled', false)) | as_bool) }}
select {{ toolbox.surrogate_key(['order_id', 'customer_id']) }} as key, {{ toolbox.since('order_id', 3) }} as since
from {{ ref('orders_override') }}
{%- if is_incremental() %}
  {%- set newest = toolbox.single_value("select max(key) from " ~ this, default='0') %}
where key > {{ newest }}
{%- endif %}
