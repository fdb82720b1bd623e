{{ quality_config('metric_a_alias') }}
{{ metric(model.name) }}
