-- Sends what waits in the spool. It runs as a process of its own, so that no command ever waits for a network: beside a
-- command (`M.follow`), or when somebody asks for it (`M.flush`). One sender at a time works on a destination.
--
-- Lines are sent in their order. What a backend cannot take now is tried again, later each time; what it refuses for
-- ever is found line by line and put aside. A line is taken out of the spool when a backend has it, not before: a
-- sender that is killed in between sends it twice.

local base64 <const> = require "host.base64"
local bounded <const> = require "evidence.bounded"
local compress <const> = require "host.compress"
local destinations <const> = require "evidence.destinations"
local document <const> = require "host.document"
local files <const> = require "host.files"
local http <const> = require "host.http"
local json <const> = require "host.json"
local percent <const> = require "evidence.percent"
local redact <const> = require "evidence.redact"
local spools <const> = require "evidence.spool"
local system <const> = require "host.system"

local M = {}

local STATE <const>, LOCK <const>, REFUSED <const> = "state.json", "lock", "refused.log"

local FIRST_WAIT <const>, LONGEST_WAIT <const> = 1, 300 -- seconds before a destination is tried again
local TIMEOUT <const> = 10 -- seconds of one request
local BATCH <const> = { lines = 100, bytes = 1 << 20 }
local WINDOW <const> = { lines = 200, bytes = 256 << 10 } -- what is read at once, whatever a batch is
local MOST_ANSWER <const> = 1 << 20 -- bytes
local SMALL <const> = 1024 -- bytes that are not worth compressing
local SHARE <const> = 1 -- seconds that one destination takes while others wait
local TICK <const> = 0.1 -- seconds between two looks at the spool
local LAST <const> = 3 -- seconds for what a command left behind that ended without waiting
local MOST_REFUSED <const> = 4 << 20 -- bytes of what was refused before it is put aside as FILE.1

-- ---- what is known of a destination -----------------------------------------------------------------------

---@class floe.evidence.state
---@field failures integer in a row
---@field why string? of the last one
---@field since integer? of the first one, in milliseconds
---@field next integer? when it is to be tried again, in milliseconds

local function now()
  return system.nanoseconds() // 1000000
end

local FURTHEST <const> = 2 * 3600 * 1000 -- milliseconds that a destination may be told to wait, and more

-- What was noted. A clock that was set back since silences no destination: it is tried as if nothing had failed.
---@return floe.evidence.state
local function read_state(folder)
  local path <const> = files.join(folder, STATE)
  local text <const> = files.is_file(path) and files.read(path, 1 << 16)
  local view <const> = text and document.parse(text, path, { format = "json" })
  local state = document.kind(view) == "object" and document.plain(view) or {}
  if math.type(state.next) == "integer" and state.next - now() > FURTHEST then
    state = { why = state.why }
  end
  return {
    failures = math.type(state.failures) == "integer" and state.failures or 0,
    why = type(state.why) == "string" and state.why or nil,
    since = math.type(state.since) == "integer" and state.since or nil,
    next = math.type(state.next) == "integer" and state.next or nil,
  }
end

local function write_state(folder, state)
  return files.write_private(files.join(folder, STATE), json.encode(state) .. "\n")
end

-- Whether a destination is to be tried now.
local function is_due(state)
  return (state.next or 0) <= now()
end

-- Seconds before the next try: twice as long each time, and not the same for all who failed together.
local function backoff(failures)
  local whole <const> = math.min(FIRST_WAIT * 2.0 ^ math.min(failures - 1, 20), LONGEST_WAIT)
  return whole * (0.5 + math.random() / 2)
end

local function note_failure(folder, outcome)
  local state <const> = read_state(folder)
  state.failures, state.since = state.failures + 1, state.since or now()
  state.why = outcome.why
  state.next = now() + math.ceil(1000 * math.max(outcome.seconds or 0, backoff(state.failures)))
  write_state(folder, state)
  return state
end

-- ---- one batch --------------------------------------------------------------------------------------------

-- An address without its user and password, and a header that says them.
local function without_user(url)
  local scheme <const>, authority <const>, rest <const> = url:match("^(%a+://)([^/?#]*)(.*)$")
  local user <const>, host <const> = (authority or ""):match("^(.*)@(.*)$")
  if not user then
    return url
  end
  local value <const> = "Basic " .. base64.text(percent.decode(user))
  return scheme .. host .. rest, { name = "Authorization", value = value, secret = true }
end

