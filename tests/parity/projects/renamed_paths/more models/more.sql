{{ config(tags=['more']) }}
select {{ twice(1) }} as id, {{ shared_word() }} as word from {{ ref('codes') }}
