{{ config(
    materialized='incremental', unique_key=['id', 'x'], incremental_strategy='delete+insert',
    tags=['in_file', 'project'], meta={'a': 'in_file', 'd': none}, grants={'+select': ['file'], 'insert': 'writer'},
    pre_hook="select 'file pre'", post_hook=["select 'file {{ this }}'", after_commit("select 'after'")],
    on_schema_change='append_new_columns', persist_docs={'columns': false}, column_types={'x': 'text'},
    custom_key={'a': 1}, another=[1, 2.0, true], docs={'show': false}, contract={'enforced': false}, packages=['p'], sql_header="set x = 1"
) }}
{{ config(tags='second', materialized='table', alias='renamed') }}
{% do config(lookback=3) %}
select * from {{ ref('root') }} where {{ config.get('materialized', default='nothing') | length }} > 0 and {{ config.require('unique_key') | length }}
