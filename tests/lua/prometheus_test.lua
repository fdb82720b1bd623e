-- Metrics: what a registry holds, and the text that Prometheus reads.

local recorders <const> = require "evidence.prometheus.recorder"
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
    ["\xff\xfeé\xc3"] = "\u{FFFD}\u{FFFD}é\u{FFFD}",
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

test.case("series are forgotten by some of their labels", function()
  local registry <const> = registries.new()
  local gauge <const> = registry:gauge { name = "g", help = "G.", labels = { "a", "ba" } }
  local function fill()
    gauge:remove()
    for _, labels in ipairs { { "1", "1" }, { "1", "2" }, { "2", "1" }, { '1"', "1" }, { '",ba="1', "\\" } } do
      gauge:set({ a = labels[1], ba = labels[2] }, 1)
    end
  end
  for _, case in ipairs {
    { { a = "1" }, 3 }, { { ba = "1" }, 2 }, { { a = "1", ba = "2" }, 4 }, { { a = '1"' }, 4 }, { { ba = "\\" }, 4 },
    { { a = "3" }, 5 }, { {}, 0 },
  } do
    fill()
    gauge:remove(case[1])
    local _, left <const> = registry:text():gsub(" 1\n", "")
    test.equal(left, case[2], test.show(case[1]))
  end
  test.equal(pcall(gauge.remove, gauge, { c = 1 }), false)
end)

-- One family of each kind, with values.
local function example()
  local registry <const> = registries.new()
  registry:counter({ name = "c_total", help = "C.", labels = { "x", "y" } }):add({ x = 'a",y="b', y = "\\" }, 2)
  registry:gauge({ name = "g", help = "G.", labels = { "x" } }):set({ x = "1" }, 1.5)
  registry:histogram({ name = "h_seconds", help = "H.", labels = { "x" }, buckets = { 1, 10 } }):observe({ x = "é" }, 5)
  return registry
end

test.case("what was written is read back as it was", function()
  local text <const> = example():text()
  local again <const> = registries.new()
  again:counter { name = "c_total", help = "C.", labels = { "x", "y" } }
  again:gauge { name = "g", help = "G.", labels = { "x" } }
  again:histogram { name = "h_seconds", help = "H.", labels = { "x" }, buckets = { 1, 10 } }
  again:read(text)
  test.equal(again:text(), text)
end)

test.case("counters and histograms go on from an earlier text; of gauges the newer value holds", function()
  local registry <const> = example()
  registry.families.g:set({ x = "2" }, 2)
  registry.families.g:set({ x = "3" }, 3)
  local text <const> = registry:text()
  local newer <const> = example()
  newer.families.g:set({ x = "1" }, 9)
  newer.families.g:remove { x = "3" }
  newer:read(text)
  test.equal(newer.families.c_total:get { x = 'a",y="b', y = "\\" }, 4)
  test.equal({ newer.families.h_seconds:get { x = "é" } }, { 2, 10 })
  test.equal(newer.families.g:get { x = "1" }, 9)
  test.equal(newer.families.g:get { x = "2" }, 2)
  test.equal(newer.families.g:get { x = "3" }, nil)
  test.contains(newer:text(), 'h_seconds_bucket{x="é",le="1"} 0\nh_seconds_bucket{x="é",le="10"} 2\n')
end)

