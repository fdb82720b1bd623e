{% test row_count(model, minimum=1) %}
{{ config(fail_calc='sum(n)', tags=['in_macro'], meta={'from': 'macro'}) }}
select count(*) as n from {{ model }} having count(*) < {{ minimum }}
{% endtest %}

{% test combination(model, columns, options={}) -%}
select {{ columns | join(', ') }} from {{ model }} group by all having count(*) > 1
{%- endtest %}

{% test expression(model, expression, column_name=none) %}
select * from {{ model }} where not ({{ expression }})
{% endtest %}
{% test between(model, column_name, low, high, strictly=false) %}
select * from {{ model }} where {{ column_name }} not between {{ low }} and {{ high }}
{% endtest %}
{% test is_there(model) %}
select 1 from {{ model }} limit 0
{% endtest %}

{# what it sets is ruled over by what stands at the test #}
{% test with_settings(model, column_name) %}
{{ config(severity="warn", tags=["of_the_macro"], meta={"of": "macro", "macro": 1}, limit=3, where="1 = 1", fail_calc="max(id)") }}
select * from {{ model }} where {{ column_name }} = 1
{% endtest %}
