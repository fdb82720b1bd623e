{{ config(materialized='incremental', unique_key='customer_id', on_schema_change='fail') }}

-- One row for every customer: the newest delivery wins, addresses are put in one form.
with newest as (
    select
        *,
        row_number() over (partition by account_id order by _loaded_at desc) as position
    from {{ ref('bronze_crm_accounts') }}
    where email is not null
    {% if is_incremental() %}
        and _loaded_at > (select max(loaded_at) from {{ this }})
    {% endif %}
)

select
    account_id as customer_id,
    {{ normalize_email('email') }} as email,
    full_name,
    upper(country) as country_code,
    cast(created_at as date) as customer_since,
    cast(_loaded_at as timestamp) as loaded_at
from newest
where position = 1
