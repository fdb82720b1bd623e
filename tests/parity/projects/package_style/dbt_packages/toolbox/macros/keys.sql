{%- macro surrogate_key(field_list) -%}{{ return(adapter.dispatch('surrogate_key', 'toolbox')(field_list)) }}{% endmacro %}
{%- macro default__surrogate_key(field_list) -%}
{%- if var('surrogate_key_treat_nulls_as_empty_strings', False) -%}{%- set default_null_value = "" -%}
{%- else -%}{%- set default_null_value = '_dbt_null_' -%}{%- endif -%}
{%- set fields = [] -%}
{%- for field in field_list -%}
    {%- do fields.append("coalesce(cast(" ~ field ~ " as " ~ dbt.type_string() ~ "), '" ~ default_null_value ~ "')") -%}
    {%- if not loop.last %}{%- do fields.append("'-'") -%}{%- endif -%}
{%- endfor -%}
{{ dbt.hash(dbt.concat(fields)) }}
{%- endmacro -%}
{% macro since(column, days) %}{{ adapter.dispatch('since', 'toolbox')(column, days) }}{% endmacro %}
{% macro default__since(column, days) %}{{ dbt.dateadd('day', -days, column) }}{% endmacro %}
{% macro today(tz=None) %}{{ return(adapter.dispatch('today', 'toolbox')(tz)) }}{% endmacro %}
{% macro default__today(tz) %}{%- set tz = tz if tz else var('toolbox:time_zone', 'UTC') -%}cast({{ dbt.current_timestamp() }} as date){% endmacro %}
{% macro get_powers_of_two(upper_bound) %}
    {% if upper_bound <= 0 %}{{ exceptions.raise_compiler_error("upper bound must be positive") }}{% endif %}
    {% for _ in range(1, 100) %}{% if upper_bound <= 2 ** loop.index %}{{ return(loop.index) }}{% endif %}{% endfor %}
{% endmacro %}
{% macro get_intervals_between(start_date, end_date, datepart) -%}
    {%- call statement('get_intervals_between', fetch_result=True) %}
        select {{ dbt.datediff(start_date, end_date, datepart) }}
    {%- endcall -%}
    {%- set value_list = load_result('get_intervals_between') -%}
    {%- if value_list and value_list['data'] -%}
        {%- set values = value_list['data'] | map(attribute=0) | list %}
        {{ return(values[0]) }}
    {%- else -%}
        {{ return(1) }}
    {%- endif -%}
{%- endmacro %}
{% macro generate_series(upper_bound) %}
    {% set n = toolbox.get_powers_of_two(upper_bound) %}
    with p as (select 0 as generated_number union all select 1)
    select {% for i in range(n) %}p{{ i }}.generated_number * power(2, {{ i }}){% if not loop.last %} + {% endif %}{% endfor %} + 1 as generated_number
    from {% for i in range(n) %}p as p{{ i }}{% if not loop.last %} cross join {% endif %}{% endfor %}
{% endmacro %}
{% macro date_spine(datepart, start_date, end_date) %}
with rawdata as ({{ toolbox.generate_series(toolbox.get_intervals_between(start_date, end_date, datepart)) }}),
all_periods as (select ({{ dbt.dateadd(datepart, "row_number() over (order by 1) - 1", start_date) }}) as date_{{ datepart }} from rawdata)
select * from all_periods where date_{{ datepart }} <= {{ end_date }}
{% endmacro %}