test.case("a text that was never written by a registry adds nothing", function()
  local expected <const> = example():text()
  for _, text in ipairs {
    "", "\n\n", "c_total", "c_total 1", "c_total{} 1", 'c_total{x="1"} 1', 'c_total{y="1",x="1"} 1',
    'c_total{x="1",y="1} 1', 'c_total{x="1",y="1"} x', 'c_total{x="1",y="1"', 'g{x="1\\"} 1', "unknown 1",
    'h_seconds{x="1"} 1', 'h_seconds_sum{x="1"} 1', 'h_seconds_bucket{x="1"} 1', 'c_total{x="1" y="1"} 1',
    'h_seconds_bucket{x="1",le="1"} 1\nh_seconds_bucket{x="1",le="+Inf"} 1\nh_seconds_sum{x="1"} 1',
    'h_seconds_bucket{x="1",le="1"} 2\nh_seconds_bucket{x="1",le="10"} 1\nh_seconds_bucket{x="1",le="+Inf"} 2\n'
      .. 'h_seconds_sum{x="1"} 1',
    'h_seconds_bucket{x="1",le="1"} NaN\nh_seconds_bucket{x="1",le="10"} 1\nh_seconds_bucket{x="1",le="+Inf"} 2\n'
      .. 'h_seconds_sum{x="1"} 1',
  } do
    local registry <const> = example()
    registry:read(text)
    test.equal(registry:text(), expected, text)
  end
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

-- ---- what commands tell ------------------------------------------------------------------------------------

local function recorder()
  local registry <const> = registries.new()
  return recorders.new(registry), registry
end

local PRODUCT <const> = { id = "sales.orders", version = "1.0.0", domain = "sales", owner = "team" }

local function lines_of(registry, start)
  local out <const> = {}
  for line in registry:text():gmatch("[^\n]+") do
    out[#out + 1] = line:sub(1, #start) == start and line or nil
  end
  return out
end

test.case("a run tells its status, its models and its tests", function()
  local observer <const>, registry <const> = recorder()
  observer:command_started { command = "run", product = PRODUCT, floe = "0.1.0", at = 0 }
  for _, node in ipairs {
    { kind = "model", unique_id = "model.shop.gold", status = "success", seconds = 1.5, rows = 10, bytes = 200 },
    { kind = "model", unique_id = "model.shop.dim.v2", status = "success", seconds = 2 },
    { kind = "seed", unique_id = "seed.shop.raw", status = "success", seconds = 0.5, rows = 3 },
    { kind = "model", unique_id = "model.shop.late", status = "skipped", seconds = 0 },
    { kind = "model", unique_id = "model.shop.kept", status = "success", seconds = 9, rows = 9, reused = true },
    { kind = "test", unique_id = "test.shop.a.1", status = "pass", seconds = 0.1, attached = "model.shop.gold" },
    { kind = "test", unique_id = "test.shop.b.2", status = "fail", seconds = 0.1, attached = "model.shop.gold" },
    { kind = "unit_test", unique_id = "unit_test.shop.c", status = "error", seconds = 0.1 },
    { kind = "test", unique_id = "test.shop.d.3", status = "warn", seconds = 0.1 },
    { kind = "test", unique_id = "test.shop.e.4", status = "skipped", seconds = 0 },
    { kind = "operation", unique_id = "operation.shop.hook", status = "success", seconds = 1 },
  } do
    observer:node_ended(node)
  end
  observer:command_ended { at = 1700000000250, seconds = 12.5, status = "failed", error_type = "dbt", exit = 1 }
  test.equal(lines_of(registry, "floe_transform_rows_affected"), {
    'floe_transform_rows_affected{product="sales.orders",model="gold"} 10',
    'floe_transform_rows_affected{product="sales.orders",model="raw"} 3',
  })
  test.equal(lines_of(registry, "floe_transform_duration_seconds"), {
    'floe_transform_duration_seconds{product="sales.orders",model="dim.v2"} 2',
    'floe_transform_duration_seconds{product="sales.orders",model="gold"} 1.5',
    'floe_transform_duration_seconds{product="sales.orders",model="raw"} 0.5',
  })
  test.equal(lines_of(registry, "floe_quality_"), {
    'floe_quality_tests_total{product="sales.orders"} 4',
    'floe_quality_tests_passed_total{product="sales.orders"} 2',
    'floe_quality_tests_failed_total{product="sales.orders"} 2',
    'floe_quality_failing_tests{product="sales.orders"} 2',
    'floe_quality_coverage_ratio{product="sales.orders"} 0.5',
  })
  local families <const> = registry.families
  test.equal(families.floe_pipeline_runs_total:get { product = "sales.orders", status = "failed" }, 1)
  test.equal(families.floe_pipeline_failures_total:get { product = "sales.orders" }, 1)
  test.equal(families.floe_pipeline_last_success:get { product = "sales.orders" }, 0)
  test.equal(families.floe_pipeline_last_run_timestamp_seconds:get { product = "sales.orders" }, 1700000000.25)
  test.equal(families.floe_pipeline_last_success_timestamp_seconds:get { product = "sales.orders" }, nil)
  test.equal({ families.floe_pipeline_duration_seconds:get { product = "sales.orders" } }, { 1, 12.5 })
  test.equal(families.floe_errors_total:get { product = "sales.orders", command = "run", error_type = "dbt" }, 1)
  test.equal(lines_of(registry, "floe_product_info"), {
    ('floe_product_info{product="sales.orders",version="1.0.0",floe="%s",domain="sales",owner="team"} 1'):format(
      require("host.system").versions().floe),
  })
end)

test.case("a command that is no run tells nothing about pipelines", function()
  local observer <const>, registry <const> = recorder()
  observer:command_started { command = "validate", product = PRODUCT, at = 0 }
  observer:command_ended { at = 1000, seconds = 0.02, status = "complete", exit = 0 }
  test.equal(lines_of(registry, "floe_pipeline"), {})
  test.equal(lines_of(registry, "floe_commands_total"),
    { 'floe_commands_total{product="sales.orders",command="validate",status="complete"} 1' })
end)

test.case("a product's version that is told anew takes the place of the old one", function()
  local observer <const>, registry <const> = recorder()
  observer:command_started { command = "run", product = { id = "a", version = "1.0.0" } }
  observer:command_started { command = "run", product = { id = "a", version = "1.1.0" } }
  observer:command_started { command = "run", product = { id = "b", version = "1.0.0" } }
  test.equal(#lines_of(registry, "floe_product_info"), 2)
end)

test.case("findings are those of the last verdict, by policy and by what became of them", function()
  local observer <const>, registry <const> = recorder()
  local function judge(findings, verdict)
    observer:policy_judged {
      command = "validate", product = { id = "a" }, verdict = verdict, counts = { checks = 7, errors = 1 },
      findings = findings,
    }
  end
  judge({
    { policy = "x.y", verdict = "block" }, { policy = "x.z", verdict = "waived" },
    { policy = "x.y", verdict = "block" },
  }, "blocked")
  test.equal(lines_of(registry, "floe_policy_"), {
    'floe_policy_judgements_total{product="a",command="validate",verdict="blocked"} 1',
    'floe_policy_findings{product="a",command="validate",policy="x.y",verdict="block"} 2',
    'floe_policy_findings{product="a",command="validate",policy="x.z",verdict="waived"} 1',
    'floe_policy_checks{product="a",command="validate"} 7',
    'floe_policy_errors{product="a",command="validate"} 1',
  })
  judge({ { policy = "x.z", verdict = "waived" } }, "pass")
  test.equal(#lines_of(registry, "floe_policy_findings"), 1)
end)

test.case("what is found at the moments of a run stands side by side, until the moment comes again", function()
  local observer <const>, registry <const> = recorder()
  local function judge(moment, policy)
    observer:policy_judged {
      command = "run", moment = moment, product = { id = "a" }, verdict = "alerted",
      counts = { checks = 2, errors = 0 }, findings = { policy and { policy = policy, verdict = "alert" } },
    }
  end
  judge("before", "x.y")
  judge("after", "x.y")
  judge("check", "x.z")
  test.equal(lines_of(registry, "floe_policy_findings"), {
    'floe_policy_findings{product="a",command="run",policy="x.y",verdict="alert"} 2',
    'floe_policy_findings{product="a",command="run",policy="x.z",verdict="alert"} 1',
  })
  test.equal(lines_of(registry, "floe_policy_checks"), { 'floe_policy_checks{product="a",command="run"} 6' })
  judge("before")
  test.equal(lines_of(registry, "floe_policy_findings{")[1],
    'floe_policy_findings{product="a",command="run",policy="x.y",verdict="alert"} 1')
end)

test.case("the checks of a contract tell what it promises and what was found", function()
  local observer <const>, registry <const> = recorder()
  local function told(fields)
    local result <const> = {
      contract = "c", type = "freshness", severity = "error", status = "pass", seconds = 0.2, at = 5000,
    }
    for name, value in pairs(fields) do
      result[name] = value
    end
    observer:contract_checked(result)
  end
  told { value = 2, element = "a" }
  told { value = 8.5, element = "b", status = "violation" }
  told { value = 3, element = "c" }
  told { type = "schema_drift", status = "violation", severity = "critical" }
  told { type = "schema_drift" }
  told { type = "quality" }
  told { type = "quality", status = "violation", severity = "warning" }
  told { type = "availability" }
  told { contract = "d", type = "availability", status = "error", severity = "error" }
  told { contract = "d", type = "quality", status = "skipped" }
  local families <const>, c <const> = registry.families, { contract = "c" }
  test.equal(families.floe_contract_freshness_hours:get(c), 8.5)
  test.equal(families.floe_contract_schema_drift_detected:get(c), 1)
  test.equal(families.floe_contract_quality_score:get(c), 50.0)
  test.equal(families.floe_contract_availability_up:get(c), 1)
  test.equal(lines_of(registry, "floe_contract_violations_total"), {
    'floe_contract_violations_total{contract="c",type="availability",severity="critical"} 0',
    'floe_contract_violations_total{contract="c",type="availability",severity="error"} 0',
    'floe_contract_violations_total{contract="c",type="freshness",severity="critical"} 0',
    'floe_contract_violations_total{contract="c",type="freshness",severity="error"} 1',
    'floe_contract_violations_total{contract="c",type="quality",severity="critical"} 0',
    'floe_contract_violations_total{contract="c",type="quality",severity="error"} 0',
    'floe_contract_violations_total{contract="c",type="quality",severity="warning"} 1',
    'floe_contract_violations_total{contract="c",type="schema_drift",severity="critical"} 1',
    'floe_contract_violations_total{contract="c",type="schema_drift",severity="error"} 0',
    'floe_contract_violations_total{contract="d",type="availability",severity="critical"} 0',
    'floe_contract_violations_total{contract="d",type="availability",severity="error"} 0',
  })
  test.equal(families.floe_contract_violated:get { contract = "c", check_type = "freshness" }, 1)
  test.equal(families.floe_contract_availability_up:get { contract = "d" }, nil)
  test.equal(families.floe_contract_checks_total:get { contract = "d", check_type = "quality", status = "skipped" }, 1)
  test.equal({ families.floe_contract_check_duration_seconds:get { contract = "c", check_type = "freshness" } },
    { 3, 0.2 + 0.2 + 0.2 })
  told { at = 9000, value = 1 }
  told { at = 9000, type = "schema_drift" }
  test.equal(families.floe_contract_freshness_hours:get(c), 1)
  test.equal(families.floe_contract_schema_drift_detected:get(c), 0)
  test.equal(families.floe_contract_violated:get { contract = "c", check_type = "freshness" }, 0)
  test.equal(families.floe_contract_last_check_timestamp_seconds:get { contract = "c", check_type = "freshness" }, 9.0)
end)

test.finish()
