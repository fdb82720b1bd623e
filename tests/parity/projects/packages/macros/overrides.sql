{% macro default__spell(word) %}'by shop: {{ word }}'{% endmacro %}
{% macro shop__hello() %}'never used'{% endmacro %}
{% macro default__ref_of(name) %}{{ ref('ours') }}{% endmacro %}
