{% macro ref(name) %}{{ return(builtins.ref(name)) }}{% endmacro %}
{% macro metric(name) %}{{ ref('by_macro') }}{% endmacro %}
{% macro log(text) %}{{ ref('by_macro') }}{% endmacro %}
{% macro via() %}{{ ref('plain') }} {{ metric('z') }} {{ env_var("FLOE_PARITY_UNSET", "x") }}{% endmacro %}
{% macro env_var(name, default='') %}{{ ref('by_macro') }}{% endmacro %}
{% macro load_result(name) %}{% endmacro %}
{% macro render(name) %}{% endmacro %}
{% macro asks() %}{{ load_result("a") }} {{ render("b") }}{% endmacro %}
