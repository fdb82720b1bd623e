-- floe schema: the JSON Schema of a file that floe reads or writes, for editors and for other tools.
local M = {
  name = "schema",
  summary = "print the JSON Schema or the reference of a file that floe reads or writes",
  description = [[
An editor that knows the schema completes keys and marks mistakes while you type. The YAML language server takes it from
a comment in the file's first line: # yaml-language-server: $schema=floe.schema.json]],
  arguments = {
    { name = "kind", label = "KIND", required = true,
      choices = {
        "product", "platform", "environment", "contract", "bundle", "artifacts", "platform-compilation",
        "contract-problems", "contract-list", "contract-diff", "contract-version", "contract-kinds",
        "contract-checks", "run", "ledger-list", "ledger-entry", "ledger-verification", "facts", "metrics",
        "floe-run-facet", "floe-dataset-facet", "data-classification-facet",
        "contract-violation-facet", "contract-status-facet", "trace-correlation-facet",
        "iceberg-snapshot-facet",
      },
      help = "floe.yaml, a platform manifest, an environment contract, a data contract, a bundle.yaml, what `floe "
        .. "compile` writes, what `floe platform compile` and the commands of `floe contract` print as JSON "
        .. "(validate, list, diff, validate-version, diff --kinds, check), `floe run` and those of `floe ledger` "
        .. "(list, show and a line of export, verify), the facts that policies read, the metrics that floe tells "
        .. "Prometheus, or a facet that floe adds to events of OpenLineage" },
  },
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "json", "markdown" }, default = "json",
      help = "a JSON Schema (of facts and metrics: what there is), or a page for people" },
  },
  examples = {
    { "floe schema product > floe.schema.json", "the schema of floe.yaml" },
    { "floe schema platform --format markdown", "every key of a platform manifest, for people" },
  },
  exits = { [0] = "printed", [2] = "misuse" },
}

-- What is no form of a file but a list of what there is.
local LISTS <const> = { facts = "reference.facts", metrics = "reference.metrics" }

---@return integer
function M.run(options, terminal)
  local list <const> = LISTS[options.kind] and require(LISTS[options.kind])
  if options.format == "markdown" then
    terminal:write(list and list.page() or require("manifest.export").page(options.kind))
    return 0
  end
  local schema <const> = list and list.document() or require("manifest.export").schema(options.kind)
  terminal:line(require("host.json").encode(schema, { indent = 2 }))
  return 0
end

return M
