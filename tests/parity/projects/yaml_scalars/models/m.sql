{{ config(meta={'from_yaml': fromyaml('[on, 010, 1e3, 1_000, 1:30, 0o17, 0x1F, .5, "010"]'), 'word': var('word'), 'exponent': var('exponent'), 'octal': var('octal')}) }}
select 1 as id
