{% set relations = relations_of('one', 'two') %}
{% for relation in relations %}select * from {{ relation }}{% endfor %}
select * from {{ first_relation() }} join {{ relations_of('three')[0] }} using (id)
