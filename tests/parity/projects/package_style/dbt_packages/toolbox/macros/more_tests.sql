{% test positive(model, column_name) %}
{{ config(severity="warn") }}
select * from {{ model }} where {{ column_name }} <= 0 and {{ column_name }} in (select order_id from {{ ref("keyed") }})
{% endtest %}

{% test negative(model, column_name) %}
{{ config(severity="warn") }}
select * from {{ model }} where {{ column_name }} >= 0
{% endtest %}

{% test even(model, column_name) %}
{{ config(severity="warn") }}
select * from {{ model }} where {{ column_name }} % 2 = 1
{% endtest %}
