local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"

return policy.define {
  id = "contract.deprecated_inputs",
  code = "FLOE-E527",
  title = "Products leave deprecated contracts in time",
  why = "A deprecated input goes away on a known day; whoever moves before it has no outage.",
  help = [[
Move the input port or dbt source to what replaces the contract before it is retired. A contract that is deprecated, or
in sunset where the product read by it before, is told here; one that takes no new consumers, or has ended, by
contract.retired_inputs. An input's contract is known where the port's `source.ref` or the source's `meta.contract`
names a contract file, a product's folder, or `domain.product/contract` in the catalog (asked at compile).]],
  targets = "product",
  phases = { "validate", "compile", "run" },
  mode = "warn",
  params = {
    sunset_days = policy.integer(7, { doc = "days from the sunset to the end, where the contract names no day" }),
  },
  summary = "no deprecated input",

  check = function(product, ctx)
    for _, input in ipairs(product.inputs) do
      local stage <const> = contracts.stage(input.lifecycle, ctx.as_of, ctx.params.sunset_days)
      if stage == "deprecated" or stage == "sunset" and input.existing then
        ctx:report {
          at = input.at,
          path = input.reference,
          message = ("'%s' reads by %s, which is %s"):format(input.name, contracts.name_of(input),
            stage == "sunset" and "in sunset" or stage),
          expected = "a contract that is active",
          actual = contracts.stage_words(input.lifecycle, stage, ctx.params.sunset_days),
          suggest = contracts.way_out(input.lifecycle),
        }
      end
    end
  end,
}
