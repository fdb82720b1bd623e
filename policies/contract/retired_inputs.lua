local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"

return policy.define {
  id = "contract.retired_inputs",
  code = "FLOE-E528",
  title = "Products begin no reading by contracts in sunset, and end it with them",
  why = "Nobody keeps a promise that has ended; what reads by it breaks on any day.",
  help = [[
Move the input port or dbt source to what replaces the contract. A contract in sunset keeps the consumers it has and
takes no new ones; a retired one has none. A product is a consumer where the catalog, or its last artifact, says that it
was compiled with that MAJOR version of the contract.]],
  targets = "product",
  phases = { "validate", "compile", "run" },
  params = {
    sunset_days = policy.integer(7, { doc = "days from the sunset to the end, where the contract names no day" }),
  },
  summary = "no retired input",

  check = function(product, ctx)
    for _, input in ipairs(product.inputs) do
      local stage <const> = contracts.stage(input.lifecycle, ctx.as_of, ctx.params.sunset_days)
      local begins <const> = stage == "sunset" and not input.existing
      if stage == "retired" or begins then
        ctx:report {
          at = input.at,
          path = input.reference,
          message = ("'%s' reads by %s, which %s"):format(input.name, contracts.name_of(input),
            begins and "is in sunset and takes no new consumers" or "is retired"),
          expected = "a contract that is active",
          actual = contracts.stage_words(input.lifecycle, stage, ctx.params.sunset_days),
          suggest = contracts.way_out(input.lifecycle),
        }
      end
    end
  end,
}
