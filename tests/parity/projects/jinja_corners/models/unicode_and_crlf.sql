-- ünïcödé – 漢字 🦆
select '{{ "ä" ~ 1 }}' as "sp alte", {{ dbt.type_string() }} as t from {{ ref('base') }}
