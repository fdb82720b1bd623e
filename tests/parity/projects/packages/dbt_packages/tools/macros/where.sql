{% macro get_where_subquery(relation) %}
  {% do return(narrowed(relation, config.get('where'))) %}
{% endmacro %}

{% macro narrowed(relation, where) %}
  {% for condition in [where] if condition %}
    {% if loop.first %}{% break %}{% endif %}
  {% endfor %}
  {% do return(relation) %}
{% endmacro %}
