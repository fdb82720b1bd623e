"""Rewrites the properties files below a folder into the spelling of dbt 1.8, in place.

Arguments of generic tests move up from `arguments:`, and meta of columns and sources from `config:`. What floe
finds must not change. Run with a Python that has PyYAML, such as the one of a dbt environment.
"""

import pathlib
import sys

import yaml


def lower_meta(node):
    config = node.get("config")
    if isinstance(config, dict) and "meta" in config:
        node["meta"] = config.pop("meta")
        if not config:
            del node["config"]


def older_tests(node):
    for test in node.get("data_tests", []):
        if isinstance(test, dict):
            for name, body in test.items():
                if isinstance(body, dict) and "arguments" in body:
                    test[name] = {**body.pop("arguments"), **body}


def older_columns(node):
    older_tests(node)
    for column in node.get("columns", []):
        lower_meta(column)
        older_tests(column)


def older(document):
    for kind in ("models", "seeds", "snapshots"):
        for node in document.get(kind, []):
            older_columns(node)
    for source in document.get("sources", []):
        lower_meta(source)
        for table in source.get("tables", []):
            lower_meta(table)
            older_columns(table)
    return document


for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yml")):
    text = path.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    if path.name not in ("dbt_project.yml", "profiles.yml") and isinstance(document, dict):
        path.write_text(yaml.safe_dump(older(document), sort_keys=False), encoding="utf-8")
