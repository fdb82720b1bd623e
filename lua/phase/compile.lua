-- The compile phase: plan, judge, commit. Everything is read, resolved and made in memory; the policies of the phase
-- judge it; only then is anything registered or written, the artifact last. Whatever fails before leaves nothing
-- behind, and whatever is cut off during the commit is repaired by the next compile: every part of it may be done
-- again.

local artifacts <const> = require "compile.artifact"
local connections <const> = require "check.connection"
local dbt <const> = require "compile.dbt"
local digest <const> = require "host.digest"
local environment <const> = require "compile.environment"
local files <const> = require "host.files"
local inputs <const> = require "compile.inputs"
local judgement <const> = require "phase.judgement"
local lines <const> = require "compile.lines"
local moments <const> = require "compile.moment"
local orchestration <const> = require "compile.orchestration"
local plugins <const> = require "compile.plugins"
local problem <const> = require "manifest.problem"
local products <const> = require "phase.product"
local profiles <const> = require "compile.profiles"
local programs <const> = require "program"
local projects <const> = require "phase.project"
local registration <const> = require "compile.registration"
local system <const> = require "host.system"
local validity <const> = require "compile.validity"
local workspaces <const> = require "compile.workspace"

local M = {}

local PHASE <const> = "compile"
local RUNS_SHOWN <const> = 5

---@class floe.compile.options: floe.judgement.options
---@field dry_run boolean? nothing is registered or written
---@field dbt string? the program
---@field no_compile boolean? dbt only parses
---@field no_cache boolean? dbt runs in any case
---@field after integer the moment from which the next runs are told
---@field variables table<string, string>? of dbt's environment, beside those of this process

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
  plan.plugins = plugins.resolve(loading.resolved)
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

