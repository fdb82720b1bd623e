-- What the last run left undone, from the ledger: nodes that failed or were skipped, and where it was cut off, those
-- that it did not come to. What it did stands, and is not done again.

local databases <const> = require "run.database"
local history <const> = require "run.history"
local ledgers <const> = require "evidence.ledger"
local nodes <const> = require "run.nodes"
local plans <const> = require "run.plan"
local problem <const> = require "manifest.problem"
local system <const> = require "host.system"

local M = {}

local EXIT_REFUSED <const>, EXIT_INPUT <const>, EXIT_OUTSIDE <const> = 1, 2, 4

---@class floe.run.retry
---@field of string the id of the run whose rest this is
---@field attempt integer
---@field arguments string[] what dbt is asked for beside the rest
---@field reused floe.run.node[] what stands
---@field left integer? how many nodes are left, where that is known
---@field nothing boolean? nothing is left
---@field anew boolean there is no database, so that nothing of what was done stands
---@field full_refresh boolean

local function refuse(message, hint, exit)
  return nil, { problem = problem.with(nil, message, hint), exit = exit or EXIT_REFUSED }
end

-- ---- what was done ----------------------------------------------------------------------------------------------

-- The nodes of a run and of those whose rest it did: the last word on each, as far as their database was the same; and
-- the first of these runs. nil and why where one of them cannot be read.
local function fold(ledger, run, is_gone)
  local known <const>, first, current, err = {}, run, run, nil
  while current do
    for id, node in pairs(is_gone and {} or current.nodes) do
      known[id] = known[id] or node
    end
    is_gone = is_gone or current.anew
    first, current = current, nil
    if first.retry_of then
      current, err = history.of(ledger, first.retry_of)
    end
  end
  return not err and known or nil, first, err
end

local function same(before, now)
  return (before == nil and "" or tostring(before)) == (now == nil and "" or tostring(now))
end

-- Whether a run did what this one would, where this one does it: the same host and folder, environment and target.
-- Elsewhere data is in another file, or with another's name.
local function is_own(body, plan)
  local selection <const> = history.selection(body)
  return history.is_of_here(body, plan.root) and same(selection.environment, plan.asked.environment)
    and same(selection.target, plan.reading.target)
end

local function any()
  return true
end

-- Why there is no run to go on with, by the last one that there was.
local function without_run(ledger, plan)
  local last <const> = history.last(ledger, plan.product.id, function(body)
    return history.is_of_here(body, plan.root)
  end)
  local other <const> = not last and history.last(ledger, plan.product.id, any)
  if other then
    return refuse(("there is no run of this product to go on with on this host and in this folder: the run %s was on"
      .. " %s, in %s"):format(other.id, other.origin.host or "another host", other.origin.folder or "another folder"),
      "retry it there, or run all of it: `floe run`", EXIT_INPUT)
  elseif not last then
    return refuse("there is no run of this product to go on with", "`floe run` is its first", EXIT_INPUT)
  elseif not same(last.selection.environment, plan.asked.environment) then
    return refuse(("the run %s was in the environment '%s', and this one would be in '%s'"):format(last.id,
      last.selection.environment or "", plan.asked.environment or ""), "name the same one: --environment")
  end
  return refuse(("the run %s had another target: '%s'"):format(last.id, last.selection.target or ""),
    "name the same one: --target")
end

-- ---- what is left, as dbt selects -------------------------------------------------------------------------------

-- A name as one word of a selection: what dbt would read as more is any character.
local function word(name)
  return (name:gsub("[^%w_.-]", "?"))
end

-- How dbt calls one node: by its path in the project and its file, as the path alone is that of a folder of the same
-- name as well; or by its name where that is not known.
local function selector(id, facts)
  local fact <const>, kind <const> = facts.nodes[id], id:match("^[^.]+")
  local parts <const> = {}
  for index, part in ipairs(fact and kind ~= "test" and kind ~= "unit_test" and fact.fqn or {}) do
    parts[index] = part
  end
  local name <const> = #parts > 0 and table.concat(parts, ".") or fact and fact.name
    or id:match("^[^.]+%.[^.]+%.([^.]+)")
  local file <const> = #parts > 0 and fact.file and (",file:%s"):format(word(fact.file:match("[^/]*$"))) or ""
  return ("%s%s,resource_type:%s"):format(word(name), file, kind)
end

