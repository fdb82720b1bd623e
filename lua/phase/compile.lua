-- The compile phase: plan, judge, commit. Everything is read, resolved and made in memory; the policies of the phase
-- judge it; only then is anything registered or written, the artifact last. Whatever fails before leaves nothing
-- behind, and whatever is cut off during the commit is repaired by the next compile: every part of it may be done
-- again.

local artifacts <const> = require "compile.artifact"
local digest <const> = require "host.digest"
local files <const> = require "host.files"
local inputs <const> = require "compile.inputs"
local judgement <const> = require "phase.judgement"
local lines <const> = require "compile.lines"
local moments <const> = require "compile.moment"
local orchestration <const> = require "compile.orchestration"
local plugins <const> = require "compile.plugins"
local problem <const> = require "manifest.problem"
local products <const> = require "phase.product"
local registration <const> = require "compile.registration"
local system <const> = require "host.system"
local validity <const> = require "compile.validity"

local M = {}

local PHASE <const> = "compile"
local RUNS_SHOWN <const> = 5

---@class floe.compile.options: floe.judgement.options
---@field dry_run boolean? nothing is registered or written

-- ---- plan -------------------------------------------------------------------------------------------------

-- What each model runs on, where floe.yaml says so.
local function computes(spec)
  local out <const> = {}
  for _, transform in ipairs(spec.transforms or {}) do
    if transform.name and transform.compute then
      out[transform.name] = transform.compute
    end
  end
  return out
end

local function plan_platform(plan, loading)
  plan.plugins = plugins.resolve(loading.tiers)
  plan.compute = plugins.compute(plan.plugins)
  plan.compute_of = computes(loading.spec)
end

