-- floe schema: the JSON Schema of a file that floe reads, for editors and for other tools.
local M = {
  name = "schema",
  summary = "print the JSON Schema of a file that floe reads",
  description = [[
An editor that knows the schema completes keys and marks mistakes while you type. The YAML language server takes it from
a comment in the file's first line: # yaml-language-server: $schema=floe.schema.json]],
  arguments = {
    { name = "kind", label = "KIND", required = true, choices = { "product", "platform", "contract", "bundle" },
      help = "floe.yaml, a platform manifest, a data contract, or a bundle.yaml" },
  },
  examples = {
    { "floe schema product > floe.schema.json", "the schema of floe.yaml" },
  },
  exits = { [0] = "printed", [2] = "misuse" },
}

---@return integer
function M.run(options, terminal)
  local json <const> = require "host.json"
  local schema <const> = require("manifest.export").schema(options.kind)
  terminal:line(json.encode(schema, { indent = 2 }))
  return 0
end

return M
