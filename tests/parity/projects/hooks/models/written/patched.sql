select '{{ noted("in the text") }}' as id
