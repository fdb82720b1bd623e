{% set n = 7 // 2 + 7 % 4 * 2 ** 3 - -1 %}
{% set yes = n > 3 and not n == 5 or false %}
{% if yes and 'a' in 'abc' and 'x' not in ['y'] and n is number and n is not none and undefined_name is not defined %}
select * from {{ ref('base' if n >= 28 else 'other') }}
{% elif n is odd %}select * from {{ ref('nobody') }}
{% else %}select * from {{ ref('other') }}{% endif %}
{{ 1 < 2 < 3 }} {{ [1, 2, 3][-1] }} {{ [1, 2, 3][:2] }} {{ 'abc'[::-1] }} {{ (1,) }} {{ {'a': 1}.a }} {{ "a" "b" }}
{{ (ref('other') ~ '') | length > 0 }}
