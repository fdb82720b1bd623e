local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"

local function words(input)
  local version <const> = input.version and " " .. input.version or ""
  return ("contract '%s'%s"):format(input.contract, version)
end

return policy.define {
  id = "contract.retired_inputs",
  code = "FLOE-E528",
  title = "Products read by no contract in sunset or retired",
  why = "Nobody keeps a promise that has ended; what reads by it breaks on any day.",
  help = [[
Move the input port or dbt source to what replaces the contract. Which inputs have a known contract is told by
contract.deprecated_inputs.]],
  targets = "product",
  params = {
    sunset_days = policy.integer(7, { doc = "days from the sunset to the end, where the contract names no day" }),
  },
  summary = "no retired input",

  check = function(product, ctx)
    for _, input in ipairs(product.inputs) do
      local life <const> = input.lifecycle
      local stage <const> = contracts.stage(life, ctx.as_of, ctx.params.sunset_days)
      if stage == "sunset" or stage == "retired" then
        ctx:report {
          at = input.at,
          path = input.reference,
          message = ("'%s' reads by %s, which is %s"):format(input.name, words(input), stage),
          expected = "a contract that is active",
          actual = stage,
          suggest = life.replacement and ("move to %s"):format(life.replacement)
            or life.guide and ("see %s"):format(life.guide) or "ask its owner what replaces it",
        }
      end
    end
  end,
}