local function sorted(set)
  local out <const> = {}
  for id in pairs(set) do
    out[#out + 1] = id
  end
  table.sort(out)
  return out
end

local function selectors(set, facts)
  local out <const> = sorted(set)
  for index, id in ipairs(out) do
    out[index] = selector(id, facts)
  end
  return out
end

local function words_of(list)
  local out <const> = {}
  for _, text in ipairs(type(list) == "table" and list or {}) do
    for part in tostring(text):gmatch("%S+") do
      out[#out + 1] = part
    end
  end
  return out
end

local function option(out, name, values)
  if #values > 0 then
    out[#out + 1] = name
    table.move(values, 1, #values, #out + 1, out)
  end
end

-- What is undone, where that is known; otherwise all that there is, without what was done.
local function arguments_of(known, done, undone, facts)
  local out <const> = {}
  if known then
    option(out, "--select", selectors(undone, facts))
  else
    option(out, "--exclude", selectors(done, facts))
  end
  out[#out + 1], out[#out + 2] = "--indirect-selection", "empty"
  return out
end

-- ---- the retry --------------------------------------------------------------------------------------------------

local function reused_node(id, node)
  return {
    id = node.id or system.uuid(), unique_id = id, kind = id:match("^[^.]+"), name = node.name, status = node.status,
    seconds = node.seconds, rows = node.rows, attempt = node.attempt, reused = true,
  }
end

local function split(known)
  local done <const>, undone <const> = {}, {}
  for id, node in pairs(known) do
    if nodes.is_undone(node) then
      undone[id] = true
    else
      done[id] = node
    end
  end
  return done, undone
end

-- Adds what was selected and is not known to have ended: of a run that was cut off, only dbt can say what it did not
-- come to. Without a selection that is all that there is.
local function add_unreached(undone, done, plan, first)
  local select <const>, exclude <const> = words_of(first.selection.select), words_of(first.selection.exclude)
  if #select == 0 and #exclude == 0 then
    return false
  end
  local selected <const>, wrong <const> = plans.selected(plan, select, exclude)
  for id in pairs(selected or {}) do
    undone[id] = not done[id] or nil
  end
  return selected ~= nil, wrong
end

local function count(set)
  local out = 0
  for _ in pairs(set) do
    out = out + 1
  end
  return out
end

local function retry_of(ledger, run, plan, facts)
  local is_gone <const> = databases.is_gone(plan)
  local known <const>, first <const>, unread <const> = fold(ledger, run, is_gone)
  if not known then
    return nil, { problem = problem.from(unread), exit = EXIT_OUTSIDE }
  end
  local done <const>, undone <const> = split(known)
  local is_known, wrong = run.whole and not is_gone, nil
  if not is_known then
    is_known, wrong = add_unreached(undone, done, plan, first)
  end
  if wrong then
    return nil, { problem = wrong, exit = EXIT_OUTSIDE }
  end
  local reused <const> = {}
  for _, id in ipairs(sorted(done)) do
    reused[#reused + 1] = facts:complete(reused_node(id, done[id]))
  end
  return {
    of = run.id, at = run.at, status = run.status, attempt = run.attempt + 1, reused = reused,
    left = is_known and count(undone) or nil, nothing = run.status == "complete" and not is_gone,
    anew = is_gone,
    arguments = arguments_of(is_known, done, undone, facts),
    full_refresh = plan.asked.full_refresh or first.selection.full_refresh == true,
  }
end

--- What the last run of a product left that was where this one is going to be.
---@param plan floe.run.plan
---@param facts floe.run.facts
---@return floe.run.retry? retry
---@return floe.run.refusal? refusal
function M.of(plan, facts)
  local path <const> = ledgers.locate(plan.root)
  if not path then
    return refuse("there is no ledger to tell what the last run left: FLOE_LEDGER is `off`",
      "run all of it: `floe run`", EXIT_INPUT)
  end
  local ledger <close>, err <const> = ledgers.open(path)
  local run, unread
  if ledger then
    run, unread = history.last(ledger, plan.product.id, function(body)
      return is_own(body, plan)
    end)
  end
  if err or unread then
    return nil, { problem = problem.from(err or unread), exit = EXIT_OUTSIDE }
  elseif not run then
    return without_run(ledger, plan)
  elseif run.artifact ~= plan.digest then
    return refuse(("the product was compiled anew since the run %s: what it did may not be what is asked for now")
      :format(run.id), "run all of it: `floe run`")
  end
  return retry_of(ledger, run, plan, facts)
end

return M
