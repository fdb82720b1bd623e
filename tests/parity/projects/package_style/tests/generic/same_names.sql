{# a package has a test of this name too, which dbt then does not see while it parses #}
{% test positive(model, column_name) %}
{{ config(tags=["own"]) }}
select * from {{ model }} where {{ column_name }} < 1
{% endtest %}

{# this one calls the package's, which thereby is seen #}
{% test negative(model, column_name) %}
{{ toolbox.test_negative(model, column_name) }}
{% endtest %}
