#!/usr/bin/env python3
"""Makes a data product of any size to measure floe and its rivals with.

Usage: generate.py FOLDER MODELS [--columns N] [--files]

The manifest has what dbt 1.11 writes (schema v12): about 8 KB a model with 15 columns and one or two tests,
sources, one exposure for a hundred models, and a graph of three layers. One model in fifty breaks a rule. The same arguments
give the same bytes. With --files the project is written too, and dbt can parse it: a SQL and a properties file for
each model, a third of the models with loops, conditions and macros of the project and of an installed package,
sources, exposures, seeds and a profile. What both say is the same graph, but for macros, which only the project has.
"""

import argparse
import hashlib
import json
import os

PROJECT = "bench"
LAYERS = (("bronze", 0.3), ("silver", 0.4), ("gold", 0.3))
AREAS = ("orders", "customers", "stock", "payments", "returns", "visits", "offers", "staff")
WORDS = ("amount", "status", "region", "channel", "quantity", "price", "discount", "currency", "segment",
         "weight", "category", "priority", "state", "score", "rank", "method", "origin", "target")
TYPES = ("varchar", "integer", "decimal(18,2)", "timestamp", "boolean", "date")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def describe(word):
    return f"The {word.replace('_', ' ')} of one row, as reports share it."


def columns_of(index, count, flawed):
    names = ["row_id", "customer_id", "email"] + [f"{WORDS[k % len(WORDS)]}_{k}" for k in range(count - 3)]
    columns = {}
    for place, name in enumerate(names[:count]):
        meta = {"classification": "internal"} if name == "customer_id" else {}
        if name == "email":
            meta = {"floe": {"classification": "pii", "pii_type": "email", "sensitivity": "high"}}
        columns[name] = {
            "name": name,
            "description": "" if flawed and place == 5 else describe(name),
            "meta": meta,
            "data_type": TYPES[(index + place) % len(TYPES)] if place > 2 else "varchar",
            "constraints": [],
            "quote": None,
            "config": {"meta": meta, "tags": []},
            "tags": [],
            "doc_blocks": [],
        }
    return columns


def plain_code(columns, inputs, name):
    """A model as most are: a list of columns and joins."""
    lines = [f"-- {name}: one row for every row_id of {inputs[0][1]}", "select"]
    lines += [f"    base.{column}," for column in columns]
    lines += ["    current_timestamp as built_at", f"from {inputs[0][0]} as base"]
    lines += [f"left join {call} as other_{k} on base.row_id = other_{k}.row_id" for k, (call, _) in enumerate(inputs[1:])]
    return "\n".join(lines) + "\n"


def looping_code(columns, inputs, name):
    """A model whose columns and parents come out of loops over literals and of a macro that unites relations."""
    parents = ", ".join(f"'{parent}'" for _, parent in inputs)
    relation = "source('raw', parent)" if "source(" in inputs[0][0] else "ref(parent)"
    return f"""\
{{#- {name}: every parent in one -#}}
{{%- set columns = [{", ".join(f"'{column}'" for column in columns)}] -%}}
{{%- set relations = [] -%}}
{{%- for parent in [{parents}] -%}}
    {{%- do relations.append({relation}) -%}}
{{%- endfor -%}}
with united as (
    {{{{ unite(relations, columns) }}}}
)
select
    {{%- for column in columns %}}
    {{%- if column.startswith('amount') %}}
    {{{{ cents_to_euros(column) }}}} as {{{{ column }}}},
    {{%- else %}}
    {{{{ bench_tools.trimmed(column) | trim }}}} as {{{{ column }}}}{{{{ "," if not loop.last }}}}
    {{%- endif %}}
    {{%- endfor %}}
from united
where {{{{ bench_tools.is_recent('row_id', days=var('days', 30)) }}}}
"""