local function headers_of(request, authorization, compressed)
  local out <const> = table.move(request.headers or {}, 1, #(request.headers or {}), 1, {})
  out[#out + 1] = authorization
  if compressed then
    out[#out + 1] = { name = "Content-Encoding", value = "gzip" }
  end
  return out
end

-- Asks a destination to take lines; what it answers, as its format reads it.
local function ask(self, destination, format, lines)
  local request <const> = format.request(destination, lines)
  local url <const>, authorization <const> = without_user(request.url)
  local body <const> = request.gzip and #request.body > SMALL and compress.gzip(request.body) or nil
  local headers <const> = headers_of(request, authorization, body ~= nil)
  local response <const>, err <const> = self:client(destination):send {
    method = request.method or "POST", url = url, headers = headers, body = body or request.body,
    repeatable = request.repeatable, secret = destination.secret,
  }
  local outcome <const> = format.answer(destination, response, err, lines)
  outcome.why = outcome.why and redact.text(outcome.why)
  return outcome
end

-- A client for a destination, kept for its connections.
local Sender <const> = {}
Sender.__index = Sender

function Sender:client(destination)
  local client, err = self.clients[destination.name], nil
  if not client then
    client, err = http.new {
      tries = 1, total_milliseconds = math.ceil(1000 * (destination.timeout or TIMEOUT)),
      connect_milliseconds = math.ceil(1000 * math.min(destination.timeout or TIMEOUT, TIMEOUT)),
      most_bytes = MOST_ANSWER, ca_file = destination.ca_file,
      client_certificate = destination.client_certificate, client_key = destination.client_key,
    }
    self.clients[destination.name] = client
  end
  if not client then
    error(err, 0)
  end
  return client
end

-- The same, where a format that fails is as an answer that refuses.
local function outcome_of(self, destination, lines)
  local ok <const>, outcome <const> = xpcall(ask, function(raised)
    return raised
  end, self, destination, destinations.format(destination.format), lines)
  if ok then
    return outcome
  elseif type(outcome) == "table" then -- of the host: no library, no memory
    return { state = "retry", why = outcome.message }
  end
  return { state = "drop", why = "it is no event that can be sent: " .. tostring(outcome) }
end

-- Sends lines and says of each what became of it. A batch that is refused is sent in halves: what is good goes through.
local function deliver(self, destination, lines, first, last, fates)
  local batch <const> = table.move(lines, first, last, 1, {})
  local outcome <const> = outcome_of(self, destination, batch)
  if outcome.state == "drop" and last > first then
    local middle <const> = (first + last) // 2
    local stopped <const> = deliver(self, destination, lines, first, middle, fates)
    if stopped then
      for index = middle + 1, last do
        fates[index] = "retry"
      end
      return stopped
    end
    return deliver(self, destination, lines, middle + 1, last, fates)
  end
  local stopped = nil
  for index = first, last do
    fates[index] = outcome.lines and outcome.lines[index - first + 1] or outcome.state
    stopped = stopped or fates[index] == "retry" and outcome or nil
    if fates[index] == "drop" then
      self:refuse(destination, lines[index], outcome.why)
    elseif fates[index] == "accepted" then
      self.totals[destination.name].sent = self.totals[destination.name].sent + 1
    end
  end
  if (outcome.rejected or 0) > 0 then
    self:say(destination, outcome.rejected, outcome.why)
  end
  return stopped
end

-- What a backend will never take is kept where people can look at it.
function Sender:refuse(destination, line, why)
  local total <const>, folder <const> = self.totals[destination.name], spools.folder_of(self.root, destination.name)
  local kept <const> = bounded.add(files.join(folder, REFUSED), line, MOST_REFUSED)
  total.kept = total.kept or kept
  self:say(destination, 1, why)
end

function Sender:say(destination, count, why)
  local total <const> = self.totals[destination.name]
  total.refused = total.refused + count
  total.why = why
  local said <const> = destination.name .. "\n" .. why
  if self.hear and not self.heard[said] then
    self.heard[said] = true
    self.hear(destination.name, why)
  end
end

-- ---- one destination --------------------------------------------------------------------------------------

-- Takes what is being added to: who adds begins a new file.
local function take_all(folder)
  for _, name in ipairs(files.list(folder) or {}) do
    if name:sub(-#spools.OPEN) == spools.OPEN then
      spools.take(folder, name)
    end
  end
end

---@class floe.evidence.part lines of one file that go into a window
---@field path string
---@field lines string[] all lines of the file
---@field count integer how many of them are in the window

-- The lines that are sent next, and the files that they are from.
local function next_window(folder, limits)
  local lines <const>, parts <const>, bytes = {}, {}, 0
  for _, name in ipairs(spools.complete(folder)) do
    local path <const> = files.join(folder, name)
    local all <const> = spools.lines(files.read(path) or "")
    local part <const> = { path = path, lines = all, count = 0 }
    parts[#parts + 1] = part
    for index, line in ipairs(all) do
      if #lines >= limits.lines or #lines > 0 and bytes + #line > limits.bytes then
        return lines, parts
      end
      lines[#lines + 1] = line
      bytes, part.count = bytes + #line, index
    end
  end
  return lines, parts
end

-- Leaves in the files what is still to be sent.
local function settle(parts, fates)
  local done = 0
  for _, part in ipairs(parts) do
    local left <const> = {}
    for index, line in ipairs(part.lines) do
      if index > part.count or fates[done + index] == "retry" then
        left[#left + 1] = line
      end
    end
    done = done + part.count
    if #left == 0 then
      files.remove(part.path)
    elseif #left < #part.lines then
      files.write_private(part.path, table.concat(left, "\n") .. "\n")
    end
  end
end

-- Sends lines as batches, in order, until one is not taken or the time is over. What was not tried is to be sent again.
local function send_batches(self, destination, lines, limits, deadline)
  local fates <const>, first, stopped = {}, 1, nil
  while first <= #lines and not stopped and not system.interrupted() and system.monotonic() < deadline do
    local last, bytes = first, #lines[first]
    while last < #lines and last - first + 1 < limits.lines and bytes + #lines[last + 1] <= limits.bytes do
      last = last + 1
      bytes = bytes + #lines[last]
    end
    stopped = deliver(self, destination, lines, first, last, fates)
    first = last + 1
  end
  for index = first, #lines do
    fates[index] = "retry"
  end
  return fates, stopped
end

-- Sends what waits for a destination until nothing does, it takes no more, or others are to have their turn. What is
-- done is noted after each window of lines, and when a sender is interrupted.
local function send(self, destination, folder)
  local batch <const> = destination.batch or BATCH
  local limits <const> = { lines = batch.lines or BATCH.lines, bytes = batch.bytes or BATCH.bytes }
  local window <const> = {
    lines = math.max(limits.lines, WINDOW.lines), bytes = math.max(limits.bytes, WINDOW.bytes),
  }
  local deadline <const> = system.monotonic() + SHARE
  take_all(folder)
  while not system.interrupted() and system.monotonic() < deadline do
    local lines <const>, parts <const> = next_window(folder, window)
    if #parts == 0 then
      break
    end
    local fates <const>, stopped <const> = send_batches(self, destination, lines, limits, deadline)
    settle(parts, fates)
    if stopped then
      return system.interrupted() and read_state(folder) or note_failure(folder, stopped)
    elseif read_state(folder).failures > 0 then
      files.remove(files.join(folder, STATE))
    end
  end
  return read_state(folder)
end

-- Whether something may wait in a folder, cheaply.
local function holds_events(folder)
  for _, name in ipairs(files.is_dir(folder) and files.list(folder) or {}) do
    if name:sub(-#spools.OPEN) == spools.OPEN or name:sub(-#spools.COMPLETE) == spools.COMPLETE then
      return true
    end
  end
  return false
end

-- One round for a destination. False where another sender works on it.
local function round(self, destination)
  local folder <const> = spools.folder_of(self.root, destination.name)
  if not holds_events(folder) then
    return true
  end
  local lock <close> = files.lock(files.join(folder, LOCK), "") -- no note, which a full disk would refuse
  if not lock then
    return false
  end
  self.totals[destination.name] = self.totals[destination.name] or { sent = 0, refused = 0 }
  return true, send(self, destination, folder)
end

--- Whether something waits that it is time to send.
---@param root string the product's folder
---@param all floe.destination[]
---@return boolean
function M.has_work(root, all)
  for _, destination in ipairs(all) do
    local folder <const> = spools.folder_of(root, destination.name)
    if holds_events(folder) and is_due(read_state(folder)) then
      return true
    end
  end
  return false
end

local function new(root, all)
  for _, destination in ipairs(all) do -- what must not come back in what a backend says: some quote what they refuse
    redact.add_settings(destination.url)
    for _, header in ipairs(destination.headers or {}) do
      redact.add(header.secret and header.value or "")
    end
  end
  return setmetatable({ root = root, clients = {}, totals = {}, heard = {} }, Sender)
end

local function close(self)
  for _, client in pairs(self.clients) do
    client:close()
  end
end

-- ---- when -------------------------------------------------------------------------------------------------

-- Rounds for all destinations that are due, until `ended` or nothing waits that could be sent before `deadline`.
local function rounds(self, all, deadline, first)
  local fresh = first -- who asks for it now does not wait for what failed before
  repeat
    local again = false
    for _, destination in ipairs(all) do
      local folder <const> = spools.folder_of(self.root, destination.name)
      if not system.interrupted() and (fresh or is_due(read_state(folder))) then
        round(self, destination)
      end
      local next_try <const> = (read_state(folder).next or 0) - now()
      again = again or holds_events(folder) and next_try < (deadline - system.monotonic()) * 1000
    end
    fresh = false
    if again then
      system.sleep(TICK)
    end
  until not again or system.interrupted() or system.monotonic() >= deadline
end

---@class floe.evidence.result
---@field name string
---@field shown string? where it is sent to
---@field sent integer
---@field refused integer
---@field kept boolean? some of what was refused lies in refused.log: all but what a backend threw away of a request
---  that it took
---@field why string? what was refused, or what keeps events waiting
---@field waiting floe.evidence.waiting? what is left

--- Sends what waits, for at most some seconds.
---@param root string the product's folder
---@param all floe.destination[]
---@param seconds number
---@param patient boolean? what failed before is not tried before it is time
---@return floe.evidence.result[]
function M.flush(root, all, seconds, patient)
  local self <const> = new(root, all)
  rounds(self, all, system.monotonic() + seconds, not patient)
  close(self)
  local out <const> = {}
  for _, destination in ipairs(all) do
    local total <const> = self.totals[destination.name]
    if total then
      out[#out + 1] = {
        name = destination.name, shown = destination.shown, sent = total.sent, refused = total.refused,
        kept = total.kept, why = total.why,
      }
    end
  end
  return out
end

--- Sends what comes while another process works, and a little longer.
---@param root string the product's folder
---@param all floe.destination[]
---@param parent integer the process
---@param hear fun(name: string, why: string) told what a destination refuses, each reason once
function M.follow(root, all, parent, hear)
  local self <const> = new(root, all)
  self.hear = hear
  while system.parent() == parent and not system.interrupted() do
    for _, destination in ipairs(all) do
      if is_due(read_state(spools.folder_of(root, destination.name))) then
        round(self, destination)
      end
    end
    system.sleep(TICK)
  end
  if not system.interrupted() then
    rounds(self, all, system.monotonic() + LAST, false)
  end
  close(self)
end

-- ---- what waits -------------------------------------------------------------------------------------------

---@class floe.evidence.waiting
---@field name string the destination's
---@field files integer
---@field events integer
---@field bytes integer
---@field since integer? when the oldest file was last added to, in milliseconds
---@field refused integer events that a backend will never take
---@field failures integer tries that failed in a row
---@field why string? of the last of them
---@field next integer? when it is to be tried again, in milliseconds

local function count_lines(path)
  return #spools.lines(files.is_file(path) and files.read(path) or "")
end

local function waiting_for(root, name)
  local folder <const> = spools.folder_of(root, name)
  local state <const> = read_state(folder)
  local out <const> = {
    name = name, files = 0, events = 0, bytes = 0, refused = count_lines(files.join(folder, REFUSED)),
    failures = state.failures, why = state.why, next = state.next,
  }
  for _, file in ipairs(files.is_dir(folder) and files.list(folder) or {}) do
    if file:sub(-#spools.OPEN) == spools.OPEN or file:sub(-#spools.COMPLETE) == spools.COMPLETE then
      local path <const> = files.join(folder, file)
      local size <const>, modified <const> = files.status(path)
      if size then -- a sender may have taken it away
        out.files, out.bytes, out.events = out.files + 1, out.bytes + size, out.events + count_lines(path)
        out.since = math.min(out.since or math.maxinteger, modified // 1000000)
      end
    end
  end
  return out
end

--- What waits, for each destination that ever had a folder.
---@param root string the product's folder
---@return floe.evidence.waiting[]
function M.waiting(root)
  local base <const> = files.join(root, spools.folder)
  local out <const> = {}
  for _, name in ipairs(files.is_dir(base) and files.list(base) or {}) do
    if files.is_dir(files.join(base, name)) then
      out[#out + 1] = waiting_for(root, spools.name_of(name))
    end
  end
  return out
end

local HOPELESS <const> = 2 -- tries that failed in a row

--- Waits until nothing waits any more, or nothing can be expected to change, for at most some seconds.
---@param root string the product's folder
---@param names string[] of destinations
---@param seconds number
---@param pause fun(seconds: number): boolean false where the sender has ended
function M.await(root, names, seconds, pause)
  local deadline <const> = system.monotonic() + seconds
  local left = true
  while left and system.monotonic() < deadline do
    left = false
    for _, name in ipairs(names) do
      local folder <const> = spools.folder_of(root, name)
      local state <const> = read_state(folder)
      local soon <const> = (state.next or 0) - now() < (deadline - system.monotonic()) * 1000
      left = left or holds_events(folder) and soon and state.failures < HOPELESS
    end
    if left and not pause(math.min(0.02, deadline - system.monotonic())) then
      return
    end
  end
end

return M
