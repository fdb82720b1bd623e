-- depends_on: {{ ref('people') }}
{{ test_old_style(ref('people'), 'name') }}
