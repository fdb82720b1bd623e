{#- FLOE-E303: nobody declared this source. dbt would refuse the project for it. -#}
{%- set invoices = source('crm', 'invoices') -%}
select
    id as account_id,
    email,
    phone_number,
    segment
from {{ source('crm', 'accounts') }}
