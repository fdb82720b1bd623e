-- The seven steps that people read.

local files <const> = require "host.files"
local lines <const> = require "phase.lines"
local words <const> = require "floe.text"

local M = {}

---@type floe.steps.plan
local PLAN <const> = {
  titles = {
    "Loading platform artifacts",
    "Validating product identity",
    "Resolving inheritance",
    "Compiling dbt project",
    "Processing data contracts",
    "Generating orchestration",
    "Writing artifacts",
  },
  places = {
    product = 1, platform = 1, identity = 2, inheritance = 3, dbt = 4, policies = 4, contracts = 5, orchestration = 6,
    artifacts = 7,
  },
}

-- The manifest at the top is the platform, whatever stands between it and the product.
local PLATFORMS <const> = { enterprise = "Platform", domain = "Domain", platform = "Platform" }
local TIERS <const> = { enterprise = "Enterprise", domain = "Domain", platform = "Platform" }

local function has_error(loading, step)
  for _, entry in ipairs(loading.errors) do
    if (entry.step or "product") == step then
      return true
    end
  end
  return false
end

local function platform(steps, loading, plan)
  if not loading.valid then
    return
  end
  local environment <const> = loading.environment
  if environment then
    steps:add("platform", "pass", ("Environment contract: %s (environment %s)"):format(environment.contract,
      environment.name))
  end
  for _, one in ipairs(loading.platforms) do
    steps:add("platform", "pass", ("%s: %s v%s"):format(PLATFORMS[one.tier], one.name, one.version))
  end
  if #loading.platforms == 0 and not has_error(loading, "product") then
    steps:add("platform", "skip", "No platform: the policies of the floe binary apply")
  end
  local compute <const> = plan.compute
  if compute and #loading.platforms > 0 then
    steps:add("platform", "pass", ("Compute: %s%s"):format(compute.default, compute.enforced and " (enforced)"
      or " (default)"))
  end
end

local function identity(steps, loading, plan)
  if not loading.id then
    return
  end
  steps:add("identity", "plain", "Product ID: " .. loading.id)
  local repository <const> = loading.spec.metadata.repository
  if repository then
    steps:add("identity", "plain", "Repository: " .. repository)
  end
  for _, line in ipairs(plan.registration and plan.registration.lines or {}) do
    steps:add("identity", line.mark, line.text)
  end
end

local function inheritance(steps, loading)
  if not loading.valid or has_error(loading, "product") then
    return
  end
  local chain <const> = {}
  for index, one in ipairs(loading.platforms) do
    chain[index] = TIERS[one.tier]
  end
  chain[#chain + 1] = "Product"
  if #chain == 1 then
    steps:add("inheritance", "skip", "Nothing to inherit")
  else
    steps:add("inheritance", "pass", table.concat(chain, " → "))
  end
end

local function dbt(steps, loading, plan)
  local project <const> = loading.dbt and loading.dbt.project
  for _, line in ipairs(plan.dbt_lines) do
    steps:add("dbt", line.mark, line.text)
  end
  if not project then
    if loading.dbt and #loading.dbt.errors == 0 then
      steps:add("dbt", "skip", loading.dbt.is_empty and "No models yet" or "No dbt project")
    end
    return
  end
  local count <const> = lines.own_count(project.models)
  if project.facts_from == "sources" then
    steps:add("dbt", "pass", ("%s read from their sources (rules of dbt %s, %s)"):format(words.count(count, "model"),
      project.dbt_rules, project.adapter or "no adapter"))
  else
    steps:add("dbt", "pass", ("%s compiled"):format(words.count(count, "model")))
  end
end

-- How each contract came about: what ports gave, and what was written.
local function sources(steps, list)
  local from_ports, seen <const> = false, {}
  for _, contract in ipairs(list) do
    from_ports = from_ports or contract.source == "port" or contract.source == "merged"
  end
  if from_ports then
    steps:add("contracts", "pass", "Auto-generated contract from ports")
  end
  for _, contract in ipairs(list) do
    if contract.source == "merged" and not seen[contract.file] then
      seen[contract.file] = true
      steps:add("contracts", "pass", "Merged with explicit " .. contract.file)
    end
  end
end

local function contracts(steps, loading, plan)
  local list <const> = plan.contracts or {}
  sources(steps, list)
  for _, contract in ipairs(list) do
    local whose <const> = contract.source == "port" and contract.name or contract.file
    steps:add("contracts", "pass", ("Contract version: %s%s"):format(contract.version,
      #list > 1 and (" (%s)"):format(whose) or ""))
  end
  if (plan.texts or 0) > 0 then
    steps:add("contracts", "note", ("The contract's own words count: floe.yaml or dbt has other ones for %s"):format(
      words.count(plan.texts, "description")))
  end
  for _, line in ipairs(plan.contract_lines) do
    steps:add("contracts", line.mark, line.text)
  end
  if loading.contracts and #loading.contracts == 0 and #(plan.contracts or {}) == 0 then
    steps:add("contracts", "skip", "No data contract")
  end
end

-- What is made of memory alone until it is written has the mark "made".
local function orchestration(steps, plan, dry_run)
  for _, line in ipairs(plan.orchestration_lines or {}) do
    if line.mark ~= "made" then
      steps:add("orchestration", line.mark, line.text)
    elseif plan.written and not dry_run then
      steps:add("orchestration", "pass", line.text)
    else
      steps:add("orchestration", "skip", (line.text:gsub("created$", "not written")))
    end
  end
end

-- Errors, each in its step; those of the commit come behind what was done before them.
local function errors(steps, loading)
  for _, entry in ipairs(loading.errors) do
    if not entry.told then
      steps:add(entry.step or "product", "fail", entry.message:match("^[^\n]*"))
    end
  end
end

local function artifacts(steps, plan, dry_run)
  for _, written in ipairs(plan.written or {}) do
    local path <const> = files.relative(written.path, plan.root)
    if dry_run then
      steps:add("artifacts", "skip", ("%s (dry run: not written)"):format(path))
    else
      steps:add("artifacts", "pass", written.unchanged and path .. " (unchanged)" or path)
    end
  end
end

--- The steps of a verdict.
---@param loading floe.loading
---@param verdict table
---@param plan table as far as it was made
---@param options { titles: table<string, string>, dry_run: boolean? }
---@return table[] steps
function M.steps(loading, verdict, plan, options)
  local steps <const> = lines.new(PLAN)
  platform(steps, loading, plan)
  identity(steps, loading, plan)
  inheritance(steps, loading)
  dbt(steps, loading, plan)
  steps:refused(loading, verdict)
  steps:doubts(verdict)
  contracts(steps, loading, plan)
  steps:policies(verdict, verdict.findings, options.titles)
  steps:failures(verdict)
  orchestration(steps, plan, options.dry_run)
  errors(steps, loading)
  steps:notes(verdict)
  artifacts(steps, plan, options.dry_run)
  if verdict.exit ~= 0 and not plan.committing and #steps[7].lines == 0 then
    steps:add("artifacts", "skip", "Nothing was registered or written")
  end
  return steps:finish()
end

return M
