{{ config(volatility='deterministic') }}
value * 3 + (select count(*) from {{ ref('numbers') }})
