-- The groups of lines that people read: what was looked at, and how it went. What several phases say in the same
-- words is written once; a phase says which of its steps each group of them belongs to.

local M = {}

---@class floe.steps.plan the steps of a phase
---@field titles string[]
---@field places table<floe.step, integer> the step in which each group of lines stands

--- The steps of validate.
---@type floe.steps.plan
local VALIDATE <const> = {
  titles = {
    "Validating floe.yaml",
    "Validating dbt project",
    "Validating data contracts",
    "Checking platform compliance",
  },
  places = { product = 1, dbt = 2, contracts = 3, policies = 4 },
}

-- Categories of policies that have a place of their own; the rest stands with the policies.
local STEP_OF <const> = { graph = "dbt", contract = "contracts" }

local RANK <const> = { block = 4, alert = 3, warn = 2 }
local MARKS <const> = { [4] = "fail", [3] = "alert", [2] = "warn", [1] = "pass" }

local function count(number, noun)
  return ("%d %s%s"):format(number, noun, number == 1 and "" or "s")
end

-- The gravest standing among findings, as a mark.
local function mark_of(findings)
  local worst = 1
  for _, finding in ipairs(findings) do
    worst = math.max(worst, RANK[finding.verdict] or 1)
  end
  return MARKS[worst]
end

local function open_count(findings)
  local open = 0
  for _, finding in ipairs(findings) do
    open = open + (RANK[finding.verdict] and 1 or 0)
  end
  return open
end

