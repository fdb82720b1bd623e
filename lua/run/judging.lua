-- Judging a run and what contract checks found, by the policies of the phase `run` or `monitor`. What a run is judged
-- by is opened once; each judgement is one verdict, as every phase makes it: modes, dates, scopes, waivers, the
-- baseline and budgets hold here as everywhere.

local artifacts <const> = require "compile.artifact"
local approvals <const> = require "enforce.approvals"
local clocks <const> = require "run.clocks"
local document <const> = require "host.document"
local files <const> = require "host.files"
local judgement <const> = require "phase.judgement"
local set <const> = require "floe.set"
local subjects <const> = require "run.subjects"
local usual <const> = require "run.usual"

local M = {}

---@class floe.run.judging.options: floe.judgement.options
---@field folder string the product's
---@field phase "run"|"monitor"|nil absent: run
---@field artifact any? that of the product, where it was read
---@field reading floe.reading|false|nil how the dbt project is read; false: policies see no project
---@field checks_only boolean? nothing runs: only policies that judge contract checks are asked

---@class floe.run.judging
---@field judgement floe.judgement
---@field loading floe.loading
---@field options floe.run.judging.options
local Judging = {}
Judging.__index = Judging

-- The policies that are asked.
local function choose(loading, options)
  local asked <const> = {}
  for _, policy in ipairs(options.checks_only and loading.policies or {}) do
    if set.of(policy.definition.targets).contract_check then
      asked[#asked + 1] = policy
    end
  end
  loading.policies = options.checks_only and asked or loading.policies
end

--- Opens what a product's runs are judged by: floe.yaml, the platforms, the bundles. Nothing else is read before there
--- is something to judge.
---@param options floe.run.judging.options
---@return floe.run.judging?
---@return table[]? problems as the errors of a verdict
function M.open(options)
  local asked <const> = setmetatable({ folders = { options.folder }, workers = options.workers or 1 },
    { __index = options })
  local run <const> = judgement.new(options.phase or "run", asked)
  local loading <const> = run:open()[1]
  run:prepare { loading }
  if #loading.errors > 0 then
    return nil, loading.errors
  end
  choose(loading, asked)
  return setmetatable({ judgement = run, loading = loading, options = asked }, Judging)
end

--- Whether a policy that is not off has the phase: where none has, judging reads nothing and finds nothing.
---@return boolean
function Judging:has_policies()
  return #self.loading.policies > 0 or #self.loading.unloadable > 0
end

-- Lets the contracts of inputs be looked up: in the catalog, and in the artifact where the catalog does not answer.
-- Monitoring asks nobody about inputs.
local function know_inputs(loading, known)
  local path <const> = files.normalize(files.join(loading.root, artifacts.path))
  local artifact <const> = known or files.is_file(path) and artifacts.read(path) or nil
  loading.compiled_inputs = document.kind(artifact) == "object" and artifact.input_contracts or nil
  local handle
  loading.open_catalog = function()
    handle = require("catalog.product").open(loading)
    return handle
  end
  return function()
    loading.open_catalog = nil
    if handle then
      handle:close()
    end
  end
end

-- The facts of the product, read when they are needed first.
function Judging:complete()
  local loading <const> = self.loading
  if not loading.record and #loading.errors == 0 then
    local done <const> = self.judgement.phase == "run" and know_inputs(loading, self.options.artifact)
    self.judgement:complete(loading)
    if done then
      done()
    end
  end
  return loading.record ~= nil
end

-- What the ledger tells of earlier runs, as far as the moment needs it.
function Judging:usual(asked)
  if asked.moment == "check" then
    return nil
  end
  local given <const> = setmetatable({ environment = self.options.environment }, { __index = asked.run })
  return usual.of(self.loading.root, self.loading.id, given, asked.moment == "after")
end

-- Another day may bring other modes.
function Judging:move(asked)
  local options <const> = self.options
  options.as_of_time = asked.as_of_time or options.as_of_time
  if asked.as_of and asked.as_of ~= options.as_of then
    options.as_of = asked.as_of
    self.judgement:decide(self.loading)
    choose(self.loading, options)
  end
end

--- The id by which findings name a check.
---@param check floe.check.result
---@return string
function Judging:check_id(check)
  return subjects.check_id(check, self.loading.contracts or {})
end

--- Judges a moment of a run: what is about to run, what ran, or what contract checks found. The product and all that
--- is in it is judged before a run and, while it is monitored, with every check.
---@param asked floe.run.asked with `as_of` and `as_of_time` where they are not those of the opening
---@return table verdict as of every phase, with `moment`, and `checks`: those that were judged, by the subjects of
--- findings. What there is to note is told once
function Judging:judge(asked)
  local loading <const>, run <const> = self.loading, self.judgement
  self:move(asked)
  if #loading.policies > 0 and self:complete() then
    local environment <const> = self.options.environment
    loading.run = subjects.run(loading, asked, {
      environment = environment, approvals = approvals.of(loading.tiers, loading.id, environment or ""),
      clocks = clocks.of(loading.policies, self.options.as_of_time), usual = self:usual(asked),
    })
    loading.run_only = asked.moment == "after" or asked.moment == "check" and run.phase ~= "monitor"
    run:judge { loading }
  end
  local verdict <const> = run:verdicts({ loading })[1]
  verdict.moment, verdict.checks = asked.moment, {}
  for _, check in ipairs(asked.checks or {}) do
    verdict.checks[self:check_id(check)] = check
  end
  loading.notes = {}
  return verdict
end

return M
