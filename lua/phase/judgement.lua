-- Judging, the same for every phase: opens products, gathers the bundles of their platforms, decides what runs,
-- completes the products' facts, lets the engine judge all of them at once, and makes a verdict of each. A phase
-- goes through these steps in order and may put its own between them.

local baselines <const> = require "enforce.baseline"
local approvals <const> = require "enforce.approvals"
local bundle <const> = require "bundle"
local document <const> = require "host.document"
local engine <const> = require "host.engine"
local files <const> = require "host.files"
local ledger_rules <const> = require "evidence.rules"
local modes <const> = require "enforce.modes"
local params <const> = require "enforce.params"
local policy_module <const> = require "floe.policy"
local problem <const> = require "manifest.problem"
local products <const> = require "phase.product"
local settings <const> = require "enforce.settings"
local system <const> = require "host.system"
local text <const> = require "floe.text"
local tiers <const> = require "manifest.tiers"
local verdicts <const> = require "enforce.verdict"
local waivers <const> = require "enforce.waivers"

local M = {}

local STEP_POLICIES <const> = "policies"

---@class floe.judgement.options
---@field folders string[]
---@field as_of string YYYY-MM-DD
---@field as_of_time string
---@field workers integer?
---@field enforce string? a mode
---@field reading floe.reading|false|nil how dbt projects are read; false: they are not
---@field policies string[]? ids to run, or globs over them
---@field baseline string|false|nil path of the accepted findings; false for none
---@field environment string?
---@field target_contract string? an environment contract that products stand on
---@field limits table? budgets of policies

-- ---- bundles ----------------------------------------------------------------------------------------------

-- The folders of bundles that a product's tiers name, as paths from here, with the place of each reference.
local function bundle_references(loading)
  local out <const> = {}
  for _, platform in ipairs(loading.platforms) do
    local names <const> = platform.view.governance and platform.view.governance.bundles
    for index = 1, names and #names or 0 do
      out[#out + 1] = {
        name = names[index],
        folder = files.normalize(files.join(files.dirname(platform.path), names[index])),
        owner = names,
        key = index,
      }
    end
  end
  return out
end

---@class floe.judgement a run of one phase over some products
---@field phase string
---@field options floe.judgement.options
---@field bundles table[] the default one first
local Judgement = {}
Judgement.__index = Judgement

