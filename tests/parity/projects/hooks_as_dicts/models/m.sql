{{ config(pre_hook=["select '{{ this.name }}'", "{{ noted('file') }}"], post_hook={'sql': 'vacuum', 'transaction': false}) }}
select 1 as id
