{{ config(schema = 'tokens', alias = 'erc20', materialized = 'table', tags=['static'],
  post_hook='{{ expose(blockchains = \'["ethereum","base"]\',
                                  kind = "sector",
                                  name = "tokens",
                                  contributors = \'["someone", "other_one"]\') }}') }}
{% set chains = [ 'ethereum', 'base' ] %}
select * from (values {% for chain in chains -%}('{{ chain }}', 0x00){{ "," if not loop.last else "" }}{%- endfor %}) as t (blockchain, address)
