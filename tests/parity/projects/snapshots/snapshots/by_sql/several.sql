{# two blocks in one file, and text between them #}
{% snapshot people_history %}
    {{ config(check_cols=['name', 'mail'], strategy='check', invalidate_hard_deletes=True) }}
    select * from {{ ref('people') }}
{% endsnapshot %}

text between the blocks is ignored

{%- snapshot crm_history -%}
{{ config(target_database='memory', target_schema='elsewhere', tags=['crm'], enabled=true) }}
select * from {{ source('crm', 'people') }}
{%- endsnapshot -%}

{% snapshot switched_off %}
{{ config(enabled=false, unique_key='id') }}
select * from {{ ref('people') }}
{% endsnapshot %}
