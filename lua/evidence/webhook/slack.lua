-- Alerts as messages of Slack, for an incoming webhook: a text for notifications, and a block an alert.

local alerts <const> = require "evidence.webhook.alert"
local json <const> = require "host.json"

local M = {}

M.batch = { lines = 10, bytes = 64 << 10 } -- a message holds 50 blocks

local MOST_TEXT <const> = 2900 -- characters; a block's text may have 3,000
local MARKS <const> = {
  info = ":information_source:", warning = ":warning:", error = ":x:", critical = ":rotating_light:",
}

-- What Slack would take for its own marks.
local function escape(text)
  return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

local function shortened(text)
  local stop <const> = utf8.offset(text, MOST_TEXT)
  return stop and stop <= #text and text:sub(1, stop - 1) .. "…" or text
end

local function title(alert)
  return ("%s%s"):format(alert.status == "resolved" and "Resolved: " or "", escape(alert.title))
end

local function text(alert)
  local mark <const> = alert.status == "resolved" and ":white_check_mark:" or MARKS[alert.severity] or MARKS.info
  local lines <const> = { ("%s *%s*"):format(mark, title(alert)) }
  if alert.message then
    lines[#lines + 1] = escape(alert.message)
  end
  for _, fact in ipairs(alerts.facts(alert)) do
    lines[#lines + 1] = ("%s: %s"):format(fact[1], escape(fact[2]))
  end
  return shortened(table.concat(lines, "\n"))
end

function M.address(url)
  return url
end

---@param list floe.alert[]
---@return string
function M.body(list)
  local blocks <const>, titles <const> = {}, {}
  for index, alert in ipairs(list) do
    titles[index] = title(alert)
    blocks[index] = json.object {
      { "type", "section" }, { "text", json.object { { "type", "mrkdwn" }, { "text", text(alert) } } },
    }
  end
  return json.encode(json.object {
    { "text", shortened(table.concat(titles, "\n")) }, { "blocks", json.array(blocks) },
  })
end

--- Whether an answer with a good status says what Slack says.
---@param response { body: string }
---@return string? why not
function M.refusal(response)
  if response.body:match("^%s*(.-)%s*$") ~= "ok" then
    return "its answer is not that of Slack's webhooks, 'ok'"
  end
  return nil
end

return M
