{{ config(post_hook=[{'sql': "select * from {{ ref('n') }}", 'transaction': false}, "{{ noted('file') }}"]) }}
select 1 as id
