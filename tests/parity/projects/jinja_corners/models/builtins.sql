{% do log('said at parse time', info=false) %}
{% set parsed = fromyaml('{a: [base, 1]}') %}{% set json = fromjson('{"b": "other"}') %}
{{ ref(parsed.a[0]) }} {{ ref(json['b']) }} {{ tojson({'a': 1}) }} {{ toyaml({'a': 1}) }} {{ set([1, 1]) | length }} {{ zip([1], [2]) | list }}
{{ local_md5('x') }} {{ project_name }} {{ model.unique_id }} {{ this }} {{ target.type }} {{ dbt_version }} {{ invocation_id }} {{ run_started_at.strftime('%Y') }}
{{ modules.datetime.date(2026, 1, 31).isoformat() }} {{ modules.re.sub('a', 'b', 'aa') }} {{ flags.FULL_REFRESH }} {{ graph.nodes is defined }}
{{ print('') }} {{ return('') if false }} {{ builtins.ref('base') }} {{ context.get('nothing') }} {{ none }} {{ None }} {{ true }} {{ True }}
