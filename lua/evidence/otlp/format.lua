-- OpenTelemetry as a format of evidence: where its three signals go, how a line becomes a request of OTLP/HTTP, and
-- what a collector's answers mean.
local answers <const> = require "evidence.answers"
local document <const> = require "host.document"
local encode <const> = require "evidence.otlp.encode"
local settings_of <const> = require "evidence.otlp.settings"

local M = {}

local BATCH <const> = { lines = 1 } -- each is a request already, of many spans or records
local RETRIED <const> = { [429] = true, [502] = true, [503] = true, [504] = true }
local LONGEST_MESSAGE <const> = 200

local function name_of(signal)
  return "otlp." .. signal
end

-- An address without the secrets that may stand in it.
local function shown_address(url)
  return (url:gsub("[?#].*$", ""):gsub("^(%a+://)[^/]*@", "%1"))
end

local function http_destination(signal, endpoint)
  return {
    name = name_of(signal), format = "otlp", signal = signal, kind = "http", url = endpoint.url,
    shown = shown_address(endpoint.url), headers = endpoint.headers, timeout = endpoint.timeout, gzip = endpoint.gzip,
    ca_file = endpoint.certificate, client_certificate = endpoint.client_certificate,
    client_key = endpoint.client_key, batch = BATCH,
  }
end

--- Where telemetry goes.
---@param env fun(name: string): string?
---@param settings table `observability` of the artifact or the platform
---@return floe.destination[]
---@return { message: string, hint: string? }[] problems
function M.destinations(env, settings)
  local asked <const> = settings_of.of(env, settings)
  local out <const> = {}
  for _, signal in ipairs(asked.disabled and {} or settings_of.signals) do
    for _, exporter in ipairs(asked.exporters[signal]) do
      if exporter == "otlp" then
        out[#out + 1] = asked.endpoints[signal] and http_destination(signal, asked.endpoints[signal])
      elseif exporter == "otlp_file" then
        out[#out + 1] = {
          name = name_of(signal) .. ".file", format = "otlp", signal = signal, kind = "file",
          path = settings_of.files[signal], default = asked.defaults[signal],
        }
      else
        out[#out + 1] = {
          name = name_of(signal) .. ".console", format = "otlp", signal = signal, kind = "console",
        }
      end
    end
  end
  return out, asked.problems
end

--- A line is the body of a request.
---@param destination floe.destination
---@param lines string[] one
---@return floe.evidence.request
function M.request(destination, lines)
  local headers <const> = { { name = "Content-Type", value = "application/json" } }
  table.move(destination.headers, 1, #destination.headers, 2, headers)
  return { method = "POST", url = destination.url, headers = headers, gzip = destination.gzip, body = lines[1] }
end

-- The document that an answer is; nil for none.
local function answered(response)
  local body <const> = response.body or ""
  return body:find("^%s*{") and document.parse(body, "answer", { format = "json" }) or nil
end

local function shown(message)
  return type(message) == "string" and message ~= "" and ": " .. encode.text(message):sub(1, LONGEST_MESSAGE) or ""
end

-- How much of what a server took it threw away, and why; nil where it took all.
local function rejected(destination, response)
  local answer <const> = answered(response)
  local partial <const> = document.kind(answer) == "object" and answer.partialSuccess
  if document.kind(partial) ~= "object" then
    return nil
  end
  local count <const> = math.tointeger(tonumber(partial[encode.names[destination.signal].rejected] or 0)) or 0
  if count == 0 then
    return nil -- with a message it is a warning, and nothing was lost
  end
  return count, ("it refused %d of the %s%s"):format(count, destination.signal, shown(partial.errorMessage))
end

-- Why a server refuses: the message of the google.rpc.Status that it answers with.
local function reason(response)
  local answer <const> = answered(response)
  return shown(document.kind(answer) == "object" and answer.message)
end

--- What became of lines that were sent (OTLP specification, "OTLP/HTTP Response"): what was taken is never sent again,
--- also where a part was refused; only some statuses and lost connections are worth another try.
---@param destination floe.destination
---@param response { status: integer, headers: table<string, string>, body: string }?
---@param err { message: string }? why there is no answer
---@return floe.evidence.outcome
function M.answer(destination, response, err)
  local outcome <const> = answers.by_status(response, err)
  if outcome.state == "accepted" then
    outcome.rejected, outcome.why = rejected(destination, response)
  elseif response then
    outcome.why = outcome.why .. reason(response)
    outcome.state = RETRIED[response.status] and "retry" or "drop"
  end
  return outcome
end

return M
