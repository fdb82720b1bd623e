{%- macro properties_of(properties) -%}
  map([{%- for key, value in properties.items() %}('{{ key }}', '{{ value }}'){%- if not loop.last -%},{%- endif -%}{%- endfor %}])
{%- endmacro -%}
{% macro is_materialized(model) %}{{ return(model.config.materialized in ('table', 'incremental')) }}{% endmacro %}
{% macro set_property(use, name, value) %}{% if use %}set {{ name }} = '{{ value }}'{% endif %}{% endmacro %}
{% macro mark(this, materialization) %}
  {%- if target.name == 'prod' -%}
    {%- set properties = {'by': 'us', 'public': 'true'} -%}
    {%- set gone = model.config.get('deprecated_at', none) -%}
    {%- if gone -%}{%- do properties.update({'gone': gone}) -%}{%- endif -%}
    alter {{ this }} {{ properties_of(properties) }} {{ model.database }}.{{ model.schema }}.{{ model.alias }}
  {%- endif -%}
{%- endmacro -%}
{% macro expose(blockchains, kind, name, contributors) %}
  {%- set validated = tojson(fromjson(contributors | as_text)) -%}
  {%- if ("%s" % validated) == "null" -%}
    {%- do exceptions.raise_compiler_error("Invalid contributors '%s'." % contributors) -%}
  {%- endif -%}
  {%- if target.name == 'prod' -%}select {{ blockchains | as_text }}{%- endif -%}
{%- endmacro -%}
{% macro boolean_var(name, default=false) %}
    {% set value = var(name, default) %}
    {% if value is not sameas true and value is not sameas false %}
        {% do exceptions.raise_compiler_error("'" ~ name ~ "' must be a boolean, got '" ~ value ~ "'") %}
    {% endif %}
    {% do return(value) %}
{% endmacro %}
{% macro is_selected() %}
  {% if execute %}
    {% for node in graph['nodes'].values() %}{% if node.unique_id in selected_resources %}{% do return(true) %}{% endif %}{% endfor %}
    {% do return(false) %}
  {% else %}{% do return(true) %}{% endif %}
{% endmacro %}
{% macro schema_for() %}
    {% if var('prefix', None) is not none %}{{ return(var('prefix', None) ~ '_quality') }}{% endif %}

    {{ return('quality') }}
{% endmacro %}
{% macro quality_config(alias_name) %}
    {{ config(enabled = var('enable_quality', true) | as_bool, schema = schema_for(), alias = alias_name,
              tags = ['quality', 'dq'], materialized = 'table') }}
{% endmacro %}
{% macro manifest_of_metrics() %}
  {{ return([{'model_name': 'metric_a', 'parents': ['swaps', 'tokens'], 'sql': 'count(*)'}, {'model_name': 'metric_b', 'parents': [], 'sql': '1'}]) }}
{% endmacro %}
{% macro metric_spec(model_name) %}
    {% for spec in manifest_of_metrics() %}{% if spec['model_name'] == model_name %}{{ return(spec) }}{% endif %}{% endfor %}
    {{ exceptions.raise_compiler_error('No metric for ' ~ model_name) }}
{% endmacro %}
{% macro metric(model_name) %}
  {%- set spec = metric_spec(model_name) -%}
  select {{ spec['sql'] }} {% for parent in spec['parents'] %}/* {{ ref(parent) }} */{% endfor %}
{% endmacro %}
{% macro load_seed(uri, pattern, compression=false, headers=false, null_marker=false) %}
{{ return(adapter.dispatch('load_seed', 'overridden_builtins')(uri, pattern, compression, headers, null_marker)) }}
{% endmacro %}
{% macro duckdb__load_seed(uri, pattern, compression, headers, null_marker) %}
{%- set columns = adapter.get_columns_in_relation(this) -%}
{%- set collist = [] -%}
{% for col in columns %}{% do collist.append("'" ~ col.name ~ "'" ~ ": " ~ "'" ~ col.dtype ~ "'") %}{% endfor %}
{%- set cols = collist | join(',') -%}
{# { log(cols, true) } #}
{% set sql %}create or replace table {{ this }} as select * from read_csv('s3://{{ uri }}/{{ pattern }}*', {% if null_marker == true %} nullstr = '\N' {% endif %}, columns = { {{ cols }} }){% endset %}
{% call statement('ducksql', fetch_result=true) %}{{ sql }}{% endcall %}
{% if execute %}
{% set results = load_result('ducksql') %}
{{ log("Loaded\n  to: " ~ this ~ "\n  from: s3://" ~ uri ~ "/" ~ pattern ~ "*", True) }}
{% endif %}
{% endmacro %}
{% macro trades_of(blockchain=null, project=null, version=null, events_table=none, extra_columns=[], optional=none) %}
with events as (select * from {{ source(project ~ '_' ~ blockchain, events_table if events_table else 'Pair_evt_Swap') }}
{%- if is_incremental() %} where {{ incremental_predicate('block_time') }}{%- endif %}),
tokens as (select * from {{ ref('tokens') }})
select '{{ blockchain }}' as blockchain {%- if extra_columns %}, {{ extra_columns | join(', ') }}{% endif %} from events {%- if optional is not none %} join {{ optional }} using (id){% endif %}
{% endmacro %}
{% macro incremental_predicate(column) -%}
{{ column }} >= date_trunc('{{ var("time_unit", "day") }}', now() - interval '{{ var("time", "3") }}' {{ var("time_unit", "day") }})
{%- endmacro -%}
