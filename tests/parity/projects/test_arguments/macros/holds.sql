{% test holds(model, column_name=none, a=none, b=none, limit=none) %}
select 1 from {{ model }} limit 0
{% endtest %}

{% test tagged(model) %}
{{ config(tags=['of_macro', 'own']) }}
select 1 from {{ model }} limit 0
{% endtest %}
