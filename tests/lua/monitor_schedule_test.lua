local schedule <const> = require "monitor.schedule"
local test <const> = dofile "tests/lua/support.lua"

local HOUR <const>, DAY <const> = 3600000, 86400000
local START <const> = 1795305600000 -- 2026-11-22T00:00:00Z

local function contracts(count, intervals)
  local out <const> = {}
  for index = 1, count do
    out[index] = { name = ("contract_%04d"):format(index), intervals = intervals or schedule.INTERVALS }
  end
  return out
end

-- Moves a clock and counts what is checked: `pace(now)` says when the schedule is looked at again.
local function simulate(plan, from, to, pace, seen)
  local checks, now = 0, from
  while now < to do
    for _, item in ipairs(plan:take(now)) do
      checks = checks + 1
      seen(item, now)
    end
    now = pace(now, plan)
  end
  return checks
end

local function at_next(now, plan)
  return math.max(plan:next(), now + 1)
end

test.case("24 hours of 1,000 contracts: each check once in each of its slots, none missed and none doubled", function()
  local plan <const>, slots <const>, took <const> = schedule.new(contracts(1000)), {}, os.clock()
  local early = 0 -- first checks in a slot that had begun before
  local checks <const> = simulate(plan, START, START + DAY, at_next, function(item, now)
    local key <const> = item.contract .. " " .. item.type
    local last <const> = slots[key]
    local slot <const> = (now - item.offset) // item.interval
    test.truthy(not last or slot == last + 1, key .. " was doubled or missed")
    slots[key] = slot
    early = early + (not last and item.offset > 0 and 1 or 0)
    test.truthy(not last or now == slot * item.interval + item.offset, key .. " was late")
  end)
  -- one in each slot that begins within the day, and those of the first moment whose slot had begun
  test.equal(checks, 1000 * (96 + 24 + 4 + 288) + early)
  test.truthy(os.clock() - took < 10, "a simulated day took " .. os.clock() - took .. " seconds")
end)

