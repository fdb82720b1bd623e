{{ config(enabled = boolean_var('quality_b', true) and is_selected(), tags=['x'] if boolean_var('quality_b', true) else []) }}
{{ metric(this.name if false else 'metric_b') }} {{ ref(model.name | replace('_b', '_a')) }}
