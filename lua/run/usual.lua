-- What the last runs of a product tell of the next one: how long it uses to take, how many rows its nodes use to write,
-- and how often it failed of late. Read out of the ledger, and never more of it than a few runs.

local cut_off <const> = require "run.cut_off"
local files <const> = require "host.files"
local history <const> = require "run.history"
local ledgers <const> = require "evidence.ledger"
local system <const> = require "host.system"

local M = {}

--- How many runs are looked at, at most.
M.RUNS = 10

local RUNS_OF_NODES <const> = 5 -- of which each node is read: enough for a median, and 500 nodes take milliseconds
local LOOKED_AT <const> = 3 * M.RUNS -- some were cut off, or kept from beginning

---@class floe.run.usual
---@field runs integer how many of them `usual_seconds` is of: those that ran the same, and completed
---@field last_success string?
---@field usual_seconds number?
---@field failures_in_row integer
---@field nodes table<string, floe.run.usual.node> by unique_id

---@class floe.run.usual.node
---@field runs integer in how many of them it succeeded
---@field previous_rows integer?
---@field usual_rows number?
---@field usual_seconds number?
---@field failures_in_row integer

local function median(numbers)
  table.sort(numbers)
  local count <const> = #numbers
  if count == 0 then
    return nil
  end
  local middle <const> = numbers[(count + 1) // 2]
  return count % 2 == 1 and middle or (middle + numbers[count // 2 + 1]) / 2
end

-- ---- runs -------------------------------------------------------------------------------------------------

local function joined(list)
  local out <const> = {}
  for index = 1, type(list) == "table" and #list or 0 do
    out[index] = tostring(list[index])
  end
  table.sort(out)
  return table.concat(out, "\0")
end

-- What was to run, as a text by which runs are compared.
local function selected(selection)
  return table.concat({
    joined(selection.select), joined(selection.exclude), tostring(selection.full_refresh == true),
  }, "\1")
end

-- Whether a run that started is one of those that tell what is usual: in the same environment and at the same target.
-- Where an environment has no name, it is that of one folder on one host: another may have other data, and be slower.
local function is_comparable(body, root, given)
  local selection <const> = history.selection(body)
  return selection.environment == given.environment and selection.target == given.target
    and (given.environment ~= nil or history.is_of_here(body, root))
end

-- Whether a policy kept a run from beginning.
local function was_kept_out(handle, run, ended)
  if type(ended.counts) ~= "table" or next(ended.counts) ~= nil then
    return false
  end
  return #(handle:entries { kind = history.VERDICT, run = run, verdict = "blocked", limit = 1 } or {}) > 0
end

-- The last runs that ended, the newest first: { id, began, ended, status, seconds, like }. `like`: it ran what this one
-- runs. One that a policy kept from beginning is none.
local function runs_of(handle, root, product, given)
  local out <const>, wanted <const> = {}, selected(given)
  local starts <const> = history.starts(handle, product, LOOKED_AT, function(body)
    return is_comparable(body, root, given)
  end)
  for _, start in ipairs(starts or {}) do
    local id <const> = start.entry.run
    local ended <const> = id ~= given.id and (handle:entries { kind = history.END, run = id, limit = 1 } or {})[1]
    local body <const> = ended and history.body_of(ended)
    if body and ended.verdict ~= cut_off.STATUS and not was_kept_out(handle, id, body) then
      out[#out + 1] = {
        id = id, began = start.entry.at, ended = ended.at, status = ended.verdict, seconds = body.seconds,
        like = start.body.retry_of == nil and selected(history.selection(start.body)) == wanted,
      }
    end
    if #out == M.RUNS then
      break
    end
  end
  return out
end

local function tell_runs(out, runs)
  local seconds <const>, in_row = {}, true
  for _, run in ipairs(runs) do
    if run.status == "complete" then
      out.last_success = out.last_success or system.timestamp(run.ended // 1000)
      seconds[#seconds + 1] = run.like and tonumber(run.seconds) or nil
      in_row = false
    elseif run.status == "failed" and in_row then
      out.failures_in_row = out.failures_in_row + 1
    end
  end
  out.runs, out.usual_seconds = #seconds, median(seconds)
end

-- ---- nodes ------------------------------------------------------------------------------------------------

local SUCCEEDED <const> = { success = true, pass = true, warn = true }
local FAILED <const> = { error = true, fail = true }

-- Adds what one run says of a node, those of later runs being known.
local function add_node(known, status, body)
  if SUCCEEDED[status] then
    known.ended = true
    known.runs = known.runs + 1
    known.seconds[#known.seconds + 1] = tonumber(body.seconds)
    known.rows[#known.rows + 1] = math.tointeger(body.rows)
    known.previous_rows = known.previous_rows or math.tointeger(body.rows)
  elseif FAILED[status] and not known.ended then
    known.failures_in_row = known.failures_in_row + 1
  end
end

local function tell_nodes(out, handle, runs)
  for index = 1, math.min(#runs, RUNS_OF_NODES) do
    history.each(handle, { kind = history.NODE, run = runs[index].id }, function(entry)
      local body <const> = history.body_of(entry)
      local id <const> = body.unique_id
      if id then
        out.nodes[id] = out.nodes[id] or { runs = 0, failures_in_row = 0, seconds = {}, rows = {} }
        add_node(out.nodes[id], entry.verdict, body)
      end
    end)
  end
  for _, node in pairs(out.nodes) do
    node.usual_seconds, node.usual_rows = median(node.seconds), median(node.rows)
  end
end

--- What the ledger of a product tells. One that cannot be read tells nothing.
---@param root string the product's folder
---@param product string its id
---@param given { id: string?, environment: string?, target: string?, select: string[]?, exclude: string[]?,
--- full_refresh: boolean? } the run that is judged
---@param with_nodes boolean what it says of nodes is wanted
---@return floe.run.usual
function M.of(root, product, given, with_nodes)
  local out <const> = { runs = 0, failures_in_row = 0, nodes = {} }
  local path <const> = ledgers.locate(root)
  local handle <close> = path and files.is_file(path) and ledgers.open(path, { quick = true }) or nil
  if not handle then
    return out
  end
  local runs <const> = runs_of(handle, root, product, given)
  tell_runs(out, runs)
  if with_nodes then
    tell_nodes(out, handle, runs)
  end
  return out
end

return M
