-- floe ledger: what was judged, when, by whom and on what. Its commands stand in lua/command/ledger/.
return {
  name = "ledger",
  summary = "look at what was judged, and prove that nothing of it was changed",
  commands = { "list", "show", "verify", "export", "prune" },
  examples = {
    { "floe ledger list", "the last verdicts of this product" },
    { "floe ledger list --subject model.shop.orders", "the findings on one model, the newest first" },
    { "floe ledger show 12", "one entry: its verdict, who judged and what was read" },
    { "floe ledger verify", "whether every entry still says what it said" },
    { "floe ledger export > ledger.jsonl", "all of it, a line an entry" },
    { "floe ledger prune --keep 90d", "take out what is older" },
  },
}
