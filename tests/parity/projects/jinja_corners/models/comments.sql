{# {{ ref('nobody') }} #}
-- {{ ref('base') }} in a SQL comment is a ref all the same
/* {{ ref('other') }} and so is this; {# but not {{ ref('nobody') }} #} */
{% raw %}{{ ref('nobody') }} {% if %}{% endraw %}
select '{{ "{{ ref('nobody') }}" }}' as text, "{{ '}}' }}" as braces, '{{ "%}" }}' as percent, '{{ "#}" }}' as hash
{#- a comment
over lines -#}
from {{ref("base")}}
