{{ config(materialized='incremental') }}
select id, upper(name) as name from {{ ref('raw_people') }}
join {{ source('crm', 'names') }} using (id)
{% if is_incremental() %}where id > (select max(id) from {{ this }}){% endif %}
