-- The rules and the dashboard of examples/observability ask for nothing that floe does not tell.
local document <const> = require "host.document"
local metrics <const> = require "evidence.prometheus.metrics"
local registries <const> = require "evidence.prometheus.registry"
local test <const> = dofile "tests/lua/support.lua"

local FOLDER <const> = "examples/observability/"
local PARTS <const> = { "", "_bucket", "_sum", "_count" }

-- The labels of each name that a query may hold.
local function known()
  local out <const> = { [registries.dropped_name] = { metric = true } }
  for _, metric in ipairs(metrics.list) do
    local labels <const> = {}
    for _, label in ipairs(metric.labels) do
      labels[label] = true
    end
    for index, part in ipairs(PARTS) do
      if (metric.kind == "histogram") == (index > 1) then
        out[metric.name .. part] = labels
      end
    end
  end
  return out
end

-- All queries of a document, where they stand: members named `expr`, and what variables of a dashboard are filled from.
local QUERIES <const> = { expr = true, query = true, definition = true }

local function queries(view, out, place)
  for key, value in pairs(view) do
    local inner <const> = place .. "." .. tostring(key)
    if QUERIES[key] and type(value) == "string" and value ~= "prometheus" then
      out[#out + 1] = { place = inner, text = value }
    elseif document.kind(value) then
      queries(value, out, inner)
    end
  end
  return out
end

local function read(name)
  local view <const>, err <const> = document.read(FOLDER .. name, { format = name:match("(%a+)$"):gsub("yml", "yaml") })
  return view or error(err.message)
end

local function recorded()
  local out <const> = {}
  for _, group in ipairs(read("floe.rules.yml").groups) do
    for _, rule in ipairs(group.rules) do
      out[rule.record] = true
    end
  end
  return out
end

-- What is wrong with a query's names.
local function mistakes(query, names, records)
  local out, found = {}, 0
  for name, behind in query.text:gmatch("([%a_:][%w_:]*)()") do
    if name:find("floe_", 1, true) then
      found = found + 1
      local labels <const> = names[name]
      if not labels and not records[name] then
        out[#out + 1] = ("%s: there is no metric '%s'"):format(query.place, name)
      end
      for label in (labels and query.text:match("^%b{}", behind) or ""):gmatch("([%w_]+)%s*[=!]") do
        if not labels[label] then
          out[#out + 1] = ("%s: '%s' has no label '%s'"):format(query.place, name, label)
        end
      end
    end
  end
  if found == 0 then
    out[1] = ("%s: no metric in '%s'"):format(query.place, query.text)
  end
  return out
end

for _, name in ipairs { "floe.rules.yml", "floe.alerts.yml", "dashboard.json" } do
  test.case(name .. " asks for metrics that floe has, by labels that they have", function()
    local names <const>, records <const>, wrong <const> = known(), recorded(), {}
    local all <const> = queries(read(name), {}, name)
    test.truthy(#all > 5, "too few queries were found")
    for _, query in ipairs(all) do
      for _, mistake in ipairs(mistakes(query, names, records)) do
        wrong[#wrong + 1] = mistake
      end
    end
    test.equal(wrong, {})
  end)
end

test.case("a name or a label that floe does not have is found", function()
  local names <const> = known()
  for text, count in pairs {
    ["floe_pipeline_runs_total"] = 0, ['sum(floe_pipeline_runs_total{status="failed"})'] = 0,
    ["floe_pipeline_runs"] = 1, ['floe_pipeline_runs_total{contract="x"}'] = 1,
    ["floe_pipeline_duration_seconds"] = 1, ["up"] = 1,
    ["product:floe_absent:sum"] = 1,
  } do
    test.equal(#mistakes({ place = "", text = text }, names, recorded()), count, text)
  end
end)

test.case("every alert has a test that raises it, and one that does not", function()
  local raised <const>, quiet <const> = {}, {}
  for _, each in ipairs(read("floe.alerts.test.yml").tests) do
    for _, case in ipairs(each.alert_rule_test) do
      (case.exp_alerts and raised or quiet)[case.alertname] = true
    end
  end
  local alerts = 0
  for _, group in ipairs(read("floe.alerts.yml").groups) do
    for _, rule in ipairs(group.rules) do
      alerts = alerts + 1
      test.truthy(raised[rule.alert] and quiet[rule.alert], rule.alert)
    end
  end
  test.truthy(alerts > 10)
end)

test.finish()