-- The bundle in a folder, read once for all products: its number among all bundles, or problems.
function Judgement:bundle_in(folder)
  local key <const> = files.absolute(folder)
  local known = self.by_folder[key]
  if not known then
    local read <const>, problems <const> = bundle.read(folder)
    known = { problems = problems }
    if read then
      self.bundles[#self.bundles + 1] = read
      known.index = #self.bundles
    end
    self.by_folder[key] = known
  end
  return known
end

local function registry_problem(reference)
  return problem.at(reference.owner, reference.key,
    ("'%s' is in a registry, and this version of floe reads none"):format(reference.name),
    "put the bundle into a folder (a checkout of its repository) and refer to it by path")
end

-- The numbers of the bundles that judge a product: the default one first.
function Judgement:bundles_of(loading)
  local out <const>, chosen <const> = { 1 }, { self.bundles[1] }
  for _, reference in ipairs(bundle_references(loading)) do
    if reference.name:find("^oci://") then
      products.add_problems(loading, { registry_problem(reference) }, 1)
    elseif not files.is_dir(reference.folder) then
      products.add_problems(loading, {
        problem.at(reference.owner, reference.key, ("there is no bundle '%s'"):format(reference.folder),
          "the path is relative to the manifest that names it"),
      }, 1)
    else
      local known <const> = self:bundle_in(reference.folder)
      products.add_problems(loading, known.problems or {}, 1)
      out[#out + 1] = known.index
      chosen[#chosen + 1] = self.bundles[known.index]
    end
  end
  products.add_problems(loading, bundle.clashes(chosen), 1)
  return out
end

-- What a policy's file answered, checked here: a file need not use policy.define, and may answer anything. Of its
-- functions the worker made sure of `check`, and `summary` comes as true.
-- The policies inside the binary were checked when it was built.
local function checked_definition(answered, embedded)
  local definition <const> = answered ~= nil and document.plain(answered) or nil
  if type(definition) ~= "table" then
    return { error = { kind = "definition", message = "the file defines no policy" } }
  end
  local summary <const> = definition.summary
  definition.summary = summary ~= true and summary or nil
  if embedded then
    return { definition = definition }
  end
  definition.check = function() end
  local ok <const>, message <const> = pcall(policy_module.define, definition)
  if not ok then
    return { error = { kind = "definition", message = tostring(message) } }
  end
  return { definition = definition }
end

-- Loads the policies of all bundles: definitions[bundle][id] = { definition = … } or { error = … }.
function Judgement:load_bundles()
  local loaded <const>, err <const> = engine.load(self.bundles, self.limits)
  if not loaded then
    return nil, err
  end
  self.loaded = {}
  for index, result in ipairs(loaded) do
    local by_id <const> = {}
    for _, policy in ipairs(result.policies) do
      by_id[policy.id] = policy.error and { error = policy.error }
        or checked_definition(policy.definition, self.bundles[index].embedded)
    end
    self.loaded[index] = by_id
  end
  return true
end

-- ---- what runs --------------------------------------------------------------------------------------------

-- The definitions a product is judged by: { known = by id, order = ids }.
function Judgement:definitions(loading)
  local known <const>, order <const> = {}, {}
  for _, number in ipairs(loading.bundles) do
    for _, policy in ipairs(self.bundles[number].policies) do
      local entry <const> = self.loaded[number][policy.id] or { error = { kind = "died", message = "not loaded" } }
      known[policy.id] = { bundle = number, definition = entry.definition, error = entry.error, chunk = policy.chunk }
      order[#order + 1] = policy.id
    end
  end
  return known, order
end

local function selection_problems(selection, order)
  local out <const> = {}
  for _, wanted in ipairs(selection or {}) do
    local matches = false
    for _, id in ipairs(order) do
      matches = matches or text.glob(wanted, id)
    end
    if not matches then
      local near <const> = text.suggest(wanted, order)
      out[#out + 1] = problem.with(nil, ("there is no policy '%s'"):format(wanted),
        near and ("did you mean '%s'?"):format(near) or "`floe policy list` shows the policies there are")
    end
  end
  return out
end

-- Policies that could not be loaded: each is a failure, unless it is off.
local function unloadable(loading, known, order, selection)
  local out <const> = {}
  for _, id in ipairs(order) do
    local failure <const> = known[id].error
    if failure and settings.selected(selection, id) and not settings.is_off(loading.tiers, id) then
      out[#out + 1] = {
        policy = id,
        kind = failure.kind or "error",
        message = failure.message,
        at = failure.at or known[id].chunk,
      }
    end
  end
  return out
end

function Judgement:bundle_settings()
  local out <const> = {}
  for i, read in ipairs(self.bundles) do
    out[i] = { policies = read.manifest.policies }
  end
  return out
end

-- Decides what runs on a product.
function Judgement:decide(loading)
  local known <const>, order <const> = self:definitions(loading)
  local options <const> = self.options
  loading.unloadable = unloadable(loading, known, order, options.policies)
  products.add_problems(loading, selection_problems(options.policies, order), STEP_POLICIES)
  local resolved <const> = settings.resolve {
    known = known,
    order = order,
    bundles = self:bundle_settings(),
    tiers = loading.tiers,
    enforce = options.enforce and modes.read(options.enforce),
    as_of = options.as_of,
    phase = self.phase,
    selection = options.policies,
    layers = tiers.layer_names(loading.tiers, loading.spec),
  }
  products.add_problems(loading, resolved.problems, STEP_POLICIES)
  products.add_problems(loading, waivers.check(loading.tiers, order), STEP_POLICIES)
  loading.policies, loading.all_policies = resolved.policies, resolved.all
  loading.waivers = waivers.read(loading.tiers, options.as_of)
end

local function targets_files(policies)
  for _, policy in ipairs(policies) do
    for _, target in ipairs(policy.definition.targets) do
      if target == "file" then
        return true
      end
    end
  end
  return false
end

-- The baseline of a product: the one that was named, or the one in its folder; none where there is no file.
local function read_baseline(loading, options)
  if options.baseline == false then
    return nil
  end
  local path <const> = options.baseline or files.normalize(files.join(loading.root, baselines.default_path))
  if not options.baseline and not files.is_file(path) then
    return nil
  end
  local baseline <const>, problems <const> = baselines.read(path)
  products.add_problems(loading, problems or {}, STEP_POLICIES)
  return baseline
end

-- A failure of the engine itself hits every product alike.
local function fail_all(loadings, err)
  for _, loading in ipairs(loadings) do
    products.add_problems(loading, { problem.from(err) }, STEP_POLICIES)
    loading.record, loading.judged = nil, nil
  end
end

-- ---- judging ----------------------------------------------------------------------------------------------

-- The policies of a product as the engine takes them: one entry an instance.
local function place_policies(loading)
  local placed <const>, entries <const> = {}, {}
  for _, policy in ipairs(loading.policies) do
    for number, instance in ipairs(policy.instances) do
      placed[#placed + 1] = { policy = policy, instance = number }
      entries[#entries + 1] = {
        bundle = policy.bundle,
        id = policy.id,
        params = params.as_facts(policy.definition.params, instance.params),
        targets = policy.definition.targets,
        packages = policy.definition.packages == true,
      }
    end
  end
  return placed, entries
end

-- What there is to say about the judging itself: it was broken off, or its workers were not fully confined.
local function add_circumstances(loadings, result)
  for _, loading in ipairs(loadings) do
    if result.interrupted then
      table.insert(loading.judged.errors, { kind = "interrupted", message = "interrupted before every policy had run" })
    end
    if result.confinement then
      table.insert(loading.notes, {
        kind = "confinement",
        message = ("policies ran less confined than they should: %s"):format(result.confinement),
        hint = "let the container use seccomp; until then only the sandbox's other walls stand",
      })
    end
  end
end

--- Lets the engine judge all products that have their facts; what it answers is in each loading's `judged`.
---@param loadings floe.loading[]
function Judgement:judge(loadings)
  local jobs <const>, of_job <const> = {}, {}
  for _, loading in ipairs(loadings) do
    if loading.record ~= nil then
      local entries
      waivers.renew(loading.waivers)
      if loading.baseline then
        baselines.renew(loading.baseline)
      end
      loading.placed, entries = place_policies(loading)
      jobs[#jobs + 1] = {
        product = loading.record,
        policies = entries,
        run = loading.run,
        run_only = loading.run_only,
        phase = self.phase,
        as_of = self.options.as_of,
        as_of_time = self.options.as_of_time,
      }
      of_job[#of_job + 1] = loading
      loading.judged = {
        findings = {}, errors = {}, notes = {}, checks = {}, policy_seconds = {}, summaries = {}, subjects = 0,
      }
    end
  end
  if #jobs == 0 then
    return
  end
  local result <const>, err <const> = engine.judge {
    bundles = self.bundles,
    jobs = jobs,
    workers = self.options.workers,
    limits = self.limits,
  }
  if not result then
    return fail_all(loadings, err)
  end
  local at <const> = system.nanoseconds() // 1000000
  for number, loading in ipairs(of_job) do
    local totals <const> = result.totals[number]
    loading.judged.checks, loading.judged.subjects = totals.checks, totals.subjects
    loading.judged.summaries, loading.judged.policy_seconds = totals.summaries, totals.seconds
    loading.judged.at, loading.judged.seconds = at, result.seconds
  end
  for _, kind in ipairs { "findings", "errors", "notes" } do
    for _, entry in ipairs(result[kind]) do
      table.insert(of_job[entry.job].judged[kind], entry)
    end
  end
  add_circumstances(of_job, result)
end

-- ---- verdicts ---------------------------------------------------------------------------------------------

local function platform_words(loading)
  local out <const> = {}
  for i, platform in ipairs(loading.platforms) do
    out[i] = {
      name = platform.name,
      version = platform.version,
      tier = platform.tier,
      file = verdicts.relative(loading, platform.path),
      digest = platform.digest,
    }
  end
  return out
end

-- Where the facts about the dbt project come from, and how much of its graph only a run of dbt would tell.
local function dbt_words(loading)
  local project <const> = loading.dbt and loading.dbt.project
  if project == nil then
    return nil
  end
  local open <const> = project.partial and require("phase.doubts").of(project) or { partial = {}, conditional = {} }
  return {
    facts = project.facts_from,
    reason = project.facts_reason,
    file = verdicts.relative(loading, project.file),
    version = project.dbt_version,
    rules = project.dbt_rules,
    target = project.target,
    adapter = project.adapter,
    partial = project.partial,
    partial_nodes = #open.partial,
    conditional_edges = #open.conditional,
  }
end

-- An error or note with its file as reports show it, without what only this phase knows.
local function reported(loading, entry)
  return {
    kind = entry.kind,
    policy = entry.policy,
    code = entry.code,
    message = entry.message,
    hint = entry.hint,
    file = verdicts.relative(loading, entry.file),
    line = entry.line,
    column = entry.column,
    at = entry.at,
    subject = entry.subject,
    step = entry.step,
    told = entry.told,
  }
end

local function add_all(list, loading, entries)
  for _, entry in ipairs(entries) do
    list[#list + 1] = reported(loading, entry)
  end
end

function Judgement:inputs_of(loading)
  local root <const> = files.absolute(loading.root or loading.folder)
  local below <const> = root .. "/"
  local out <const>, seen <const> = {}, {}
  for _, input in ipairs(document.inputs()) do
    local path <const> = files.absolute(input.path)
    local ours <const> = self.single or path:sub(1, #below) == below or self:is_shared(loading, path)
    if ours and not seen[path] and not input.path:find(bundle.inside, 1, true) then
      seen[path] = true
      local shown <const> = path:sub(1, #below) == below and path:sub(#below + 1) or verdicts.relative(loading, path)
      out[#out + 1] = { path = shown, digest = input.digest, size = input.size }
    end
  end
  return out
end

-- Manifests and bundles outside of the product's folder that it was judged by.
function Judgement:is_shared(loading, path)
  for _, platform in ipairs(loading.platforms) do
    if files.absolute(platform.path) == path then
      return true
    end
  end
  for _, number in ipairs(loading.bundles or {}) do
    local folder <const> = self.bundles[number].path
    if not self.bundles[number].embedded and path == files.absolute(files.join(folder, "bundle.yaml")) then
      return true
    end
  end
  return false
end

--- The titles of the categories of policies that judge a product.
---@param loading floe.loading
---@return table<string, string>
function Judgement:titles(loading)
  local titles <const> = {}
  for _, number in ipairs(loading.bundles or {}) do
    for category, title in pairs(self.bundles[number].categories) do
      titles[category] = title
    end
  end
  return titles
end

local NO_COUNTS <const> = { checks = 0, pass = 0, warn = 0, alert = 0, block = 0, waived = 0, baseline = 0 }

local function counts_of(loading, found, verdict)
  return {
    policies = #verdict.policies,
    subjects = loading.judged and loading.judged.subjects or 0,
    checks = found.checks,
    pass = found.pass,
    warn = found.warn,
    alert = found.alert,
    block = found.block,
    waived = found.waived,
    baseline = found.baseline,
    errors = #verdict.errors,
  }
end

--- Where everything is that a product is made from and judged by.
---@param loading floe.loading
---@return floe.inputs.scope
function Judgement:scope(loading)
  local bundles <const>, more <const> = {}, {}
  for _, one in ipairs(self:bundles_judging(loading)) do
    bundles[#bundles + 1] = not one.embedded and one.path or nil
  end
  for _, platform in ipairs(loading.platforms) do
    more[#more + 1] = platform.path
  end
  more[#more + 1] = loading.environment and loading.environment.path or nil
  table.move(loading.contract_files or {}, 1, #(loading.contract_files or {}), #more + 1, more)
  more[#more + 1] = loading.baseline and loading.baseline.path or nil
  return {
    root = loading.root, project = loading.dbt.root, bundles = bundles, files = more, made = {},
    entries = loading.entries,
  }
end

-- What was read, and all else that belongs to the product and may be looked at: where that cannot be listed, the
-- former alone.
function Judgement:everything(loading, read)
  local collected <const> = loading.dbt and require("compile.inputs").collect(self:scope(loading))
  local out <const>, seen <const> = {}, {}
  for _, list in ipairs { read, collected and collected.entries or {} } do
    for _, entry in ipairs(list) do
      if not seen[entry.path] then
        seen[entry.path] = true
        out[#out + 1] = entry
      end
    end
  end
  return out
end

-- The bundles that judged a product.
function Judgement:bundle_words(loading)
  local out <const> = {}
  for index, read in ipairs(self:bundles_judging(loading)) do
    out[index] = {
      name = read.name, version = read.version, digest = bundle.digest(read),
      path = not read.embedded and verdicts.relative(loading, read.path) or nil,
    }
  end
  return out
end

local function approval_words(loading, as_of)
  local out <const> = loading.prepared and approvals.list(loading.tiers, loading.id, loading.version, as_of) or {}
  for _, approval in ipairs(out) do
    approval.file = verdicts.relative(loading, approval.file)
  end
  return out
end

function Judgement:verdict(loading)
  local verdict <const> = {
    schema = "floe.dev/verdict/v1",
    command = self.phase,
    floe = system.versions().floe,
    as_of = self.options.as_of_time,
    product = { id = loading.id, version = loading.version, path = loading.root or loading.folder },
    about = products.about(loading),
    platform = platform_words(loading),
    bundles = self:bundle_words(loading),
    findings = {},
    errors = {},
    notes = {},
    policies = {},
    inputs = self:inputs_of(loading),
    ledger = ledger_rules.of(loading.governance),
    dbt = dbt_words(loading),
  }
  local found = NO_COUNTS
  add_all(verdict.errors, loading, loading.errors)
  add_all(verdict.errors, loading, loading.refused or {})
  add_all(verdict.errors, loading, loading.unloadable or {})
  if loading.judged then
    local judging <const> = { loading = loading, waivers = loading.waivers, baseline = loading.baseline }
    verdict.at, verdict.seconds = loading.judged.at, loading.judged.seconds
    verdict.findings, found = verdicts.findings(judging, loading.placed, loading.judged)
    verdict.policies = verdicts.policies(loading.placed, loading.judged)
    add_all(verdict.errors, loading, verdicts.errors(loading.placed, loading.judged))
  end
  verdict.counts = counts_of(loading, found, verdict)
  verdict.waivers, verdict.approvals = {}, approval_words(loading, self.options.as_of)
  add_all(verdict.notes, loading, loading.notes)
  local whole <const> = loading.baseline and waivers.OF_FILES[self.phase]
  add_all(verdict.notes, loading, whole and baselines.notes(loading.baseline) or {})
  verdict.verdict, verdict.exit = verdicts.outcome(verdict.errors, found)
  verdict.everything = function()
    return self:everything(loading, verdict.inputs)
  end
  return verdict
end

local function waiver_words(loading, waiver)
  local out <const> = verdicts.waiver(waiver, loading)
  out.action, out.expired, out.used, out.hidden = waiver.action, waiver.expired, waiver.used, waiver.hidden
  out.for_runs = waivers.is_for_runs(waiver, loading.all_policies or {})
  return out
end

-- Waivers are reported once all products were judged: one is unused where none of them needed it.
local function add_waivers(phase, loadings, all)
  local used <const> = {}
  for _, loading in ipairs(loadings) do
    for _, waiver in ipairs(loading.waivers or {}) do
      local key <const> = ("%s:%s"):format(waiver.file, waiver.line)
      used[key] = used[key] or waiver.used > 0
    end
  end
  for index, loading in ipairs(loadings) do
    for _, waiver in ipairs(loading.waivers or {}) do
      table.insert(all[index].waivers, waiver_words(loading, waiver))
    end
    local judged <const> = loading.judged ~= nil
    for _, note in ipairs(judged and waivers.notes(loading.waivers, phase, loading.all_policies) or {}) do
      if note.kind ~= "unused" or not used[("%s:%s"):format(note.file, note.line)] then
        table.insert(all[index].notes, reported(loading, note))
      end
    end
  end
end

-- ---- the run ----------------------------------------------------------------------------------------------

--- Decides what runs on each product that could be opened; the others keep their errors.
---@param loadings floe.loading[]
function Judgement:prepare(loadings)
  local any = false
  for _, loading in ipairs(loadings) do
    if #loading.errors == 0 then
      loading.bundles = self:bundles_of(loading)
      any = true
    end
  end
  if not any then
    return
  end
  local ok <const>, err <const> = self:load_bundles()
  if not ok then
    return fail_all(loadings, err)
  end
  for _, loading in ipairs(loadings) do
    if #loading.errors == 0 then
      self:decide(loading)
      loading.baseline = read_baseline(loading, self.options)
      loading.prepared = true
    end
  end
end

--- Completes the facts of a product that was prepared: contracts, dbt project, ports, and files where a policy reads
--- them.
---@param loading floe.loading
function Judgement:complete(loading)
  if not loading.prepared then
    return
  end
  products.complete(loading, {
    reading = self.options.reading == nil and {} or self.options.reading,
    environment = self.options.environment,
    with_files = targets_files(loading.policies),
    merged = self.phase ~= "validate",
  })
end

-- The folders, each once, however it was written.
local function distinct(folders)
  local out <const>, seen <const> = {}, {}
  for _, folder in ipairs(folders) do
    local key <const> = files.absolute(folder)
    if not seen[key] then
      seen[key] = true
      out[#out + 1] = folder == "" and folder or files.normalize(folder)
    end
  end
  return out
end

--- A run of a phase.
---@param phase string one of floe.policy's PHASES
---@param options floe.judgement.options
---@return floe.judgement
function M.new(phase, options)
  return setmetatable({
    phase = phase,
    options = options,
    bundles = { bundle.default() },
    by_folder = {},
    limits = options.limits,
    single = #distinct(options.folders) == 1,
  }, Judgement)
end

--- Opens the products, one a folder; a folder that was named twice is opened once.
---@return floe.loading[]
function Judgement:open()
  local loadings <const> = {}
  for i, folder in ipairs(distinct(self.options.folders)) do
    loadings[i] = products.open(folder, self.options.target_contract)
  end
  return loadings
end

--- The verdicts of products, judged or not, in their order.
---@param loadings floe.loading[]
---@return table[]
function Judgement:verdicts(loadings)
  local all <const> = {}
  for i, loading in ipairs(loadings) do
    all[i] = self:verdict(loading)
  end
  add_waivers(self.phase, loadings, all)
  return all
end

--- The bundles that judge a product.
---@param loading floe.loading
---@return floe.bundle[]
function Judgement:bundles_judging(loading)
  local out <const> = {}
  for index, number in ipairs(loading.bundles or {}) do
    out[index] = self.bundles[number]
  end
  return out
end

--- Adds what went wrong after a product was judged to its verdict.
---@param loading floe.loading
---@param verdict table
---@param wrong floe.problem
---@param step floe.step
function M.fail(loading, verdict, wrong, step)
  local before <const> = #loading.errors
  products.add_problems(loading, { wrong }, step)
  add_all(verdict.errors, loading, { table.unpack(loading.errors, before + 1) })
  verdict.counts.errors = #verdict.errors
  verdict.verdict, verdict.exit = verdicts.outcome(verdict.errors, verdict.counts)
end

--- Tells a listener which stage begins; nil where what follows is none, such as judging itself.
---@param listener { stage: fun(title: string?)? }
---@param title string?
function M.begin(listener, title)
  if listener.stage then
    listener.stage(title)
  end
end

--- Tells a listener the steps of a verdict, and that it is done.
---@param listener { step: function?, line: function?, done: function? }
---@param verdict table
function M.tell(listener, verdict)
  for number, step in ipairs(verdict.steps) do
    if listener.step then
      listener.step(verdict, number, #verdict.steps, step.title)
    end
    for _, line in ipairs(listener.line and step.lines or {}) do
      listener.line(verdict, line.mark, line.text)
    end
  end
  if listener.done then
    listener.done(verdict)
  end
end

--- The policies that apply to what was opened, resolved through its tiers, without judging anything.
---@param phase string
---@param loading floe.loading
---@param as_of string? today where nil
---@return table[]? list { id, bundle, mode, definition or error, resolved = from enforce.settings }; nil for problems
---@return table[]? problems
function M.settle(phase, loading, as_of)
  local self <const> = M.new(phase, { folders = { loading.folder }, as_of = as_of or system.date() })
  if #loading.errors == 0 then
    loading.bundles = self:bundles_of(loading)
  end
  local ok <const>, err <const> = self:load_bundles()
  if #loading.errors == 0 and ok then
    self:decide(loading)
  end
  if #loading.errors > 0 or not ok then
    return nil, ok and loading.errors or { err }
  end
  local by_id <const>, out <const> = {}, {}
  for _, policy in ipairs(loading.all_policies) do
    by_id[policy.id] = by_id[policy.id] or policy
  end
  local known <const>, order <const> = self:definitions(loading)
  for i, id in ipairs(order) do
    local resolved <const> = by_id[id]
    out[i] = {
      id = id,
      bundle = self.bundles[known[id].bundle],
      definition = known[id].definition,
      error = known[id].error,
      mode = resolved and resolved.mode or "?",
      resolved = resolved,
    }
  end
  return out
end

--- The policies of a product's folder, as `settle` resolves them.
---@param phase string
---@param options { folder: string, as_of: string, environment: string? }
---@return table[]? list
---@return table[]? problems
function M.resolve(phase, options)
  return M.settle(phase, products.open(options.folder), options.as_of)
end

return M
