{% test has_rows(model) %}
{{ config(severity='error') }}
select 1 from {{ model }} having count(*) = 0
{% endtest %}
