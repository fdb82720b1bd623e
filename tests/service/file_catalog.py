#!/usr/bin/env python3
"""The catalog's SQLite file as pyiceberg sees it, and pyiceberg's as floe sees it. FLOE names the program; run by a Python
that has pyiceberg with SQLAlchemy and fsspec. Prints TAP."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField, StringType

PRODUCT = """apiVersion: floe.dev/v1
kind: DataProduct
metadata: { name: orders, version: 1.0.0, domain: sales, owner: team@example.com, repository: github.com/acme/orders }
transforms: [ { type: dbt, path: models/ } ]
"""
SCHEMA = Schema(NestedField(1, "id", LongType(), required=True), NestedField(2, "note", StringType()))


def catalog_of(folder):
    return SqlCatalog("floe", uri=f"sqlite:///{folder}/.floe/catalog.db", warehouse=f"file://{folder}/warehouse",
                      **{"py-io-impl": "pyiceberg.io.fsspec.FsspecFileIO"})


def floe(folder, *words, code=0):
    done = subprocess.run([os.environ["FLOE"], "catalog", *words, "--format", "json"], cwd=folder, text=True,
                          capture_output=True)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout)


def pyiceberg_reads_what_floe_registered(folder):
    floe(folder, "reconcile", "--apply")
    catalog = catalog_of(folder)
    assert catalog.list_namespaces("sales") == [("sales", "orders")], catalog.list_namespaces("sales")
    properties = catalog.load_namespace_properties("sales.orders")
    assert properties["floe.product.repo"] == "github.com/acme/orders", properties
    try:
        catalog.create_namespace("sales.orders", {"floe.product.repo": "github.com/acme/other"})
        raise AssertionError("pyiceberg took the namespace over")
    except NamespaceAlreadyExistsError:
        pass


def floe_reads_the_tables_of_pyiceberg(folder):
    floe(folder, "reconcile", "--apply")
    catalog = catalog_of(folder)
    catalog.create_table("sales.orders.lines", SCHEMA)
    shown = floe(folder, "show")
    assert [(table["name"], table["columns"], table["problem"]) for table in shown["tables"]] == [("lines", 2, None)], shown
    assert floe(folder, "reconcile")["catalogs"][0]["counts"]["tables"] == 1
    for file in (folder / "warehouse").rglob("*.json"):
        file.unlink()
    found = floe(folder, "reconcile", code=1)["catalogs"][0]["differences"]
    assert [(entry["kind"], entry["table"], entry["action"]) for entry in found] == [("table", "lines", "drop")], found
    floe(folder, "reconcile", "--apply")
    assert catalog.list_tables("sales.orders") == [], catalog.list_tables("sales.orders")


def floe_adopts_the_file_of_pyiceberg(folder):
    (folder / ".floe").mkdir()
    catalog = catalog_of(folder)
    catalog.create_namespace("sales.orders", {"comment": "made by hand"})
    catalog.create_table("sales.orders.lines", SCHEMA)
    found = floe(folder, "reconcile", code=1)["catalogs"][0]["differences"]
    assert [(entry["kind"], entry["action"]) for entry in found] == [("unowned", "adopt")], found
    floe(folder, "reconcile", "--apply")
    properties = catalog.load_namespace_properties("sales.orders")
    assert properties["comment"] == "made by hand" and properties["floe.product.name"] == "orders", properties
    catalog.load_table("sales.orders.lines")
    catalog.create_table("sales.orders.more", SCHEMA)
    assert [table["name"] for table in floe(folder, "show")["tables"]] == ["lines", "more"]


def main():
    failed = False
    for test in (pyiceberg_reads_what_floe_registered, floe_reads_the_tables_of_pyiceberg,
                 floe_adopts_the_file_of_pyiceberg):
        name = test.__name__.replace("_", " ")
        with tempfile.TemporaryDirectory() as made:
            folder = pathlib.Path(made)
            (folder / "floe.yaml").write_text(PRODUCT)
            (folder / "warehouse").mkdir()
            try:
                test(folder)
                print(f"ok - {name}")
            except Exception as wrong:  # noqa: BLE001
                failed = True
                print(f"not ok - {name}\n    {type(wrong).__name__}: {wrong}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
