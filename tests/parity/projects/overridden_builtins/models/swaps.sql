{{ config(schema='dex', alias='trades', partition_by=['blockchain', 'project', 'block_month'], materialized='view') }}
{% set base_models = [
    ref('uniswap_ethereum_swaps')
    ,ref('uniswap_base_swaps')
] %}
{% set with_names = [('a', ref('tokens')), ('b', source('uniswap_ethereum', 'Other'))] %}
with base_union as (
    select * from (
        {% for base_model in base_models %}
        select blockchain from {{ base_model }}
        {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ))
{% for name, model in with_names -%}
, {{ name }} as (select '{{ name }}' as n, * from {{ model }})
{% endfor %}
select * from base_union
{% for chain in var('chains') %} -- {{ ref('uniswap_' ~ chain ~ '_swaps') }}
{% endfor %}
