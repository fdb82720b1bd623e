-- What a backend's answer means for what was sent: taken, to be sent again later, or never.

local M = {}

---@class floe.evidence.outcome
---@field state "accepted"|"retry"|"drop" what becomes of the lines
---@field why string? of "retry" and "drop": what the backend said, for people
---@field seconds number? of "retry": how long the backend asks to wait
---@field rejected integer? of "accepted": how much within the lines the backend threw away; `why` tells its reason
---@field lines table<integer, "retry"|"drop">? lines with which it is otherwise, by number; `why` tells the reason

-- Statuses of a server that may do later what it does not do now. What is refused for who asks, or asked in the wrong
-- place, waits as well: somebody will repair the settings.
local LATER <const> = { [401] = true, [403] = true, [404] = true, [405] = true, [407] = true, [408] = true,
  [425] = true, [429] = true }

local NAMES <const> = {
  [400] = "what was sent is refused", [401] = "the credentials are refused", [403] = "the credentials do not suffice",
  [404] = "nothing is there", [405] = "nothing is taken there", [413] = "too much was sent at once",
  [422] = "what was sent is refused", [429] = "too many requests", [503] = "it is not available",
}

local LONGEST <const> = 3600 -- seconds that a backend may ask to wait

--- What an answer's status means.
---@param response { status: integer, body: string, wait: number? }? of host.http; nil where there is no answer
---@param err { message: string }? why there is none
---@return floe.evidence.outcome
function M.by_status(response, err)
  if not response then
    return { state = "retry", why = err.message }
  end
  local status <const> = response.status
  if status >= 200 and status < 300 then
    return { state = "accepted" }
  end
  local name <const> = NAMES[status]
  local why <const> = ("it answers with status %d%s"):format(status, name and ": " .. name or "")
  if status >= 300 and status < 400 then
    return { state = "retry", why = why .. ": a redirect that is not followed" }
  elseif LATER[status] or status >= 500 then
    return { state = "retry", why = why, seconds = response.wait and math.min(response.wait, LONGEST) }
  end
  return { state = "drop", why = why }
end

return M