local function say(list, mark, text)
  list[#list + 1] = { mark = mark, text = text }
end

local function add_output(plan, path, text)
  plan.outputs[#plan.outputs + 1] = {
    path = files.relative(path, plan.root), full = path, text = text, digest = "sha256:" .. digest.sha256(text),
  }
end

local function plan_dagster(plan, loading)
  local path <const> = files.normalize(files.join(loading.root, orchestration.file))
  local said <const> = plan.orchestration_lines
  if not loading.dbt.project then
    say(said, "skip", "No dbt project to orchestrate")
  elseif not orchestration.is_ours(path) then
    say(said, "note", ("%s is your own and was left as it is"):format(orchestration.file))
  else
    add_output(plan, path, orchestration.definitions(loading))
    say(said, "made", "Dagster definitions created")
  end
end

local function plan_orchestration(plan, loading, after)
  local said <const> = {}
  plan.orchestration_lines = said
  local orchestrator <const> = plan.plugins.orchestrator
  local kind <const> = orchestrator and (orchestrator.type or orchestrator.default)
  if kind == "dagster" then
    plan_dagster(plan, loading)
  elseif kind then
    say(said, "skip", ("Orchestrator %s: floe makes definitions for Dagster alone"):format(kind))
  else
    say(said, "skip", "The platform names no orchestrator")
  end
  if plan.scheduled then
    local schedule <const> = plan.scheduled
    say(said, schedule.enabled and "pass" or "skip", ("Schedule: %s (%s)%s"):format(schedule.cron, schedule.timezone,
      schedule.enabled and "" or ", not enabled"))
    if schedule.enabled then
      say(said, "note", "Next runs: " .. table.concat(orchestration.next_runs(schedule, after, RUNS_SHOWN), ", "))
    end
  end
end

local function plan_schedule(plan, loading)
  local schedule <const>, problems <const> = orchestration.schedule(loading.spec)
  products.add_problems(loading, problems, "orchestration")
  plan.scheduled = schedule
  plan.schedule = schedule and { cron = schedule.cron, timezone = schedule.timezone, enabled = schedule.enabled } or nil
end

-- The contracts of the product as the artifact holds them. One whose form is broken is a finding of its own.
local function plan_contracts(plan, loading)
  local normal <const>, hashes <const> = require "contract.document", require "contract.hash"
  plan.contracts = {}
  for _, contract in ipairs(loading.contracts or {}) do
    if not loading.broken[contract.unique_id] and contract.version then
      local document <const> = normal.normal(contract)
      plan.contracts[#plan.contracts + 1] = {
        name = contract.name or contract.id,
        version = contract.version,
        id = contract.id,
        status = contract.status,
        hash = hashes.of(document),
        file = contract.file,
        source = "file",
        registered = false,
        document = document,
      }
    end
  end
end

-- The time of a registration, where it is said from outside; otherwise it is that of the clock.
local function registration_time()
  local set <const> = math.tointeger(tonumber(system.env("SOURCE_DATE_EPOCH") or ""))
  return set and system.timestamp(set) or nil
end

local function plan_identity(plan, loading)
  local asked <const>, wrong <const> = registration.plan(loading, registration_time())
  plan.registration = asked
  products.add_problems(loading, { wrong }, "identity")
end

-- Everything the product was made from, and the moment that follows from it.
local function plan_inputs(plan, loading, run)
  local bundles <const>, extra <const> = {}, {}
  plan.bundles = run:bundles_judging(loading)
  for _, bundle in ipairs(plan.bundles) do
    bundles[#bundles + 1] = not bundle.embedded and bundle.path or nil
  end
  for _, platform in ipairs(loading.platforms) do
    extra[#extra + 1] = platform.path
  end
  extra[#extra + 1] = loading.baseline and loading.baseline.path or nil
  extra[#extra + 1] = run.options.reading.manifest
  local made <const> = {}
  for index, output in ipairs(plan.outputs) do
    made[index] = output.path
  end
  local collected <const>, err <const> = inputs.collect {
    root = loading.root, project = loading.dbt.root, bundles = bundles, files = extra, made = made,
  }
  if not collected then
    return products.add_problems(loading, { problem.from(err) }, "artifacts")
  end
  plan.inputs = collected
  local moment <const>, wrong <const> = moments.of(loading.root, collected.newest)
  products.add_problems(loading, { wrong }, "artifacts")
  plan.moment = moment
end

-- ---- commit -----------------------------------------------------------------------------------------------

-- Writes a file where it differs from what is there.
local function write(plan, path, text)
  local entry <const> = { path = path }
  plan.written[#plan.written + 1] = entry
  if files.is_file(path) and files.read(path) == text then
    entry.unchanged = true
    return true
  elseif plan.dry_run then
    return true
  end
  local ok, err = files.mkdir(files.dirname(path))
  if ok then
    ok, err = files.write(path, text)
  end
  if not ok then
    plan.written[#plan.written] = nil
    return nil, problem.from(err)
  end
  return true
end

-- Writes what was generated, the artifact last.
local function commit_files(plan, loading, verdict)
  local text <const> = artifacts.encode(artifacts.make(loading, plan, verdict))
  local folder <const> = files.normalize(files.dirname(files.join(loading.root, artifacts.path)))
  if not plan.dry_run then
    local made <const>, err <const> = files.mkdir(folder)
    if not made then
      return problem.from(err)
    end
  end
  plan.written = {}
  for _, output in ipairs(plan.outputs) do
    local ok <const>, wrong <const> = write(plan, output.full, output.text)
    if not ok then
      return wrong
    end
  end
  local _, wrong <const> = write(plan, files.normalize(files.join(loading.root, artifacts.path)), text)
  if not wrong and not plan.dry_run then
    plan.inputs.keep()
  end
  return wrong
end

-- Registers, then writes: the problem and its step, where something failed.
local function commit(plan, loading, verdict)
  plan.committing = true
  if not plan.dry_run then
    local wrong <const> = registration.commit(plan.registration, plan.contracts, plan.contract_lines)
    if wrong then
      return wrong, "identity"
    end
  end
  return commit_files(plan, loading, verdict), "artifacts"
end

-- ---- the run ----------------------------------------------------------------------------------------------

local function make_plan(run, plan, loading, options)
  plan_platform(plan, loading)
  plan_identity(plan, loading)
  plan_schedule(plan, loading)
  if #loading.errors > 0 then
    return
  end
  run:complete(loading)
  if #loading.errors > 0 then
    return
  end
  plan_contracts(plan, loading)
  products.add_problems(loading, { registration.plan_contracts(plan.registration, plan.contracts) }, "contracts")
  plan_orchestration(plan, loading, options.after)
  plan_inputs(plan, loading, run)
end

--- Compiles a product.
---@param options floe.compile.options
---@param listener { step: function?, line: function?, done: function? }?
---@return table verdict
---@return integer exit
function M.run(options, listener)
  local run <const> = judgement.new(PHASE, options)
  local loadings <const> = run:open()
  local loading <const> = loadings[1]
  local plan <const> = { root = loading.root, outputs = {}, contract_lines = {}, dry_run = options.dry_run }
  run:prepare(loadings)
  if loading.prepared and #loading.errors == 0 then
    plan.valid_until = validity.of(loading.tiers, options.as_of)
    make_plan(run, plan, loading, options)
  end
  if #loading.errors > 0 then
    loading.record = nil
  end
  run:judge(loadings)
  local verdict <const> = run:verdicts(loadings)[1]
  if verdict.exit == 0 and not system.interrupted() then
    verdict.inputs = plan.inputs.entries
    local wrong <const>, step <const> = commit(plan, loading, verdict)
    if wrong then
      judgement.fail(loading, verdict, wrong, step)
    end
  end
  registration.close(plan.registration)
  verdict.steps = lines.steps(loading, verdict, plan, { titles = run:titles(loading), dry_run = options.dry_run })
  judgement.tell(listener or {}, verdict)
  return verdict, verdict.exit
end

return M
