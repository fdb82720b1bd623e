-- floe catalog: what is registered, by whom, and whether it still holds. Its commands stand in lua/command/catalog/.
return {
  name = "catalog",
  summary = "look at the catalog in which products and their contracts are registered",
  commands = { "list", "show", "reconcile" },
  examples = {
    { "floe catalog list", "the products in the catalog of this product" },
    { "floe catalog show sales.orders", "one of them: its owner, contracts and tables" },
    { "floe catalog reconcile products/*", "what differs between the catalog and these products" },
    { "floe catalog reconcile products/* --apply", "and repair what can be repaired" },
  },
}
