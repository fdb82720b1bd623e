{{ config(access='protected') }}
select 1 as id
