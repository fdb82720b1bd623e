{% test at_most(model, column_name, limit) %}
select * from {{ model }} where {{ column_name }} > {{ limit }}
{% endtest %}

{% test as_in_raw(model, column_name) %}
select * from {{ model }} left join {{ source('raw', 'orders') }} using ({{ column_name }})
{% endtest %}

{% macro joined(name) %}{{ builtins.ref(name) }}{% endmacro %}

{% test as_in_joined(model, column_name, other) %}
select * from {{ model }} left join {{ joined(other) }} using ({{ column_name }})
{% endtest %}
