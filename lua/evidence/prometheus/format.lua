-- Prometheus as a format of evidence: a push to a pushgateway. Each line in the spool is a whole page of metrics and
-- the group it belongs to; what is put takes the place of what the gateway held of it, so only the last one counts.

local answers <const> = require "evidence.answers"
local base64 <const> = require "host.base64"
local document <const> = require "host.document"
local json <const> = require "host.json"
local registry <const> = require "evidence.prometheus.registry"
local settings_of <const> = require "evidence.prometheus.settings"

local M = {}

--- The name of the destination.
M.pushgateway = "pushgateway"

local BATCH <const> = { lines = 1000, bytes = 64 << 20 }

--- Where metrics are pushed to.
---@param env fun(name: string): string?
---@param observability table of the artifact or the platform
---@return floe.destination[]
---@return { message: string, hint: string? }[] problems
function M.destinations(env, observability)
  local settings <const>, problem <const> = settings_of.of(env, observability)
  if not settings.pushgateway then
    return {}, { problem }
  end
  return { {
    name = M.pushgateway, format = "prometheus", kind = "http", url = settings.pushgateway, batch = BATCH,
  } }, {}
end

-- A label of a group as a part of an address: what could be taken for another part is written in base64.
local function part(name, value)
  if value:find("^[%w_.-]+$") and value ~= "." and value ~= ".." then
    return ("/%s/%s"):format(name, value)
  end
  return ("/%s@base64/%s"):format(name, value == "" and "=" or base64.url(value))
end

--- The path of a group: its job, then its labels.
---@param job string
---@param labels { [1]: string, [2]: string }[] name and value
---@return string
function M.group(job, labels)
  local out <const> = { "/metrics", part("job", job) }
  for _, label in ipairs(labels) do
    out[#out + 1] = part(label[1], label[2])
  end
  return table.concat(out)
end

--- A line for the spool.
---@param group string a path of `group`
---@param text string all metrics of the group
---@return string
function M.line(group, text)
  return json.encode(json.object { { "group", group }, { "text", text } })
end

--- The last of the lines, which holds all that those before it told.
---@param destination floe.destination
---@param lines string[]
---@return floe.evidence.request
function M.request(destination, lines)
  local push <const> = assert(document.parse(lines[#lines], "metrics", { format = "json" }))
  return {
    method = "PUT", url = destination.url .. push.group, body = push.text, repeatable = true,
    headers = { { name = "Content-Type", value = registry.content_type } },
  }
end

--- What became of them.
---@param _ floe.destination
---@param response { status: integer, headers: table<string, string>, body: string }?
---@param err { message: string }?
---@return floe.evidence.outcome
function M.answer(_, response, err)
  local outcome <const> = answers.by_status(response, err)
  local said <const> = outcome.state == "drop" and (response.body or ""):match("^%s*([^\n]+)")
  if said then
    outcome.why = outcome.why .. ": " .. said:sub(1, 200)
  end
  return outcome
end

return M
