-- What the last runs of a product tell of the next one: how long it uses to take, how many rows its nodes use to write,
-- and how often it failed of late. Read out of the ledger, and never more of it than a few runs.

local document <const> = require "host.document"
local files <const> = require "host.files"
local history <const> = require "run.history"
local ledgers <const> = require "evidence.ledger"
local system <const> = require "host.system"

local M = {}

--- How many runs are looked at.
M.RUNS = 10

local RUNS_OF_NODES <const> = 5 -- of which each node is read: enough for a median, and 500 nodes take milliseconds
local MOST_NODES <const> = 20000 -- of all of them together
local LOOKED_AT <const> = 3 * M.RUNS -- some were cut off, or of another environment

---@class floe.run.usual
---@field runs integer of how many runs it tells
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

-- What entries say, read at once: nil where one of them is no JSON.
local function bodies_of(entries)
  local texts <const> = {}
  for index, entry in ipairs(entries) do
    texts[index] = entry.body
  end
  return (document.parse("[" .. table.concat(texts, ",") .. "]", "entries of the ledger", { format = "json" }))
end

-- ---- runs -------------------------------------------------------------------------------------------------

local function joined(list)
  local out <const> = {}
  for index = 1, document.kind(list) == "array" and #list or type(list) == "table" and #list or 0 do
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

-- The starts of the last runs in an environment, by run: { at, retries, selected }.
local function starts_of(handle, product, environment)
  local out <const> = {}
  local entries <const> = handle:entries { kind = history.START, product = product, limit = LOOKED_AT } or {}
  local bodies <const> = bodies_of(entries)
  for index, entry in ipairs(bodies and entries or {}) do
    local body <const> = bodies[index]
    local selection <const> = document.kind(body.selection) == "object" and body.selection or {}
    if selection.environment == environment then
      out[entry.run] = { at = entry.at, retries = body.retry_of ~= nil, selected = selected(selection) }
    end
  end
  return out
end

-- The runs that a policy blocked.
local function blocked_of(handle, product)
  local out <const> = {}
  local asked <const> = { kind = history.VERDICT, product = product, verdict = "blocked", limit = LOOKED_AT }
  for _, entry in ipairs(handle:entries(asked) or {}) do
    out[entry.run] = true
  end
  return out
end

local function ran_nothing(body)
  return document.kind(body.counts) == "object" and next(document.plain(body.counts)) == nil
end

-- The last runs that ended, the newest first: { id, began, ended, status, seconds, like }. `like`: it ran what this one
-- runs. One that a policy kept from beginning is none.
local function runs_of(handle, product, given)
  local starts <const> = starts_of(handle, product, given.environment)
  local entries <const> = handle:entries { kind = history.END, product = product, limit = LOOKED_AT } or {}
  local bodies <const>, out <const>, wanted <const> = bodies_of(entries), {}, selected(given)
  local blocked <const> = blocked_of(handle, product)
  for index, entry in ipairs(bodies and entries or {}) do
    local start <const> = starts[entry.run]
    local kept_out <const> = blocked[entry.run] and ran_nothing(bodies[index])
    if start and entry.run ~= given.id and not kept_out and #out < M.RUNS then
      out[#out + 1] = {
        id = entry.run, began = start.at, ended = entry.at, status = entry.verdict, seconds = bodies[index].seconds,
        like = not start.retries and start.selected == wanted,
      }
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
  out.runs, out.usual_seconds = #runs, median(seconds)
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

local function tell_nodes(out, handle, product, runs)
  local count <const>, of_runs <const> = math.min(#runs, RUNS_OF_NODES), {}
  for index = 1, count do
    of_runs[runs[index].id] = true
  end
  local entries <const> = handle:entries {
    kind = history.NODE, product = product, since = runs[count].began, limit = MOST_NODES,
  }
  local bodies <const> = entries and bodies_of(entries)
  for index, entry in ipairs(bodies and entries or {}) do -- the newest first
    local id <const> = of_runs[entry.run] and bodies[index].unique_id
    if id then
      out.nodes[id] = out.nodes[id] or { runs = 0, failures_in_row = 0, seconds = {}, rows = {} }
      add_node(out.nodes[id], entry.verdict, bodies[index])
    end
  end
  for _, node in pairs(out.nodes) do
    node.usual_seconds, node.usual_rows = median(node.seconds), median(node.rows)
  end
end

--- What the ledger of a product tells. One that cannot be read tells nothing.
---@param root string the product's folder
---@param product string its id
---@param given { id: string?, environment: string?, select: string[]?, exclude: string[]?, full_refresh: boolean? } the
--- run that is judged
---@param with_nodes boolean what it says of nodes is wanted
---@return floe.run.usual
function M.of(root, product, given, with_nodes)
  local out <const> = { runs = 0, failures_in_row = 0, nodes = {} }
  local path <const> = ledgers.locate(root)
  local handle <close> = path and files.is_file(path) and ledgers.open(path, { quick = true }) or nil
  if not handle then
    return out
  end
  local runs <const> = runs_of(handle, product, given)
  tell_runs(out, runs)
  if with_nodes and #runs > 0 then
    tell_nodes(out, handle, product, runs)
  end
  return out
end

return M