local function where(findings, test)
  local out <const> = {}
  for _, finding in ipairs(findings) do
    if test(finding) then
      out[#out + 1] = finding
    end
  end
  return out
end

---@class floe.steps
---@field plan floe.steps.plan
local Steps = {}
Steps.__index = Steps

--- Empty steps.
---@param plan floe.steps.plan
---@return floe.steps
function M.new(plan)
  local self <const> = setmetatable({ plan = plan }, Steps)
  for i, title in ipairs(plan.titles) do
    self[i] = { title = title, lines = {} }
  end
  return self
end

--- Adds a line.
---@param step floe.step|integer a group of lines, or the number of a step
---@param mark string
---@param text string
function Steps:add(step, mark, text)
  local lines <const> = self[self.plan.places[step] or step].lines
  lines[#lines + 1] = { mark = mark, text = text }
end

--- The steps as a verdict has them. Those without a line say so.
---@return table[] steps { title, lines = { { mark, text } } }
function Steps:finish()
  local steps <const> = {}
  for i in ipairs(self.plan.titles) do
    if #self[i].lines == 0 then
      self:add(i, "skip", "Not reached")
    end
    steps[i] = self[i]
  end
  return steps
end

-- What keeps the product from being judged, in the group where it was met.
function Steps:errors(loading)
  for _, entry in ipairs(loading.errors) do
    self:add(entry.step or "product", "fail", entry.message)
  end
end

function Steps:product(loading)
  if not loading.valid then
    return
  end
  self:add("product", "pass", "Schema valid")
  for _, entry in ipairs(loading.errors) do
    if entry.step == "product" then
      return
    end
  end
  local names <const> = {}
  for i, platform in ipairs(loading.platforms) do
    names[i] = ("%s v%s"):format(platform.name, platform.version)
  end
  local environment <const> = loading.environment
  if environment then
    self:add("product", "pass", ("Environment contract: %s (environment %s)"):format(environment.contract,
      environment.name))
  end
  if #names > 0 then
    self:add("product", "pass", "Platform reference resolved: " .. table.concat(names, " → "))
  else
    self:add("product", "skip", "No platform: the policies of the floe binary apply")
  end
end

--- How many nodes of a list are the project's own: others belong to installed packages.
---@param list any
---@return integer
function M.own_count(list)
  local own = 0
  for index = 1, #list do
    own = own + (list[index].own and 1 or 0)
  end
  return own
end

local function project_words(project)
  local parts <const> = {}
  if project.facts_from == "sources" and project.dbt_rules then
    parts[#parts + 1] = "rules of dbt " .. project.dbt_rules
  elseif project.dbt_version then
    parts[#parts + 1] = "dbt " .. project.dbt_version
  end
  parts[#parts + 1] = project.adapter
  return #parts > 0 and (" (%s)"):format(table.concat(parts, ", ")) or ""
end

-- Where facts come from, where floe chose, and what of the graph only a run of dbt would tell.
function Steps:facts(verdict)
  local dbt <const> = verdict.dbt
  if dbt and dbt.reason then
    self:add("dbt", "note", ("Facts from %s: %s"):format(dbt.facts == "manifest" and dbt.file or "sources", dbt.reason))
  end
end

function Steps:doubts(verdict)
  local dbt <const> = verdict.dbt
  if not dbt or not dbt.partial then
    return
  end
  local parts <const> = {}
  parts[1] = dbt.partial_nodes > 0 and count(dbt.partial_nodes, "partial node") or nil
  parts[#parts + 1] = dbt.conditional_edges > 0 and count(dbt.conditional_edges, "conditional edge") or nil
  self:add("dbt", "note", ("Graph known in part%s: floe facts tells more"):format(
    #parts > 0 and " (" .. table.concat(parts, ", ") .. ")" or ""))
end

local MOST_REFUSED <const> = 5 -- errors of dbt that have a line of their own

-- What dbt would refuse or warn of.
function Steps:refused(loading, verdict)
  local refused <const> = loading.refused or {}
  for index = 1, math.min(#refused, MOST_REFUSED) do
    self:add("dbt", "fail", refused[index].message)
  end
  if #refused > MOST_REFUSED then
    self:add("dbt", "fail", ("and %s"):format(count(#refused - MOST_REFUSED, "more error")))
  end
  local counts <const> = { dbt_warning = 0, dbt_deprecation = 0 }
  for _, note in ipairs(verdict.notes) do
    if counts[note.kind] then
      counts[note.kind] = counts[note.kind] + 1
    end
  end
  if counts.dbt_warning > 0 then
    self:add("dbt", "warn", count(counts.dbt_warning, "warning") .. " of dbt")
  end
  if counts.dbt_deprecation > 0 then
    self:add("dbt", "note", count(counts.dbt_deprecation, "old spelling"))
  end
end

function Steps:project(loading, findings)
  local project <const> = loading.dbt and loading.dbt.project
  if project == nil then
    if loading.dbt and #loading.dbt.errors == 0 then
      self:add("dbt", "skip", loading.dbt.is_empty and "No models yet" or "No dbt project")
    end
    return
  elseif loading.dbt.is_empty and #project.nodes == 0 then
    self:add("dbt", "skip", "No models yet")
    return
  end
  self:add("dbt", "pass", ("Models parsed: %d%s"):format(M.own_count(project.models), project_words(project)))
  local undefined <const> = where(findings, function(finding)
    return finding.policy == "graph.undefined_source"
  end)
  if open_count(undefined) > 0 then
    self:add("dbt", mark_of(undefined), ("Sources defined: %s not"):format(count(open_count(undefined), "source")))
  else
    self:add("dbt", "pass", ("Sources defined: %d"):format(M.own_count(project.sources)))
  end
  self:add("dbt", "pass", ("Tests discovered: %d"):format(M.own_count(project.tests)))
end

local function standard_of(contract)
  if contract.dialect == "odcs" and contract.api_version then
    return ("ODCS %s"):format(contract.api_version)
  end
  return contract.api_version and ("ODCS %s, %s form"):format(contract.api_version, contract.dialect) or "no version"
end

function Steps:contracts(loading, findings)
  if not loading.contracts then
    return
  elseif #loading.contracts == 0 then
    self:add("contracts", "skip", "No data contract")
  end
  for _, contract in ipairs(loading.contracts) do
    local own <const> = where(findings, function(finding)
      return finding.policy == "contract.form" and finding.subject == contract.unique_id
    end)
    local open <const> = open_count(own)
    if open > 0 then
      self:add("contracts", mark_of(own), ("%s: %s"):format(contract.file, count(open, "problem")))
    else
      self:add("contracts", "pass", ("%s valid (%s)"):format(contract.file, standard_of(contract)))
    end
  end
end

-- "contract matches output ports" → "Contract matches output ports"
local function sentence(text)
  return (text:gsub("^%l", string.upper))
end

local function checks_of(entries)
  local checks = 0
  for _, entry in ipairs(entries) do
    checks = checks + entry.checks
  end
  return checks
end

-- What the policies of a category say when all is well, after the category's title.
local function category_words(title, entries)
  local parts <const> = {}
  for _, entry in ipairs(entries) do
    parts[#parts + 1] = entry.checks > 0 and entry.summary or nil
  end
  return #parts > 0 and ("%s: %s"):format(title, table.concat(parts, ", ")) or title
end

-- How findings that ask for nothing any more came to that: "1 waived, 2 in the baseline".
local function accepted_words(findings)
  local waived = 0
  for _, finding in ipairs(findings) do
    waived = waived + (finding.verdict == "waived" and 1 or 0)
  end
  local parts <const> = {}
  parts[1] = waived > 0 and ("%d waived"):format(waived) or nil
  parts[#parts + 1] = #findings > waived and ("%d in the baseline"):format(#findings - waived) or nil
  return table.concat(parts, ", ")
end

-- One line for the policies of a category: what they measured, or how many findings there are; nil where there is
-- nothing to say.
local function category_line(title, category, entries, findings)
  local open <const> = open_count(findings)
  local alone <const> = category == "contract" and entries[1].summary
  local words <const> = alone and sentence(alone) or category_words(title, entries)
  if open > 0 then
    return mark_of(findings), ("%s: %s"):format(alone and words or title, count(open, "finding"))
  elseif checks_of(entries) == 0 then
    return "skip", not STEP_OF[category] and ("%s: nothing to check"):format(title) or nil
  elseif #findings > 0 then
    return "pass", ("%s (%s)"):format(words, accepted_words(findings))
  end
  return "pass", words
end


-- Policies that failed to run have a line of their own, and none among those that went well.
local function failed_ids(verdict)
  local failed <const> = { ["contract.form"] = true } -- shown at each contract
  for _, entry in ipairs(verdict.errors) do
    failed[entry.policy or ""] = true
  end
  return failed
end

-- Policies on contracts have a line each where they found something; otherwise one speaks for all of them.
local SPEAKER <const> = "contract.ports"

-- The group of policies that share a line; nil for a policy that needs none.
local function group_of(entry)
  if entry.category ~= "contract" then
    return entry.category
  end
  return (entry.id == SPEAKER or entry.findings > 0) and entry.id or nil
end

local function is_in(policy, group)
  return policy == group or policy:match("^[^.]+") == group
end

function Steps:policies(verdict, findings, titles)
  local order <const>, by_group <const>, failed <const> = {}, {}, failed_ids(verdict)
  for _, entry in ipairs(verdict.policies) do
    local group <const> = group_of(entry)
    if group and (not failed[entry.id] or (entry.findings > 0 and entry.id ~= "contract.form")) then
      if not by_group[group] then
        by_group[group] = {}
        order[#order + 1] = group
      end
      table.insert(by_group[group], entry)
    end
  end
  for _, group in ipairs(order) do
    local category <const> = group:match("^[^.]+")
    local own <const> = where(findings, function(finding)
      return is_in(finding.policy, group) and finding.policy ~= "contract.form"
    end)
    local title <const> = titles[category] or sentence(category:gsub("_", " "))
    local mark <const>, text <const> = category_line(title, category, by_group[group], own)
    if text then
      self:add(STEP_OF[category] or "policies", mark, text)
    end
  end
end

local NOTE_MARKS <const> = { expired = "warn", broad = "warn", files = "warn", confinement = "warn", stale = "warn" }

function Steps:notes(verdict)
  for _, note in ipairs(verdict.notes) do
    if note.kind ~= "dbt_warning" and note.kind ~= "dbt_deprecation" then -- counted already
      self:add(note.step or "policies", NOTE_MARKS[note.kind] or "note", note.message)
    end
  end
end

function Steps:failures(verdict)
  for _, entry in ipairs(verdict.errors) do
    if entry.policy then
      self:add("policies", "fail", ("%s failed to run: %s"):format(entry.policy, entry.message))
    end
  end
end

--- The steps of validate's verdict.
---@param loading floe.loading
---@param verdict table
---@param titles table<string, string> of categories
---@return table[] steps { title, lines = { { mark, text } } }
function M.steps(loading, verdict, titles)
  local self <const> = M.new(VALIDATE)
  self:product(loading)
  self:errors(loading)
  self:facts(verdict)
  self:project(loading, verdict.findings)
  self:refused(loading, verdict)
  self:doubts(verdict)
  self:contracts(loading, verdict.findings)
  self:policies(verdict, verdict.findings, titles)
  self:failures(verdict)
  self:notes(verdict)
  return self:finish()
end

return M
