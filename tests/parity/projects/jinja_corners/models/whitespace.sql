{%-set a="base"-%}{%-   if   true   -%}
    select * from {{-ref( a )-}}
{%- endif -%}{%+ if false %}{{ ref('other') }}{%+ endif %}
{{
  config(
    materialized = "table",
    tags = [
      "a",
      'b',
    ],
    meta = {"k": {"deep": [1, 2.5, true, None, -3, 1e2]}, 'quo"te': 'it\'s', 'tab': 'a\tb', 'uni': '\u00e4'},
  )
}}
