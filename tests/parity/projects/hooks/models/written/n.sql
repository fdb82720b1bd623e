{{ config(post_hook="{{ noted(ref('m')) }}") }}
select 1 as id
