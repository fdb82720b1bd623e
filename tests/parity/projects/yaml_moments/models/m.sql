{{ config(meta={'read': fromyaml('2020-01-01 00:00:00'), 'plain': var('plain') ~ '', 'zoned': var('zoned') ~ '', 'far': var('far') ~ '', 'day': var('day') ~ '', 'days': var('days') ~ '', 'is_text': var('plain') is string, 'day_is_text': var('day') is string, 'whole': var('plain'), 'upper': var('day') | upper, 'as_text': var('day') == '2026-01-31'}) }}
select '{{ var('day') }}' as id
