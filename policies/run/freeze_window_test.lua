local test <const> = require "floe.test"

local function run(day, time, weekday, more)
  local clock <const> = { day = day, time = time, weekday = weekday }
  return test.run { environment = more, clocks = { UTC = clock, ["Europe/Berlin"] = clock } }
end

local YEAR_END <const> = { windows = { "2026-12-20/2027-01-06" } }
local WEEKEND <const> = { windows = { "fri 16:00/mon 06:00" }, time_zone = "Europe/Berlin" }

return test.suite("run.freeze_window", {
  test.case("without a window everything may run", function(t)
    t:judge(run("2026-12-24", "12:00", "thu"))
    t:passes()
  end),

  test.case("from the first day of a freeze to the end of its last nothing runs", function(t)
    for day, frozen in pairs({
      ["2026-12-19"] = false, ["2026-12-20"] = true, ["2027-01-06"] = true, ["2027-01-07"] = false,
    }) do
      t:judge(run(day, "23:59", "sun"), YEAR_END)
      if frozen then
        t:finds { code = "FLOE-E801", subject = "run.sales.shop", path = "2026-12-20/2027-01-06",
          actual = "sun " .. day .. " 23:59" }
      else
        t:passes()
      end
    end
  end),

  test.case("a window of every week goes over its end, by the clocks of its time zone", function(t)
    for moment, frozen in pairs({ ["fri 15:59"] = false, ["fri 16:00"] = true, ["sun 12:00"] = true,
      ["mon 05:59"] = true, ["mon 06:00"] = false, ["wed 12:00"] = false }) do
      local weekday <const>, time <const> = moment:match("^(%a+) (.+)$")
      t:judge(run("2026-11-20", time, weekday), WEEKEND)
      if frozen then
        t:finds { code = "FLOE-E801", expected = "a run outside of fri 16:00/mon 06:00 (Europe/Berlin)" }
      else
        t:passes()
      end
    end
  end),

  test.case("only the environments that are named are frozen", function(t)
    local params <const> = { windows = { "sat" }, environments = { "prod*" } }
    t:judge(run("2026-11-21", "12:00", "sat", "production"), params)
    t:finds { code = "FLOE-E801" }
    t:judge(run("2026-11-21", "12:00", "sat", "dev"), params)
    t:passes()
    t:judge(run("2026-11-21", "12:00", "sat"), params)
    t:passes()
  end),

  test.case("what runs already is let be", function(t)
    t:judge(test.run { moment = "after", clocks = { UTC = { day = "2026-12-24", time = "12:00", weekday = "thu" } } },
      YEAR_END)
    t:passes()
  end),

  test.case("what is no window is the platform's mistake, and nothing runs by it", function(t)
    for wrong, told in pairs({
      christmas = "is no window of time", ["2027-01-06/2026-12-20"] = "ends before it begins",
      ["fri 25:00/sat"] = "is no window of time", [""] = "is no window of time",
      ["2026-02-29/2026-03-01"] = "is no window of time", ["2026-13-01"] = "is no window of time",
    }) do
      t:judge(run("2026-12-24", "12:00", "thu"), { windows = { wrong } })
      t:raises(told)
    end
  end),
})
