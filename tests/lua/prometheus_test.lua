-- Metrics: what a registry holds, and the text that Prometheus reads.

local registries <const> = require "evidence.prometheus.registry"
local test <const> = dofile "tests/lua/support.lua"

test.case("counters and gauges are told with their help, their type and their labels", function()
  local registry <const> = registries.new()
  local runs <const> = registry:counter {
    name = "floe_runs_total", help = "Runs, by how\nthey end \\.", labels = { "product", "status" },
  }
  local age <const> = registry:gauge { name = "floe_age_hours", help = "Hours." }
  runs:add { product = "b", status = "failed" }
  runs:add({ status = "complete", product = "b" }, 2)
  runs:add({ product = "a", status = "complete" }, 0.5)
  runs:add { product = "b", status = "failed" }
  age:set(nil, 7)
  age:add(nil, -1.25)
  test.equal(registry:text(), [[
# HELP floe_runs_total Runs, by how\nthey end \\.
# TYPE floe_runs_total counter
floe_runs_total{product="a",status="complete"} 0.5
floe_runs_total{product="b",status="complete"} 2
floe_runs_total{product="b",status="failed"} 2
# HELP floe_age_hours Hours.
# TYPE floe_age_hours gauge
floe_age_hours 5.75
]])
end)

test.case("a histogram's buckets add up, and hold what lies on their bounds", function()
  local registry <const> = registries.new()
  local seconds <const> = registry:histogram {
    name = "floe_check_seconds", help = "Seconds.", labels = { "kind" }, buckets = { 0.1, 1, 10 },
  }
  for _, value in ipairs { 0.1, 0.11, 1, 10.5, 0 } do
    seconds:observe({ kind = "x" }, value)
  end
  test.equal(registry:text(), [[
# HELP floe_check_seconds Seconds.
# TYPE floe_check_seconds histogram
floe_check_seconds_bucket{kind="x",le="0.1"} 2
floe_check_seconds_bucket{kind="x",le="1"} 4
floe_check_seconds_bucket{kind="x",le="10"} 4
floe_check_seconds_bucket{kind="x",le="+Inf"} 5
floe_check_seconds_sum{kind="x"} 11.71
floe_check_seconds_count{kind="x"} 5
]])
  test.equal({ seconds:get { kind = "x" } }, { 5, 11.71 })
end)

test.case("a metric that nothing was told of is left out, but for a counter without labels", function()
  local registry <const> = registries.new()
  registry:gauge { name = "floe_a", help = "A." }
  registry:counter { name = "floe_b_total", help = "B.", labels = { "x" } }
  registry:counter { name = "floe_c_total", help = "C." }
  test.equal(registry:text(), "# HELP floe_c_total C.\n# TYPE floe_c_total counter\nfloe_c_total 0\n")
end)

test.case("numbers are written so that they are read back as they are", function()
  local registry <const> = registries.new()
  local gauge <const> = registry:gauge { name = "g", help = "G." }
  for value, expected in pairs {
    [1 / 3] = "0.33333333333333331", [0.1] = "0.1", [math.huge] = "+Inf", [-math.huge] = "-Inf", [1e300] = "1e+300",
    [3.0] = "3", [-0.5] = "-0.5",
  } do
    gauge:set(nil, value)
    test.equal(registry:text():match("\ng (%S+)\n$"), expected)
  end
  gauge:set(nil, 0 / 0)
  test.equal(registry:text():match("\ng (%S+)\n$"), "NaN")
  gauge:set(nil, math.maxinteger)
  test.equal(registry:text():match("\ng (%S+)\n$"), "9223372036854775807")
end)

test.case("a label's value may hold anything, and ends before it is too long", function()
  local registry <const> = registries.new()
  local gauge <const> = registry:gauge { name = "g", help = "G.", labels = { "l" } }
  for value, expected in pairs {
    ['a\\b"c\nd'] = 'a\\\\b\\"c\\nd',
    ["\xff\xfeé\xc3"] = "??é?",
    [("é"):rep(129)] = ("é"):rep(128),
    ["x" .. ("é"):rep(128)] = "x" .. ("é"):rep(127),
    [("x"):rep(257)] = ("x"):rep(256),
    [""] = "",
  } do
    gauge:remove()
    gauge:set({ l = value }, 1)
    test.equal(registry:text():match('{l="(.*)"} 1\n$'), expected)
  end
end)

test.case("a family that is full leaves out what is new, says how often, and goes on with what it has", function()
  local registry <const> = registries.new { series = 2 }
  local counter <const> = registry:counter { name = "floe_a_total", help = "A.", labels = { "x" } }
  for value = 1, 5 do
    counter:add { x = value }
    counter:add { x = 1 }
  end
  test.equal(counter:get { x = 1 }, 6)
  test.equal(counter:get { x = 3 }, nil)
  test.contains(registry:text(), 'floe_metrics_dropped_total{metric="floe_a_total"} 3\n')
  counter:remove { x = 2 }
  counter:add { x = 9 }
  test.equal(counter:get { x = 9 }, 1)
  counter:remove()
  test.equal(registry:text():find("floe_a_total 1", 1, true), nil)
end)

test.case("a family that is asked for again is the same, and another one of its name is misuse", function()
  local registry <const> = registries.new()
  local definition <const> = { name = "floe_a_total", help = "A.", labels = { "x" } }
  test.truthy(registry:counter(definition) == registry:counter(definition))
  test.equal(pcall(registry.counter, registry, { name = "floe_a_total", help = "A.", labels = { "y" } }), false)
  test.equal(pcall(registry.histogram, registry, { name = "floe_a_total", help = "A." }), false)
end)

test.case("misuse raises: names, labels, and what a kind cannot do", function()
  local registry <const> = registries.new()
  local counter <const> = registry:counter { name = "c_total", help = "C.", labels = { "x" } }
  local gauge <const> = registry:gauge { name = "g", help = "G." }
  local histogram <const> = registry:histogram { name = "h_seconds", help = "H." }
  for index, misuse in ipairs {
    function() registry:counter { name = "a", help = "A." } end,
    function() registry:gauge { name = "a_total", help = "A." } end,
    function() registry:gauge { name = "a b", help = "A." } end,
    function() registry:gauge { name = "a" } end,
    function() registry:gauge { name = "a", help = "A.", labels = { "__x" } } end,
    function() registry:histogram { name = "a", help = "A.", labels = { "le" } } end,
    function() registry:histogram { name = "a", help = "A.", buckets = { 1, 1 } } end,
    function() registry:histogram { name = "a", help = "A.", buckets = { 1, math.huge } } end,
    function() counter:add({ x = 1 }, -1) end,
    function() counter:add({ x = 1 }, 0 / 0) end,
    function() counter:add {} end,
    function() counter:add { x = 1, y = 2 } end,
    function() counter:set({ x = 1 }, 1) end,
    function() gauge:observe(nil, 1) end,
    function() histogram:add(nil, 1) end,
  } do
    test.equal(pcall(misuse), false, "misuse " .. index)
  end
end)

test.finish()
