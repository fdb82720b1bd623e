{{ config(tags=['a,b,c'.split(','), ['d']] | sum(start=[]), alias='Alias With Spaces' | replace(' ', '_') | lower,
          meta={'joined': [3, 1, 2] | sort | join('-'), 'mapped': ['a', 'b'] | map('upper') | list,
                'selected': [1, 2, 3, 4] | select('even') | list, 'unique': [1, 1, 2] | unique | list,
                'default': undefined_name | default('d'), 'first': 'xyz' | first, 'int': '42' | int, 'float': '1.5' | float,
                'bool': 'true' | as_bool, 'native': '7' | as_number, 'batch': [1, 2, 3] | batch(2) | list, 'round': 2.567 | round(1),
                'title': 'a bc' | title, 'trim': '  x ' | trim, 'reject': [{'a': 1}, {'a': 2}] | rejectattr('a', 'equalto', 1) | list,
                'attrs': [{'a': 1}, {'a': 2}] | map(attribute='a') | list, 'items': {'b': 2, 'a': 1} | dictsort, 'abs': -3 | abs,
                'length': 'äöü' | length, 'range': range(3) | list, 'tojson': {'x': [1]} | tojson, 'max': [1, 5, 3] | max}) }}
select * from {{ ref('base') }}
