-- floe contract: what producers and consumers do with data contracts. Its commands stand in lua/command/contract/.
return {
  name = "contract",
  summary = "check, compare, list, export and import data contracts",
  commands = { "validate", "check", "diff", "validate-version", "list", "show", "export", "import", "sync" },
  examples = {
    { "floe contract diff datacontract.yaml --against git:main", "what a branch changes for consumers" },
    { "floe contract validate-version datacontract.yaml --against git:main", "in CI: does the version say so?" },
    { "floe contract list", "the contracts of the product in this folder" },
  },
}