def incremental_code(columns, inputs, name):
    """A model with config in its file, conditions on the run, and one join a parent out of a loop."""
    joins = "\n".join(f"left join {call} as other_{k} using (row_id)" for k, (call, _) in enumerate(inputs[1:]))
    return f"""\
{{{{ config(materialized='table', enabled=var('with_incremental', true) | as_bool) }}}}
{{% set key = bench_tools.key_of(['row_id', 'customer_id']) %}}
select
    {{{{ key }}}} as {name}_key,
    {{% for column in [{", ".join(f"'{column}'" for column in columns[:6])}] -%}}
    base.{{{{ column }}}},
    {{% endfor -%}}
    {", ".join(f"base.{column}" for column in columns[6:]) or "1 as one"}
from {inputs[0][0]} as base
{joins}
{{% if is_incremental() %}}
where base.row_id > (select max(row_id) from {{{{ this }}}})
{{% elif target.name == 'nightly' %}}
where base.row_id is not null
{{% endif %}}
"""


def code_of(columns, inputs, name, index):
    """Two files in three are plain; of the others half loop and half are conditional."""
    write = (plain_code, plain_code, (looping_code, incremental_code)[index // 3 % 2])[index % 3]
    return write(list(columns), inputs, name)


def model_node(name, layer, area, columns, code, refs, sources, parents, flawed):
    path = f"{layer}/{area}/{name}.sql"
    tags = [layer] if flawed else [layer, "daily"]
    meta = {} if flawed else {"owner": f"{area}-team"}
    return {
        "database": PROJECT,
        "schema": f"main_{layer}",
        "name": name,
        "resource_type": "model",
        "package_name": PROJECT,
        "path": path,
        "original_file_path": f"models/{path}",
        "unique_id": f"model.{PROJECT}.{name}",
        "fqn": [PROJECT, layer, area, name],
        "alias": name,
        "checksum": {"name": "sha256", "checksum": digest(code.strip())},
        "config": {
            "enabled": True, "alias": None, "schema": layer, "database": None, "tags": tags, "meta": meta,
            "group": None, "materialized": "table", "incremental_strategy": None, "batch_size": None, "lookback": 1,
            "begin": None, "persist_docs": {}, "post-hook": [], "pre-hook": [], "quoting": {}, "column_types": {},
            "full_refresh": None, "unique_key": None, "on_schema_change": "ignore",
            "on_configuration_change": "apply", "grants": {}, "packages": [],
            "docs": {"show": True, "node_color": None}, "contract": {"enforced": False, "alias_types": True},
            "event_time": None, "concurrent_batches": None, "access": "protected", "freshness": None,
        },
        "tags": tags,
        "description": "" if flawed else f"One row for every row_id, for reports about {area}, {layer} layer.",
        "columns": columns,
        "meta": meta,
        "group": None,
        "docs": {"show": True, "node_color": None},
        "patch_path": f"{PROJECT}://models/{layer}/{area}/{name}.yml",
        "build_path": None,
        "unrendered_config": {"materialized": "table", "tags": tags, "meta": meta},
        "created_at": 1795292725.25,
        "relation_name": f'"{PROJECT}"."main_{layer}"."{name}"',
        "raw_code": code.strip(),
        "doc_blocks": [],
        "language": "sql",
        "refs": refs,
        "sources": sources,
        "metrics": [],
        "functions": [],
        "depends_on": {"macros": [], "nodes": parents},
        "compiled_path": None,
        "contract": {"enforced": False, "alias_types": True, "checksum": None},
        "access": "protected",
        "constraints": [],
        "version": None,
        "latest_version": None,
        "deprecation_date": None,
        "primary_key": [] if flawed else ["row_id"],
        "time_spine": None,
    }


def test_node(kind, model, column):
    name = f"{kind}_{model['name']}_{column}"
    kwargs = {"column_name": column, "model": "{{ get_where_subquery(ref('" + model["name"] + "')) }}"}
    hashed = name + repr({"kwargs": kwargs, "name": kind, "namespace": "None"})
    unique_id = f"test.{PROJECT}.{name}.{hashlib.md5(hashed.encode()).hexdigest()[-10:]}"
    return {
        "database": PROJECT,
        "schema": "main_dbt_test__audit",
        "name": name,
        "resource_type": "test",
        "package_name": PROJECT,
        "path": f"{name}.sql",
        "original_file_path": model["patch_path"].split("//", 1)[1],
        "unique_id": unique_id,
        "fqn": model["fqn"][:-1] + [name],
        "alias": name,
        "checksum": {"name": "none", "checksum": ""},
        "config": {
            "enabled": True, "alias": None, "schema": "dbt_test__audit", "database": None, "tags": [], "meta": {},
            "group": None, "materialized": "test", "severity": "ERROR", "store_failures": None,
            "store_failures_as": None, "where": None, "limit": None, "fail_calc": "count(*)", "warn_if": "!= 0",
            "error_if": "!= 0",
        },
        "tags": [],
        "description": "",
        "columns": {},
        "meta": {},
        "group": None,
        "docs": {"show": True, "node_color": None},
        "patch_path": None,
        "build_path": None,
        "unrendered_config": {},
        "created_at": 1795292725.25,
        "relation_name": None,
        "raw_code": "{{ test_" + kind + "(**_dbt_generic_test_kwargs) }}",
        "doc_blocks": [],
        "language": "sql",
        "refs": [{"name": model["name"], "package": None, "version": None}],
        "sources": [],
        "metrics": [],
        "functions": [],
        "depends_on": {"macros": [f"macro.dbt.test_{kind}"], "nodes": [model["unique_id"]]},
        "compiled_path": None,
        "contract": {"enforced": False, "alias_types": True, "checksum": None},
        "column_name": column,
        "file_key_name": f"models.{model['name']}",
        "attached_node": model["unique_id"],
        "test_metadata": {
            "name": kind,
            "kwargs": kwargs,
            "namespace": None,
        },
    }


def source_entry(name):
    return {
        "database": PROJECT, "schema": "raw", "name": name, "resource_type": "source", "package_name": PROJECT,
        "path": "models/sources.yml", "original_file_path": "models/sources.yml",
        "unique_id": f"source.{PROJECT}.raw.{name}", "fqn": [PROJECT, "raw", name], "source_name": "raw",
        "source_description": "What other systems deliver.", "loader": "file drop", "identifier": name,
        "quoting": {"database": None, "schema": None, "identifier": None, "column": None},
        "loaded_at_field": None, "loaded_at_query": None,
        "freshness": {"warn_after": {"count": None, "period": None}, "error_after": {"count": None, "period": None},
                      "filter": None},
        "external": None, "description": f"Rows of {name} as they are delivered.", "columns": {}, "meta": {},
        "source_meta": {}, "tags": [], "config": {"enabled": True, "event_time": None, "meta": {}, "tags": []},
        "patch_path": None, "unrendered_config": {}, "relation_name": f'"{PROJECT}"."raw"."{name}"',
        "created_at": 1795292725.25, "unrendered_database": None, "unrendered_schema": None, "doc_blocks": [],
    }


def exposure_entry(number, model):
    name = f"report_{number}"
    return {
        "name": name, "resource_type": "exposure", "package_name": PROJECT, "path": "exposures.yml",
        "original_file_path": "models/exposures.yml", "unique_id": f"exposure.{PROJECT}.{name}",
        "fqn": [PROJECT, name], "type": "dashboard", "owner": {"email": "reports@example.com", "name": "reports"},
        "description": "What the teams look at in the morning.", "label": None, "maturity": "high", "meta": {},
        "tags": [], "config": {"enabled": True, "tags": [], "meta": {}}, "unrendered_config": {},
        "url": None, "depends_on": {"macros": [], "nodes": [model["unique_id"]]},
        "refs": [{"name": model["name"], "package": None, "version": None}], "sources": [], "metrics": [],
        "created_at": 1795292725.25,
    }


def build(count, width):
    """The manifest of `count` models with `width` columns each."""
    nodes, sources, exposures, layers = {}, {}, {}, {layer: [] for layer, _ in LAYERS}
    bounds, total = [], 0.0
    for layer, share in LAYERS:
        total += share
        bounds.append((layer, round(count * total)))
    for index in range(count):
        layer = next(layer for layer, bound in bounds if index < bound)
        area = AREAS[index % len(AREAS)]
        name = f"{layer}_{area}_{index:05}"
        flawed = index % 50 == 7
        columns = columns_of(index, width, flawed)
        refs, source_calls, inputs, parents = [], [], [], []
        before = layers["bronze" if layer == "silver" else "silver"] if layer != "bronze" else []
        if not before:
            table = f"{area}_{index // 10}"
            sources.setdefault(f"source.{PROJECT}.raw.{table}", source_entry(table))
            source_calls.append(["raw", table])
            inputs.append(("{{ source('raw', '" + table + "') }}", table))
            parents.append(f"source.{PROJECT}.raw.{table}")
        else:
            for step in range(1 + index % 3):
                parent = before[(index * 7 + step * 13) % len(before)]
                if f"model.{PROJECT}.{parent}" in parents:
                    continue
                refs.append({"name": parent, "package": None, "version": None})
                inputs.append(("{{ ref('" + parent + "') }}", parent))
                parents.append(f"model.{PROJECT}.{parent}")
        if flawed:
            name = name.replace(layer + "_", "stg_", 1)
        code = code_of(columns, inputs, name, index)
        node = model_node(name, layer, area, columns, code, refs, source_calls, parents, flawed)
        nodes[node["unique_id"]] = node
        layers[layer].append(name)
        for kind in ("not_null",) if flawed else ("unique", "not_null")[: 2 if index % 4 == 0 else 1]:
            test = test_node(kind, node, "row_id")
            nodes[test["unique_id"]] = test
        if index % 100 == 99:
            exposure = exposure_entry(index // 100, node)
            exposures[exposure["unique_id"]] = exposure

    everything = {**nodes, **sources, **exposures}
    parent_map = {key: value.get("depends_on", {}).get("nodes", []) for key, value in everything.items()}
    child_map = {key: [] for key in everything}
    for key, parents in parent_map.items():
        for parent in parents:
            child_map[parent].append(key)
    return {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "dbt_version": "1.11.16",
            "generated_at": "2026-11-21T00:00:00.000000Z",
            "invocation_id": "00000000-0000-4000-8000-000000000000",
            "invocation_started_at": "2026-11-21T00:00:00.000000Z",
            "env": {},
            "project_name": PROJECT,
            "project_id": "0" * 32,
            "user_id": None,
            "send_anonymous_usage_stats": False,
            "adapter_type": "duckdb",
            "quoting": {"database": True, "schema": True, "identifier": True, "column": None},
            "run_started_at": "2026-11-21T00:00:00.000000+00:00",
        },
        "nodes": nodes, "sources": sources, "macros": {}, "docs": {}, "exposures": exposures, "metrics": {},
        "groups": {}, "selectors": {}, "disabled": {}, "parent_map": parent_map, "child_map": child_map,
        "group_map": {}, "saved_queries": {}, "semantic_models": {}, "unit_tests": {}, "functions": {},
    }


def properties(node, tests):
    """The properties file of one model: all that its entry in the manifest says and its SQL and folder do not."""
    config = {key: value for key, value in (("tags", node["tags"][1:]), ("meta", node["meta"])) if value}
    lines = ["version: 2", "", "models:", f"  - name: {node['name']}", f"    description: {json.dumps(node['description'])}"]
    lines += [f"    config: {json.dumps(config)}"] if config else []
    lines += ["    columns:"]
    for column in node["columns"].values():
        lines += [f"      - name: {column['name']}", f"        description: {json.dumps(column['description'])}",
                  f"        data_type: {column['data_type']}", "        config:",
                  f"          meta: {json.dumps(column['meta'])}"]
        own = [test["test_metadata"]["name"] for test in tests if test["column_name"] == column["name"]]
        lines += ["        data_tests:", *(f"          - {name}" for name in own)] if own else []
    return "\n".join(lines) + "\n"


def sources_file(sources):
    lines = ["version: 2", "sources:", "  - name: raw", "    description: What other systems deliver.",
             "    loader: file drop", "    tables:"]
    for source in sources.values():
        lines += [f"      - name: {source['name']}", f"        description: {json.dumps(source['description'])}"]
    return "\n".join(lines) + "\n"


def exposures_file(exposures):
    lines = ["version: 2", "exposures:" if exposures else "exposures: []"]
    for exposure in exposures.values():
        lines += [f"  - name: {exposure['name']}", "    type: dashboard", "    maturity: high",
                  f"    owner: {json.dumps(exposure['owner'])}", f"    description: {json.dumps(exposure['description'])}",
                  f"    depends_on: [\"ref('{exposure['refs'][0]['name']}')\"]"]
    return "\n".join(lines) + "\n"


DBT_PROJECT = f"""\
name: {PROJECT}
version: '1.0.0'
config-version: 2
profile: {PROJECT}
vars:
  days: 7
models:
  {PROJECT}:
    +materialized: table
""" + "".join(f"    {layer}: {{+schema: {layer}, +tags: [{layer}]}}\n" for layer, _ in LAYERS)

PACKAGE = f"packages/{PROJECT}_tools"

# What a project has besides its models.
PROJECT_FILES = {
    "profiles.yml": f"{PROJECT}:\n  target: dev\n  outputs:\n    dev: {{type: duckdb, path: {PROJECT}.duckdb}}\n",
    "packages.yml": f"packages:\n  - local: {PACKAGE}\n",
    "seeds/countries.csv": "code,name\nat,Austria\nde,Germany\n",
    "macros/unite.sql": """\
{% macro unite(relations, columns) %}
{%- for relation in relations %}
select {% for column in columns %}{{ column }}{% if not loop.last %}, {% endif %}{% endfor %} from {{ relation }}
{% if not loop.last %}union all{% endif %}
{%- endfor %}
{% endmacro %}
""",
    "macros/cents_to_euros.sql": """\
{% macro cents_to_euros(column, digits=2) -%}
round({{ column }} / 100.0, {{ digits }})
{%- endmacro %}
""",
    "macros/bench_tools.sql": """\
{% macro bench__is_recent(column, days) %}{{ column }} > current_date - {{ days }}{% endmacro %}
""",
}

PACKAGE_FILES = {
    "dbt_project.yml": f"name: {PROJECT}_tools\nversion: '1.0.0'\nconfig-version: 2\nmacro-paths: [macros]\n",
    "macros/tools.sql": """\
{% macro trimmed(column) %}{{ return(adapter.dispatch('trimmed', 'bench_tools')(column)) }}{% endmacro %}
{% macro default__trimmed(column) %}trim(cast({{ column }} as varchar)){% endmacro %}

{% macro is_recent(column, days=30) %}{{ return(adapter.dispatch('is_recent', 'bench_tools')(column, days)) }}{% endmacro %}
{% macro default__is_recent(column, days) %}{{ column }} is not null{% endmacro %}

{% macro key_of(columns) %}
{%- set parts = [] -%}
{%- for column in columns -%}
  {%- set _ = parts.append("coalesce(cast(" ~ column ~ " as varchar), '')") -%}
{%- endfor -%}
md5({{ parts | join(" || '-' || ") }})
{%- endmacro %}
""",
}

FILES = {
    "dbt_project.yml": DBT_PROJECT,
    "floe.yaml": """\
apiVersion: floe.dev/v1
kind: DataProduct
metadata:
  name: bench
  version: 1.0.0
  owner: bench@example.com
  domain: sales
  repository: github.com/acme/bench
platform:
  ref: platform.yaml
transforms:
  - type: dbt
    path: models/
""",
}


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


def write_project(folder, manifest):
    """Everything that dbt reads; the package stands where it is named and where dbt installs it."""
    tests = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            tests.setdefault(node["attached_node"], []).append(node)
    files = {**PROJECT_FILES, "models/sources.yml": sources_file(manifest["sources"]),
             "models/exposures.yml": exposures_file(manifest["exposures"])}
    for home in (PACKAGE, f"dbt_packages/{PROJECT}_tools"):
        files.update({f"{home}/{name}": text for name, text in PACKAGE_FILES.items()})
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] == "model":
            files[node["original_file_path"]] = node["raw_code"] + "\n"
            files[node["patch_path"].split("//", 1)[1]] = properties(node, tests.get(unique_id, []))
    for name, text in files.items():
        write(os.path.join(folder, name), text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("models", type=int)
    parser.add_argument("--columns", type=int, default=15)
    parser.add_argument("--files", action="store_true")
    options = parser.parse_args()
    manifest = build(options.models, options.columns)
    text = json.dumps(manifest)
    write(os.path.join(options.folder, "target", "manifest.json"), text)
    for name, content in FILES.items():
        write(os.path.join(options.folder, name), content)
    os.makedirs(os.path.join(options.folder, "models"), exist_ok=True)
    if options.files:
        write_project(options.folder, manifest)
    print(f"{options.models} models, {len(text)} bytes, {len(text) // max(1, options.models)} a model")


if __name__ == "__main__":
    main()
