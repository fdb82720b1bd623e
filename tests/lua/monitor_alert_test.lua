local alerts <const> = require "monitor.alert"
local test <const> = dofile "tests/lua/support.lua"

local MINUTE <const>, HOUR <const> = 60000, 3600000
local START <const> = 1795305600000

local function new(asked, names)
  local channels <const> = {}
  for index, name in ipairs(names or { "webhook.oncall" }) do
    channels[index] = type(name) == "table" and name or { name = name }
  end
  local settings <const>, problems <const> = alerts.settings(asked, channels)
  test.equal(problems, {})
  return alerts.new(settings, channels)
end

local FOUND <const> = {
  contract = "orders", version = "1.0.0", type = "freshness", schema = "gold_orders", element = "updated_at",
  status = "violation", severity = "error", message = "Data is 8.0h old, SLA is 6h", expected = "6h", actual = "8.0h",
}

local function result(fields)
  return setmetatable(type(fields) == "table" and fields or {}, { __index = FOUND })
end

local function passes(fields)
  local out <const> = {}
  for key, value in pairs(FOUND) do
    out[key] = type(fields) == "table" and fields[key] or value
  end
  out.status, out.severity = "pass", nil
  return out
end

-- Hears a result every so many minutes; what was said, as "minute reason severity".
local function say(self, from, to, step, make, stands)
  local out <const> = {}
  for minute = from, to, step do
    local notice <const> = self:hear(make(minute), stands ~= false, START + minute * MINUTE)
    out[#out + 1] = notice and ("%d %s %s"):format(minute, notice.reason, notice.severity) or nil
  end
  return out
end

test.case("a violation is told once, again after half an hour, and resolved", function()
  local self <const> = new()
  test.equal(say(self, 0, 60, 5, result), { "0 new error", "30 again error", "60 again error" })
  test.equal(say(self, 65, 80, 5, passes), { "65 resolved error" })
  test.equal(self:open(), 0)
end)

test.case("a notice says what it is about, since when, and how often it was seen", function()
  local self <const> = new()
  self:hear(result(), true, START)
  local notice <const> = self:hear(result(), true, START + 30 * MINUTE)
  test.equal({ notice.state, notice.reason, notice.contract, notice.version, notice.type, notice.element,
    notice.status, notice.severity, notice.priority, notice.count, notice.first_at, notice.at, notice.expected,
    notice.actual, notice.channels }, { "firing", "again", "orders", "1.0.0", "freshness", "updated_at", "violation",
    "error", "P2", 2, START, START + 30 * MINUTE, "6h", "8.0h", { "webhook.oncall" } })
end)

test.case("what becomes graver is told at once", function()
  local self <const> = new()
  local function grows(minute)
    return result { severity = minute < 20 and "warning" or minute < 40 and "error" or "critical" }
  end
  test.equal(say(self, 0, 60, 10, grows), { "0 new warning", "20 graver error", "40 graver critical" })
  test.equal(alerts.PRIORITIES.critical, "P1")
end)

test.case("what is nearly broken is told as approaching, with the severity of how near it is", function()
  local self <const> = new { min_severity = "info" }
  local function ages(minute)
    return minute < 10 and passes() or minute < 30 and result { status = "pass", severity = "info" }
      or minute < 50 and result { status = "pass", severity = "warning" } or result()
  end
  test.equal(say(self, 0, 50, 10, ages), { "10 new info", "30 graver warning", "50 graver error" })
  local quiet <const> = new()
  test.equal(say(quiet, 0, 50, 10, ages), { "30 new warning", "50 graver error" }, "from warning on by default")
end)

test.case("one that comes and goes is not told each time", function()
  local self <const> = new()
  local said <const> = say(self, 0, 60, 5, function(minute)
    return minute % 10 == 0 and result() or passes()
  end)
  test.equal(said, { "0 new error", "5 resolved error", "30 new error", "35 resolved error", "60 new error" })
end)

test.case("a contract is told of ten times an hour at most, and the next notice counts what was held back", function()
  local self <const> = new()
  local said, held = 0, 0
  for index = 1, 25 do
    local notice <const> = self:hear(result { element = "column_" .. index }, true, START + index * 1000)
    said, held = said + (notice and 1 or 0), held + (notice and 0 or 1)
  end
  test.equal({ said, held }, { 10, 15 })
  test.truthy(self:hear(result { contract = "lines" }, true, START + 30000), "another contract has its own limit")
  local later <const> = self:hear(result { element = "column_25" }, true, START + 62 * MINUTE)
  test.equal({ later.reason, later.suppressed }, { "new", 15 })
end)

test.case("what the limit held back is told when there is room again, and never resolved unsaid", function()
  local self <const> = new { rate_limit = 1 }
  self:hear(result(), true, START)
  test.equal(self:hear(result { element = "b" }, true, START), nil)
  test.equal(self:hear(passes { element = "b" }, true, START + MINUTE), nil)
  test.equal(self:hear(result { element = "c" }, true, START + MINUTE), nil)
  test.equal(self:hear(result { element = "c" }, true, START + 61 * MINUTE).reason, "new")
end)

test.case("what nobody wants to be told is not, and a waiver resolves what was told", function()
  local self <const> = new()
  test.equal(say(self, 0, 60, 5, result, false), {})
  test.equal(say(self, 65, 70, 5, result), { "65 new error" })
  test.equal(say(self, 75, 90, 5, result, false), { "75 resolved error" })
end)

test.case("a check that could not be done is told as such, and resolves nothing", function()
  local self <const> = new()
  local function failed()
    return result { status = "error", severity = nil, message = "the database cannot be reached" }
  end
  local notice <const> = self:hear(failed(), true, START)
  test.equal({ notice.status, notice.severity, notice.priority }, { "unchecked", "warning", "P3" })
  test.equal(self:hear(result(), true, START + MINUTE).reason, "graver")
  test.equal(self:hear(failed(), true, START + 40 * MINUTE), nil, "the violation may still stand")
  test.equal(self:hear(result { status = "skipped" }, true, START + 41 * MINUTE), nil)
  test.equal(self:open(), 1)
  test.equal(self:hear(passes(), true, START + 42 * MINUTE).state, "resolved")
end)

test.case("a restart neither forgets nor repeats", function()
  local function day(restarts)
    local self, kept <const>, out <const> = new(), {}, {}
    for minute = 0, 24 * 60, 5 do
      local at <const> = START + minute * MINUTE
      if restarts and minute % 35 == 0 then
        self = new()
        self:recall(kept, at)
      end
      for element = 1, 4 do
        local bad <const> = minute // (40 * element) % 2 == 0
        local found <const> = { element = "column_" .. element, severity = minute > 600 and "critical" or "error" }
        local notice <const> = self:hear((bad and result or passes)(found), true, at)
        if notice then
          kept[#kept + 1] = notice
          out[#out + 1] = ("%d %s %s %s"):format(minute, notice.element, notice.state, notice.severity)
        end
      end
    end
    return out
  end
  test.equal(day(true), day(false))
  test.truthy(#day(false) > 40, "the day had something to tell")
end)

test.case("rules route by severity and contract, each channel hears a notice once, and its end", function()
  local self <const> = new({ routing = {
    { channel = "webhook.oncall", min_severity = "critical" },
    { channel = "webhook.sales", contract_filter = "sales.*" },
    { channel = "webhook.sales", contract_filter = "*.orders", min_severity = "error" },
    { channel = "webhook.log", min_severity = "info" },
  } }, { "webhook.oncall", "webhook.sales", "webhook.log" })
  local function channels(fields)
    local notice <const> = self:hear(result(fields), true, START)
    return notice and notice.channels
  end
  test.equal(channels { contract = "sales.orders" }, { "webhook.sales", "webhook.log" })
  test.equal(channels { contract = "hr.people", severity = "critical" }, { "webhook.oncall", "webhook.log" })
  test.equal(channels { contract = "hr.people", element = "x", severity = "warning" }, { "webhook.log" })
  local ended <const> = self:hear(passes { contract = "hr.people" }, true, START + 1)
  test.equal(ended.channels, { "webhook.oncall", "webhook.log" })
end)

test.case("without rules each channel hears what it says itself that it wants", function()
  local self <const> = new(nil, {
    { name = "a", min_severity = "critical" }, { name = "b", contracts = { "hr.*", "sales.*" } },
    { name = "c", min_severity = "info" },
  })
  local function channels(fields)
    return self:hear(result(fields), true, START).channels
  end
  test.equal(channels { contract = "sales.orders" }, { "b", "c" })
  test.equal(channels { contract = "ops.machines", severity = "critical" }, { "a", "c" })
  test.equal(channels { contract = "ops.machines", element = "x", severity = "info" }, { "c" })
end)

test.case("where no channel wants it nothing is said; where there is no channel it is said all the same", function()
  local self <const> = new({ routing = { { channel = "a", min_severity = "critical" } } }, { "a" })
  test.equal(self:hear(result(), true, START), nil)
  test.equal(self:hear(result { severity = "critical" }, true, START + 1).reason, "new")
  local alone <const> = new(nil, {})
  test.equal(alone:hear(result(), true, START).channels, {})
  test.equal(alone:hear(result { element = "b", status = "pass", severity = "info" }, true, START), nil)
end)

test.case("what an answered check does not find any more is resolved, and nothing else", function()
  local function drift(column)
    return result { type = "schema_drift", element = column, rule = "column_removed" }
  end
  local self <const> = new()
  self:hear(drift "id", true, START)
  self:hear(drift "name", true, START)
  self:hear(result { type = "schema_drift", schema = "lines", element = "id", rule = "column_removed" }, true, START)
  local function settled(...)
    local out <const> = {}
    for index, notice in ipairs(self:settle({ ... }, START + MINUTE)) do
      out[index] = ("%s.%s %s"):format(notice.schema, notice.element, notice.state)
    end
    return out
  end
  test.equal(settled(result { type = "schema_drift", status = "error" }), {}, "nobody could look")
  test.equal(settled(passes { type = "freshness" }), {}, "another kind")
  test.equal(settled(drift "id"), { "gold_orders.name resolved" })
  test.equal(settled(passes { type = "schema_drift" }), { "gold_orders.id resolved" })
  test.equal(self:open(), 1)
end)

test.case("that nothing could be asked is over with the first answer, also after a restart", function()
  local self <const> = new()
  local notice <const> = self:hear({ contract = "orders", type = "quality", status = "error", message = "no answer" },
    true, START)
  local again <const> = new()
  again:recall({ notice }, START + MINUTE)
  test.equal(again:settle({ passes { type = "quality" } }, START + MINUTE)[1].state, "resolved")
  test.equal(again:open(), 0)
end)

test.case("a contract that is not watched any more is resolved", function()
  local self <const> = new()
  self:hear(result(), true, START)
  self:hear(result { contract = "lines" }, true, START)
  local gone <const> = self:sweep({ lines = true }, START + MINUTE)
  test.equal({ #gone, gone[1].contract, gone[1].state, gone[1].message },
    { 1, "orders", "resolved", "the contract is not watched any more" })
  test.equal(self:open(), 1)
  self:sweep({ lines = true }, START + HOUR)
  test.equal(self:hear(result(), true, START + HOUR).reason, "new")
end)

test.case("a clock that is set back silences nothing for longer than the window", function()
  local self <const> = new()
  self:hear(result(), true, START + 48 * HOUR)
  test.equal(say(self, 0, 60, 5, result), { "30 again error", "60 again error" })
end)

test.case("what settings say and is not understood is told", function()
  local settings <const>, problems <const> = alerts.settings({
    dedup = "soon", rate_window = "30m", rate_limit = 3, min_severity = "bad",
    routing = { { channel = "nowhere", min_severity = "worse" } },
  }, { { name = "webhook.oncall" } })
  test.equal({ settings.dedup, settings.limit, settings.window, settings.least },
    { 30 * MINUTE, 3, 30 * MINUTE, "warning" })
  test.equal(#problems, 4)
  test.contains(table.concat(problems, "\n"), "there is no channel 'nowhere'")
end)

test.finish()