-- Where dbt connects to: what the platform enforces, what the product says itself, or what the platform offers.
local function plan_profiles(plan, loading, reading)
  local choice <const> = profiles.choose(plan.project, reading, loading.platforms, plan.compute)
  say(plan.dbt_lines, choice.ignores and "warn" or "note", choice.words)
  if choice.own then
    plan.connection = profiles.written(choice.own.folder)
    return
  end
  local asked <const>, name <const> = profiles.asked(plan.project, reading), loading.spec.metadata.name
  local used <const> = {}
  for _, compute in pairs(plan.compute_of) do
    used[#used + 1] = compute
  end
  local folder <const> = files.normalize(files.join(loading.root, profiles.folder))
  plan.connection = profiles.make(asked or (name:gsub("-", "_")), name, plan.compute, used)
  plan.profiles = { folder = folder, profiles = plan.connection.profiles }
  reading.profile = reading.profile or not asked and plan.connection.name or nil
  plan.profile_name = reading.profile
  add_output(plan, files.join(folder, "profiles.yml"), plan.connection.text)
end

-- Writes the profile for who reads it before anything is decided: the folder it is in. One of the product's own may
-- hold passwords.
local function draft_profiles(plan, text)
  local path <const>, err <const> = plan.workspace:file("profiles", "profiles.yml")
  if not path then
    return nil, err
  end
  local ok <const>, wrong <const> = files.write_private(path, text)
  return ok and files.dirname(path), wrong
end

-- Gives dbt a profile by which it leaves nothing in the product, unless the product's own is one: what it moves
-- elsewhere.
local function connect_elsewhere(plan, request)
  local folder, err = plan.workspace:folder "database"
  if not folder then
    return nil, err
  end
  local drafted <const>, moved <const> = profiles.draft(plan.connection.profiles, plan.project, folder)
  if not plan.connection.folder or #moved > 0 then
    folder, err = draft_profiles(plan, profiles.text(drafted))
    if not folder then
      return nil, err
    end
    request.profiles = folder
  end
  return moved
end

-- dbt's folder of the product, as dbt names it.
local function target_path(project)
  local set <const> = system.env("DBT_TARGET_PATH")
  return set and set ~= "" and set or projects.setting(project, "target-path") or "target"
end

-- Lets dbt work in the compile's own folder: how that went, or nil and the problems.
local function run_dbt(plan, request, listener)
  local target <const> = target_path(plan.project)
  local folder <const>, err <const> = plan.workspace:folder "target"
  local moved <const>, wrong <const> = table.unpack(folder and { connect_elsewhere(plan, request) } or { nil, err })
  if not moved then
    return nil, { problem.from(wrong) }
  end
  request.target_path, request.log_path = folder, files.join(plan.workspace.path, "logs")
  plan.made = { from = folder, to = files.normalize(files.join(plan.project, target)) }
  plan.workspace:guard(files.normalize(files.join(plan.project, ".gitignore")), dbt.ignored)
  dbt.warm(plan.made.to, folder)
  local outcome <const>, problems <const> = dbt.run(request, listener.progress)
  if not outcome or outcome.interrupted then
    return nil, problems
  end
  moved[#moved + 1] = { from = files.absolute(folder), to = target }
  moved[#moved + 1] = { from = files.relative(folder, plan.project), to = target }
  local settled <const>, unsettled <const> = dbt.settle(files.join(folder, "manifest.json"), moved)
  if not settled then
    return nil, { problem.from(unsettled) }
  end
  return outcome, {}
end

local function plan_run(plan, loading, options, reading, listener)
  local adapter <const> = profiles.adapter(plan.connection.profiles, profiles.asked(plan.project, reading))
    or plan.compute.default
  local program <const>, wrong <const> = dbt.find(options.dbt, { loading.root, plan.project }, adapter)
  if not program then
    wrong.hint = wrong.hint .. "; `--facts sources` needs none"
    return products.add_problems(loading, { wrong }, "dbt")
  end
  local lacking <const> = connections.of({
    root = loading.root, project = plan.project, profiles = plan.connection.folder, profile = reading.profile,
    target = reading.target, written = plan.connection.profiles,
  }).lacking
  if lacking then
    return products.add_problems(loading, { lacking }, "dbt")
  end
  local request <const> = {
    program = program, project = plan.project, command = options.no_compile and "parse" or "compile",
    profiles = reading.profiles, profile = reading.profile, target = reading.target, vars = reading.vars,
    environment = options.variables and programs.environment(options.variables) or nil,
  }
  local manifest <const> = files.normalize(files.join(plan.project, target_path(plan.project), "manifest.json"))
  local kept <const> = files.normalize(files.join(loading.root, dbt.manifest_path))
  plan.stamp = { request = request, connection = plan.connection.text, manifest = kept }
  if not options.no_cache and files.is_file(manifest) and dbt.is_kept(loading.root, plan.stamp)
    and projects.is_current(loading, plan.project, kept) then
    reading.manifest, reading.manifest_name = kept, manifest
    say(plan.dbt_lines, "pass", "manifest.json is current: dbt was not run again")
  else
    judgement.begin(listener, "Running dbt")
    local outcome <const>, problems <const> = run_dbt(plan, request, listener)
    if not outcome then
      return products.add_problems(loading, problems, "dbt")
    end
    reading.manifest, reading.manifest_name = files.join(plan.made.from, "manifest.json"), manifest
    say(plan.dbt_lines, "pass", ("manifest.json generated (%.1f s)"):format(outcome.seconds))
  end
  reading.facts = "manifest"
end

-- Facts from sources need the profile that was made, as it will be.
local function profile_for_sources(plan, loading, reading)
  if plan.connection.folder then
    return
  end
  local folder <const>, err <const> = draft_profiles(plan, plan.connection.text)
  if not folder then
    return products.add_problems(loading, { problem.from(err) }, "dbt")
  end
  reading.profiles = folder
end

-- Lets dbt compile the project, unless its facts come from elsewhere.
local function plan_dbt(plan, loading, options, reading, listener)
  plan.project = projects.root(loading)
  plan.selection, plan.given = environment.selection(reading), reading.manifest
  if not files.is_file(files.join(plan.project, "dbt_project.yml")) then
    return
  end
  plan_profiles(plan, loading, reading)
  if reading.facts == "sources" then
    say(plan.dbt_lines, "note", "dbt was not run: facts from sources")
    profile_for_sources(plan, loading, reading)
  elseif reading.facts == "manifest" or reading.manifest then
    say(plan.dbt_lines, "note", "dbt was not run: facts from its manifest")
  elseif #loading.errors == 0 then
    plan_run(plan, loading, options, reading, listener)
  end
end

-- A profile of the product's own leads where the platform approves.
local function check_adapter(plan, loading)
  local project <const> = loading.dbt.project
  local folder <const> = plan.connection and plan.connection.folder
  if folder and project ~= nil and #loading.platforms > 0 then
    local message <const> = profiles.unapproved(project.adapter, plan.compute)
    products.add_problems(loading, { message and problem.with(files.join(folder, "profiles.yml"), message,
      "take one of those, or leave profiles.yml out: floe makes one") }, "dbt")
  end
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
  local schedule <const> = orchestration.schedule(loading.spec)
  plan.scheduled = schedule
  plan.schedule = schedule and { cron = schedule.cron, timezone = schedule.timezone, enabled = schedule.enabled } or nil
end

-- The contracts of the product as the artifact holds them. One whose form is broken is a finding of its own.
local function plan_contracts(plan, loading)
  local hashes <const> = require "contract.hash"
  plan.contracts, plan.texts = {}, 0
  for _, compiled in ipairs(loading.compiled or {}) do
    local record <const>, normal <const> = compiled.record, compiled.normal
    plan.texts = plan.texts + compiled.texts
    if record.version and (record.name or record.id) then
      plan.contracts[#plan.contracts + 1] = {
        name = record.name or record.id,
        version = record.version,
        id = record.id,
        status = record.status or normal.status,
        hash = hashes.of(normal),
        file = compiled.file,
        source = compiled.source,
        registered = false,
        document = normal,
      }
    end
  end
end

local function plan_identity(plan, loading)
  local asked <const>, wrong <const> = registration.plan(loading)
  plan.registration, loading.registration = asked, asked
  products.add_problems(loading, { wrong }, "identity")
end

-- Whether what a policy of this phase asks for depends on the environment.
local function is_scoped(policies)
  for _, policy in ipairs(policies) do
    for _, layer in ipairs(policy.layers) do
      for _, claim in ipairs(layer.claims) do
        if claim.where and claim.where.environment ~= nil then
          return true
        end
      end
    end
  end
  return false
end

-- The variables that the artifact depends on, and those that dbt's manifest does. The profile that floe makes reads
-- FLOE_ENV to pick among outputs that are alike: an artifact belongs to no environment.
local function plan_environment(plan, loading)
  local read <const> = plan.inputs.variables
  local connection <const> = plan.connection
  if connection and connection.folder then
    environment.add(read, environment.read_by("profiles.yml", files.read(connection.path) or ""))
  end
  if is_scoped(loading.policies) then
    environment.add(read, { "FLOE_ENV" })
  end
  plan.environment = environment.entries(read)
  if not plan.stamp then
    return
  end
  environment.add(read, environment.read_by("profiles.yml", connection.text))
  plan.stamp.environment = environment.entries(read)
  local leak <const> = plan.inputs.leak
  if leak then
    say(plan.dbt_lines, "warn", ("%s reads %s, a secret: dbt runs at every compile"):format(leak.path, leak.name))
  end
end

-- Everything the product was made from, and the moment that follows from it.
local function plan_inputs(plan, loading, run)
  plan.bundles = run:bundles_judging(loading)
  local scope <const> = run:scope(loading)
  scope.files[#scope.files + 1] = plan.given
  for index, output in ipairs(plan.outputs) do
    scope.made[index] = output.path
  end
  scope.unused = plan.profiles and files.normalize(files.join(loading.dbt.root, "profiles.yml")) or nil
  local collected <const>, err <const> = inputs.collect(scope)
  if not collected then
    return products.add_problems(loading, { problem.from(err) }, "artifacts")
  end
  plan.inputs = collected
  plan_environment(plan, loading)
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
  local ok <const>, err <const> = plan.workspace:put(path, text)
  if not ok then
    plan.written[#plan.written] = nil
    return nil, problem.from(err)
  end
  return true
end

-- Keeps what dbt made, and by what: the stamp last, as it says of which manifest it is.
local function keep_manifest(plan, made, stamp)
  local ok, err = plan.workspace:put(plan.stamp.manifest, made)
  if ok then
    ok, err = plan.workspace:put(stamp, dbt.stamp(plan.stamp))
  end
  return ok, err
end

-- Puts what dbt made where it belongs, and keeps by what it was made: an error where that fails.
local function commit_dbt(plan)
  if not plan.made then
    return nil
  end
  local stamp <const> = files.normalize(files.join(plan.root, dbt.stamp_path))
  local made, err = files.read(files.join(plan.made.from, "manifest.json"))
  local ok = made and true
  for _, path in ipairs(ok and { stamp, plan.stamp.manifest } or {}) do
    if ok then
      ok, err = files.remove(path)
    end
  end
  if ok then
    ok, err = dbt.move(plan.made.from, plan.made.to)
  end
  if ok and not plan.inputs.leak then
    ok, err = keep_manifest(plan, made, stamp)
  end
  return not ok and err or nil
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
  local unkept <const> = not plan.dry_run and commit_dbt(plan)
  if unkept then
    return problem.from(unkept)
  end
  for _, output in ipairs(plan.outputs) do
    local ok <const>, wrong <const> = write(plan, output.full, output.text)
    if not ok then
      return wrong
    end
  end
  local _, wrong <const> = write(plan, files.normalize(files.join(loading.root, artifacts.path)), text)
  if not wrong and not plan.dry_run then
    plan.workspace:release()
    plan.inputs.keep()
  end
  return wrong
end

-- Registers, then writes: the problem and its step, where something failed.
local function commit(plan, loading, verdict)
  local refused <const> = registration.refusal(plan.registration)
  if refused then
    return refused, "contracts"
  end
  plan.committing = true
  if not plan.dry_run then
    local wrong <const> = registration.commit(plan.registration, plan.contracts, plan.contract_lines,
      system.timestamp(plan.moment.seconds))
    if wrong then
      return wrong, "identity"
    end
  end
  return commit_files(plan, loading, verdict), "artifacts"
end

-- ---- the run ----------------------------------------------------------------------------------------------

-- A manifest that dbt has just written describes the files, whatever floe's comparison of checksums makes of it.
local function drop_stale(loading)
  for index = #loading.notes, 1, -1 do
    if loading.notes[index].kind == "stale" then
      table.remove(loading.notes, index)
    end
  end
end

-- The lives of the product's contracts and of those that it reads by: a day of theirs may change the verdict.
local function lifecycles(loading)
  local out <const> = {}
  for _, contract in ipairs(loading.contracts) do
    out[#out + 1] = contract.lifecycle
  end
  for _, input in ipairs(loading.inputs) do
    out[#out + 1] = input.lifecycle
  end
  return out
end

local function make_plan(run, plan, loading, listener)
  local options <const> = run.options
  judgement.begin(listener, "Planning")
  plan_platform(plan, loading)
  plan_identity(plan, loading)
  plan_schedule(plan, loading)
  if #loading.errors > 0 then
    return
  end
  plan_dbt(plan, loading, options, options.reading, listener)
  if #loading.errors > 0 or system.interrupted() then
    return
  end
  judgement.begin(listener, "Reading facts")
  run:complete(loading)
  if plan.made then
    drop_stale(loading)
  end
  if #loading.errors == 0 then
    check_adapter(plan, loading)
  end
  if #loading.errors > 0 then
    return
  end
  plan.valid_until = validity.of(loading.tiers, options.as_of, lifecycles(loading), loading.policies)
  plan_contracts(plan, loading)
  registration.plan_inputs(plan.registration, loading.inputs, options.as_of)
  products.add_problems(loading, { registration.plan_contracts(plan.registration, plan.contracts) }, "contracts")
  plan_orchestration(plan, loading, options.after)
  plan_inputs(plan, loading, run)
end

--- Compiles a product.
---@param options floe.compile.options
---@param listener table? as for `phase.validate`, and `progress`
---@return table verdict
---@return integer exit
function M.run(options, listener)
  listener = listener or {}
  local run <const> = judgement.new(PHASE, options)
  judgement.begin(listener, "Reading the product")
  local loadings <const> = run:open()
  local loading <const> = loadings[1]
  local workspace <close> = workspaces.new(loading.root)
  local plan <const> = {
    workspace = workspace, root = loading.root, dry_run = options.dry_run, outputs = {}, contract_lines = {},
    dbt_lines = {}, as_of = options.as_of,
  }
  judgement.begin(listener, "Loading policies")
  run:prepare(loadings)
  if loading.prepared and #loading.errors == 0 then
    make_plan(run, plan, loading, listener)
  end
  if #loading.errors > 0 then
    loading.record = nil
  end
  judgement.begin(listener, nil)
  run:judge(loadings)
  local verdict <const> = run:verdicts(loadings)[1]
  if verdict.exit == 0 and not system.interrupted() then
    verdict.inputs = plan.inputs.entries
    judgement.begin(listener, options.dry_run and "Planning what is written" or "Registering and writing")
    local wrong <const>, step <const> = commit(plan, loading, verdict)
    if wrong then
      judgement.fail(loading, verdict, wrong, step)
    end
  end
  registration.close(plan.registration)
  verdict.steps = lines.steps(loading, verdict, plan, { titles = run:titles(loading), dry_run = options.dry_run })
  judgement.tell(listener, verdict)
  return verdict, verdict.exit
end

return M
