{# What map() and select() give is made when it is asked for: a list that grows meanwhile gives more. -#}
{% set names = ['base'] %}{% set grown = names | map('lower') %}{% do names.append('other') %}
{% set found = grown | list %}{% set again = grown | list %}
{% set many = [1, 2, 3] %}
{% set turns = [] %}
{% for x in many | map('string') %}{% if loop.index < 4 %}{% do many.append(9) %}{% endif %}{% do turns.append(x) %}{% endfor %}
{% set seen = [] %}
{% for x in ['a', 'b', 'a'] | reject('in', seen) %}{% do seen.append(x) %}{% endfor %}
{{ config(meta={'found': found, 'again': again, 'turns': turns, 'seen': seen}) }}
select * from {% for name in found %}{{ ref(name) }} {% endfor %}
