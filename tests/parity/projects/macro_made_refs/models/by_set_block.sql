{% set query %}
  select * from {{ ref('one') }}
{% endset %}
{% set name %}t{{ 'wo' }}{% endset %}
{{ query }} union all select * from {{ ref(name | trim) }}
