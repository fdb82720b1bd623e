-- The validate phase: judges products as their files are, and words the four steps that people read.

local judgement <const> = require "phase.judgement"
local lines <const> = require "phase.lines"
local verdicts <const> = require "enforce.verdict"

local M = {}

local PHASE <const> = "validate"

--- The policies of a product's folder, resolved through all tiers, without judging anything.
---@param options { folder: string, as_of: string, environment: string? }
---@return table[]? list { id, bundle, mode, definition or error, resolved = from enforce.settings }; nil for problems
---@return table[]? problems
function M.resolve(options)
  return judgement.resolve(PHASE, options)
end

--- Validates products.
---@param options floe.judgement.options
---@param listener { step: function?, line: function?, done: function?, stage: function? }?
---@return table[] verdicts one a folder, in their order; a folder that was named twice is judged once
---@return integer exit
function M.run(options, listener)
  listener = listener or {}
  local run <const> = judgement.new(PHASE, options)
  judgement.begin(listener, "Reading products")
  local loadings <const> = run:open()
  judgement.begin(listener, "Loading policies")
  run:prepare(loadings)
  judgement.begin(listener, "Reading facts")
  for _, loading in ipairs(loadings) do
    run:complete(loading)
  end
  judgement.begin(listener, nil)
  run:judge(loadings)
  local all <const> = run:verdicts(loadings)
  for i, loading in ipairs(loadings) do
    all[i].steps = lines.steps(loading, all[i], run:titles(loading))
    judgement.tell(listener, all[i])
  end
  return all, verdicts.exit(all)
end

return M