test.case("a slow service looks late and adds nothing up: the moments stay multiples of the interval", function()
  local plan <const> = schedule.new(contracts(50))
  local late <const>, last <const> = {}, {}
  local turn = 0
  simulate(plan, START, START + DAY, function(now)
    turn = turn + 1
    return now + 1000 + turn % 7 * 1300 -- every check takes seconds, never the same
  end, function(item, now)
    local key <const> = item.contract .. item.type
    local slot <const> = (now - item.offset) // item.interval
    test.truthy(not last[key] or slot == last[key] + 1, key .. " was doubled or missed")
    if last[key] then
      late[#late + 1] = now - (slot * item.interval + item.offset)
    end
    last[key] = slot
  end)
  for _, milliseconds in ipairs(late) do
    test.truthy(milliseconds < 10000, "a check was late by " .. milliseconds .. " ms")
  end
end)

test.case("the moments of a contract are its own and the same after every start", function()
  local function moments()
    local plan <const>, out <const> = schedule.new(contracts(100)), {}
    for _, item in ipairs(plan:take(START)) do
      out[item.contract .. item.type] = item.offset
    end
    return out
  end
  local first <const> = moments()
  test.equal(moments(), first)
  local different <const> = {}
  for index = 1, 100 do
    different[first[("contract_%04davailability"):format(index)]] = true
  end
  local count = 0
  for _ in pairs(different) do
    count = count + 1
  end
  test.equal(count, 5, "moments of availability")
end)

test.case("what was never checked is due at once, what was checked in this slot is not", function()
  local plan <const> = schedule.new(contracts(3), function(contract, kind)
    return contract ~= "contract_0002" and kind ~= "quality" and START or nil
  end)
  local names <const> = {}
  for _, item in ipairs(plan:take(START + 1)) do
    names[#names + 1] = item.contract .. " " .. item.type
  end
  test.equal(names, {
    "contract_0001 quality", "contract_0002 availability", "contract_0002 freshness", "contract_0002 quality",
    "contract_0002 schema_drift", "contract_0003 quality",
  })
end)

test.case("a restart neither repeats a check nor leaves one out", function()
  local last <const>, counts <const> = {}, {}
  local function seen(item, now)
    local key <const> = item.contract .. item.type
    last[key], counts[key] = now, (counts[key] or 0) + 1
  end
  for part = 0, 23 do -- a start every hour
    local plan <const> = schedule.new(contracts(20), function(contract, kind)
      return last[contract .. kind]
    end)
    simulate(plan, START + part * HOUR, START + (part + 1) * HOUR, at_next, seen)
  end
  for index = 1, 20 do
    local name <const> = ("contract_%04d"):format(index)
    for kind, seconds in pairs(schedule.INTERVALS) do
      local slots <const> = 86400 // seconds
      local count <const> = counts[name .. kind]
      -- the first one is done at once, and its slot may have begun before
      test.truthy(count == slots or count == slots + 1, ("%s %s: %d of %d"):format(name, kind, count, slots))
    end
  end
end)

test.case("after a sleep there is one check, not one for each that was slept through", function()
  local plan <const> = schedule.new(contracts(1, { freshness = 900 }))
  test.equal(#plan:take(START), 1)
  local items <const> = plan:take(START + 8 * HOUR)
  test.equal(#items, 1)
  test.truthy(items[1].skipped >= 30, "what was slept through is counted")
  test.equal(#plan:take(START + 8 * HOUR + 1), 0)
end)

test.case("a clock that is set back by a second doubles nothing", function()
  local plan <const> = schedule.new(contracts(10, { availability = 300 }))
  plan:take(START)
  local now, checks = START, 0
  for _ = 1, 3600 do -- an hour, in steps of two seconds forth and one back
    now = now + 2000
    checks = checks + #plan:take(now)
    now = now - 1000
    checks = checks + #plan:take(now)
  end
  test.equal(checks, 10 * 12)
end)

test.case("a clock that is set back by days goes on with the next slot instead of waiting for days", function()
  local plan <const> = schedule.new(contracts(10, { availability = 300 }))
  plan:take(START)
  local now <const> = START - 3 * DAY
  test.equal(#plan:take(now), 0)
  local checks <const> = simulate(plan, now + 1, now + HOUR + 1, at_next, function() end)
  test.equal(checks, 10 * 12)
end)

test.case("a clock that leaps ahead by days checks once and goes on", function()
  local plan <const> = schedule.new(contracts(10, { availability = 300 }))
  plan:take(START)
  local now <const> = START + 400 * DAY
  test.equal(#plan:take(now), 10)
  test.equal(simulate(plan, now + 1, now + HOUR + 1, at_next, function() end), 10 * 12)
end)

test.case("a check that came to nothing is repeated, and its slots go on as before", function()
  local plan <const> = schedule.new(contracts(1, { quality = 21600, availability = 300 }))
  local taken <const> = plan:take(START)
  test.equal(#taken, 2)
  plan:again(taken, START + 60000)
  test.equal(#plan:take(START + 59999), 0)
  local repeated <const> = plan:take(START + 60000)
  test.equal(#repeated, 2)
  test.equal({ repeated[1].skipped, repeated[2].skipped }, { 0, 0 })
  local item <const> = repeated[1].type == "quality" and repeated[1] or repeated[2]
  test.equal(item.due, (item.slot + 1) * item.interval + item.offset)
end)

test.case("what is to be repeated long after its next slot comes with that slot, and not twice", function()
  local plan <const> = schedule.new(contracts(1, { availability = 300 }))
  local first <const> = plan:take(START)
  local next_slot <const> = plan:next()
  plan:again(first, START + HOUR)
  test.equal(plan:next(), next_slot)
  test.equal(#plan:take(next_slot), 1)
  test.equal(#plan:take(next_slot + 299999), 0)
end)

test.case("a clock that is set back in any step leaves no check out for three intervals", function()
  for step = 10000, 2 * HOUR, 70000 do
    local plan <const>, real, last = schedule.new(contracts(5, { availability = 300 })), 0, {}
    for _, item in ipairs(plan:take(START)) do
      last[item.contract] = 0
    end
    while real < 2 * HOUR do
      real = real + 5000
      for _, item in ipairs(plan:take(START + real - (real > HOUR and step or 0))) do
        test.truthy(real - last[item.contract] < 900000, "a check waited for " .. real - last[item.contract] .. " ms")
        last[item.contract] = real
      end
    end
    for contract, at in pairs(last) do
      test.truthy(real - at < 900000, contract .. " is not checked any more")
    end
  end
end)

test.case("intervals are the platform's, and what is not understood is told", function()
  test.equal(schedule.intervals(nil), { freshness = 900, schema_drift = 3600, quality = 21600, availability = 300 })
  local intervals <const>, problems <const> = schedule.intervals {
    freshness = { check_interval = "5m" }, quality = { enabled = false }, availability = { check_interval = "PT1M" },
    schema_drift = { check_interval = "often" },
  }
  test.equal(intervals, { freshness = 300, schema_drift = 3600, availability = 60 })
  test.equal(#problems, 1)
  test.contains(problems[1], "schema_drift.check_interval")
  local _, too_often <const> = schedule.intervals { freshness = { check_interval = "PT0.5S" } }
  test.contains(too_often[1], "at least a second")
end)

test.case("without contracts nothing is due, ever", function()
  local plan <const> = schedule.new {}
  test.equal(plan:next(), nil)
  test.equal(plan:take(START), {})
end)

test.case("contracts whose moments are near are due together", function()
  local plan <const>, moments <const> = schedule.new(contracts(1000)), {}
  plan:take(START)
  simulate(plan, START + 1, START + HOUR + 1, at_next, function(_, now)
    moments[now] = true
  end)
  local count = 0
  for _ in pairs(moments) do
    count = count + 1
  end
  test.equal(count, HOUR // (60 * 1000), "one look a minute") -- a fifth of five minutes
end)

test.finish()
