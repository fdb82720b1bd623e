{% set parts = {'a': {'model': 'one', 'args': ['x']}, 'b': {'model': 'two', 'args': []}} %}
{% for key, part in parts.items() %}{{ select_from(part.model, part['args']) }}{% endfor %}
{{ select_from(**{'model': 'three', 'args': parts.get('c', {}).get('args', ['none'])}) }}
{% set kwargs = dict(model='four') %}{{ select_from(args=[], **kwargs) }}
