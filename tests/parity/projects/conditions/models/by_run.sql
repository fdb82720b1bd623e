{{ config(materialized='incremental', unique_key='x') }}
select * from {{ ref('a') }}
{% if is_incremental() %}where x > (select max(x) from {{ ref('b') }}) {% endif %}
{% if execute %}{{ ref('c') }}{% endif %}
{% if not execute %}{{ ref('d') }}{% endif %}
{% if flags.FULL_REFRESH %}{{ ref('c') }}{% endif %}
{% if should_full_refresh() %}{{ ref('c') }}{% endif %}
