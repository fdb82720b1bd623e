{% for node in graph.nodes.values() if execute %}{{ ref(node.name) }}{% endfor %}
select * from {{ ref('a') }}
