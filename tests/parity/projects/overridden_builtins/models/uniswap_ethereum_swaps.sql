{{
    config(
        schema = 'uniswap_ethereum'
        , alias = 'base_trades'
        , materialized = 'incremental'
        , file_format = 'delta'
        , incremental_strategy = 'merge'
        , unique_key = ['tx_hash', 'evt_index']
        , incremental_predicates = [incremental_predicate('DBT_INTERNAL_DEST.block_time')]
    )
}}

{{
    trades_of(
        blockchain = 'ethereum'
        , project = 'uniswap'
        , version = '2'
    )
}}
