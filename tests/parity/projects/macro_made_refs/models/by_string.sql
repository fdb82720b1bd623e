{{ ref('t' ~ 'wo') }} {{ ref("%s" | format('one')) }} {{ ref('THREE' | lower) }} {{ ref('x-four'.split('-')[1]) }}
{{ ref(['four', 'one'] | sort | first) }} {{ ref('{}'.format('two')) }} {{ ref('three_x'.replace('_x', '')) }}
{{ ref('macro_made_refs' , 'one') }}
