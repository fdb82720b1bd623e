local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"

local function words(input)
  local version <const> = input.version and " " .. input.version or ""
  return ("contract '%s'%s"):format(input.contract, version)
end

return policy.define {
  id = "contract.deprecated_inputs",
  code = "FLOE-E527",
  title = "Products leave deprecated contracts in time",
  why = "A deprecated input goes away on a known day; whoever moves before it has no outage.",
  help = [[
Move the input port or dbt source to what replaces the contract before its sunset. An input's contract is known where
the port's `source.ref` or the source's `meta.contract` names a contract file, a product's folder, or
`domain.product/contract` in the catalog (asked at compile).]],
  targets = "product",
  mode = "warn",
  params = {
    sunset_days = policy.integer(7, { doc = "days from the sunset to the end, where the contract names no day" }),
  },
  summary = "no deprecated input",

  check = function(product, ctx)
    for _, input in ipairs(product.inputs) do
      local life <const> = input.lifecycle
      local stage <const> = contracts.stage(life, ctx.as_of, ctx.params.sunset_days)
      if stage == "deprecated" then
        ctx:report {
          at = input.at,
          path = input.reference,
          message = ("'%s' reads by %s, which is %s"):format(input.name, words(input), stage),
          expected = "a contract that is active",
          actual = life.sunset and ("deprecated, sunset on %s"):format(life.sunset) or "deprecated",
          suggest = life.replacement and ("move to %s"):format(life.replacement)
            or life.guide and ("see %s"):format(life.guide) or "ask its owner what replaces it",
        }
      end
    end
  end,
}
