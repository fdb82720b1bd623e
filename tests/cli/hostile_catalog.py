"""Writes a catalog as a stranger could: escapes, commands of CI runners, text that changes direction, broken JSON."""
import sqlite3
import sys

NAMESPACE = "sales.orders"
PROPERTIES = {
    "floe.product.repo": "git.example/\x1b[31mred", "floe.product.owner": "::error::gone\n::set-output name=x::y",
    "floe.product.version": "\u202e1.0", "floe.contracts": '[1, {}, "a"', "floe.product.registered_at": "##[group]now",
    "\u2066key": "\x9b31m",
}

database = sqlite3.connect(sys.argv[1])
database.executescript("""
    CREATE TABLE iceberg_tables (catalog_name, table_namespace, table_name, metadata_location, previous_metadata_location);
    CREATE TABLE iceberg_namespace_properties (catalog_name, namespace, property_key, property_value);
""")
for namespace in (NAMESPACE, "sales.\x1b[2J", f"{NAMESPACE}.contracts.a_1"):
    for key, value in PROPERTIES.items():
        database.execute("INSERT INTO iceberg_namespace_properties VALUES ('floe', ?, ?, ?)", (namespace, key, value))
for key, value in {"name": "a\x1b[0m", "version": "::debug::", "schema_hash": "\x07", "document": "[" * 5000}.items():
    database.execute("INSERT INTO iceberg_namespace_properties VALUES ('floe', ?, ?, ?)",
                     (f"{NAMESPACE}.contracts.a_1", f"floe.contract.{key}", value))
for table, location in {"zero": "/dev/zero", "folder": "/", "bell\x07": "x", "far": "s3://\x1b[1mbucket/x"}.items():
    database.execute("INSERT INTO iceberg_tables VALUES ('floe', ?, ?, ?, NULL)", (NAMESPACE, table, location))
database.commit()
