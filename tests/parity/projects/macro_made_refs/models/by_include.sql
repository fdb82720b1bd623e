{%- macro local(name) -%}select * from {{ ref(name) }}{%- endmacro -%}
{{ local('one') }} union all {{ local(name='two') }}
