-- Lineage on its way: where it goes, how events become a request, and what the answer to one means (OpenLineage's API:
-- an event by POST; many as an array at …/batch).

local answers <const> = require "evidence.answers"
local document <const> = require "host.document"
local settings <const> = require "evidence.openlineage.settings"

local M = {}

local MOST_BYTES <const> = 1 << 20 -- of one request with many events

--- How many events one request carries; without FLOE_OPENLINEAGE_BATCH one, as not every backend takes many.
local function batch_of(env)
  return math.tointeger(tonumber(env "FLOE_OPENLINEAGE_BATCH" or 1)) or 1
end

-- Headers that are named by the settings win over those that all requests have.
local function headers_of(transport)
  local out <const>, named <const> = {}, {}
  for index, header in ipairs(transport.headers) do
    out[index] = { name = header.name, value = header.value, secret = true }
    named[header.name:lower()] = true
  end
  if not named["content-type"] then
    table.insert(out, 1, { name = "Content-Type", value = "application/json" })
  end
  if transport.key and not named.authorization then
    out[#out + 1] = { name = "Authorization", value = "Bearer " .. transport.key, secret = true }
  end
  return out
end

--- Where lineage goes.
---@param env fun(name: string): string?
---@param observability table
---@return floe.destination[]
---@return { message: string, hint: string? }[]
function M.destinations(env, observability)
  local found <const> = settings.of(env, observability)
  local out <const>, lines <const>, used <const> = {}, batch_of(env), {}
  for _, transport in ipairs(found.transports) do
    local name = transport.name and "openlineage." .. transport.name or "openlineage"
    if used[name] then
      name = ("%s.%d"):format(name, #out + 1)
    end
    used[name] = true
    local destination <const> = { name = name, format = "openlineage", kind = transport.kind, path = transport.path }
    if transport.kind == "http" then
      destination.url, destination.shown = transport.url, transport.url:gsub("[?#].*$", "")
      destination.headers, destination.timeout = headers_of(transport), transport.timeout
      destination.gzip, destination.ca_file = transport.gzip, transport.ca_file
      destination.client_certificate, destination.client_key = transport.client_certificate, transport.client_key
      destination.batch = { lines = lines, bytes = MOST_BYTES }
    end
    out[#out + 1] = destination
  end
  return out, found.problems
end

--- A request with events. Sent twice it says nothing new: a backend knows a run by its id.
---@param destination floe.destination
---@param lines string[]
---@return floe.evidence.request
function M.request(destination, lines)
  local many <const> = destination.batch.lines > 1
  return {
    method = "POST", url = many and destination.url:gsub("^([^?#]*)", "%1/batch") or destination.url,
    headers = destination.headers, body = many and "[" .. table.concat(lines, ",") .. "]" or lines[1],
    gzip = destination.gzip, repeatable = true,
  }
end

-- What a backend says of the events of a request that it took in part.
local function failures(body)
  local view <const> = document.parse(body, "answer", { format = "json" })
  local said <const> = document.kind(view) == "object" and document.kind(view.failed_events) == "array"
    and document.plain(view.failed_events) or {}
  local lines <const>, why = {}, nil
  for _, failed in ipairs(said) do
    local index <const> = type(failed) == "table" and math.tointeger(failed.index)
    if index then
      lines[index + 1] = failed.retriable == true and "retry" or "drop"
      why = why or type(failed.reason) == "string" and failed.reason or nil
    end
  end
  if next(lines) then
    return lines, why or "it refuses events, and does not say why"
  end
end

--- What an answer means.
---@param destination floe.destination
---@param response table?
---@param err table?
---@return floe.evidence.outcome
function M.answer(destination, response, err)
  local outcome <const> = answers.by_status(response, err)
  if outcome.state == "accepted" and destination.batch.lines > 1 and response.status == 200 then
    outcome.lines, outcome.why = failures(response.body or "")
  end
  return outcome
end

return M
