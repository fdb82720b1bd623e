local policy <const> = require "floe.policy"

-- Whether floe makes contracts of output ports here.
local function are_generated(governance)
  local generation <const> = (governance.data_contracts or {}).auto_generation or {}
  return generation.enabled ~= false and generation.from_ports ~= false
end

return policy.define {
  id = "contract.present",
  code = "FLOE-E500",
  title = "Products that others read have a contract",
  why = "Without a contract nobody knows what they may rely on, and every change breaks somebody.",
  help = [[
Name what the product serves as `output_ports` in floe.yaml: floe makes their contracts when it compiles. Or write one:
`floe contract import` begins it with what dbt knows. The platform requires contracts by `data_contracts.enforcement`
(any but `off`) or `interoperability.data_contracts.required`.]],
  targets = "product",
  params = {
    required = policy.boolean(false, { doc = "every product needs a contract, or output ports", stricter = true }),
  },
  summary = "there is a contract",

  check = function(product, ctx)
    local generated <const> = are_generated(product.governance)
    if not ctx.params.required or #product.contracts > 0 or (generated and #product.output_ports > 0) then
      return
    end
    ctx:report {
      message = ("product '%s' has no data contract, and the platform requires one"):format(product.unique_id),
      expected = generated and "output_ports in floe.yaml, or a datacontract.yaml" or "a datacontract.yaml",
      actual = #product.output_ports > 0 and "output ports, of which this platform makes no contracts"
        or "neither a contract nor an output port",
      suggest = {
        generated and "write `output_ports: [{ name: …, table: … }]` in floe.yaml" or nil,
        "write datacontract.yaml: `floe contract import --node MODEL > datacontract.yaml` begins it",
      },
    }
  end,
}
