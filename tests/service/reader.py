"""Reads with pyiceberg what floe registered, and makes a table in it. Argument: the catalog's address."""
import sys

from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField, StringType

catalog = RestCatalog("floe", uri=sys.argv[1])
properties = catalog.load_namespace_properties(("retail", "orders"))
assert properties["floe.product.repo"] == "github.com/acme/orders", properties
assert properties["floe.product.owner"] == "team@example.com", properties
assert properties["floe.contracts"] == '["orders:1.0.0"]', properties
assert ("retail", "orders") in catalog.list_namespaces(("retail",))
assert ("retail", "orders", "contracts", "orders_1_0_0") in catalog.list_namespaces(("retail", "orders", "contracts"))
catalog.create_table(("retail", "orders", "lines"), Schema(
    NestedField(1, "order_id", LongType(), required=True, doc="the key"), NestedField(2, "note", StringType())))
