-- Where metrics go: the settings, the textfile, what is pushed, and what a command adds to those before it.
local base64 <const> = require "host.base64"
local files <const> = require "host.files"
local format <const> = require "evidence.prometheus.format"
local observers <const> = require "evidence.observers"
local settings_of <const> = require "evidence.prometheus.settings"
local spools <const> = require "evidence.spool"
local test <const> = dofile "tests/lua/support.lua"

-- Other observers stay away: the events here say no more than metrics need.
local ALONE <const> = { OPENLINEAGE_DISABLED = "true", OTEL_SDK_DISABLED = "true" }

local function env_of(variables)
  return function(name)
    return variables[name] or ALONE[name]
  end
end

-- One command of a product, told from its start to its end; what must be said to the user.
local function command(root, variables, options)
  options = options or {}
  local all <const> = observers.open { root = root, env = env_of(variables), settings = options.settings }
  all:tell("command_started", {
    command = options.command or "run", whole = options.whole,
    product = { id = options.product or "sales.orders", version = "1.0.0" }, at = 0,
  })
  all:tell("node_ended", {
    kind = "model", unique_id = "model.shop." .. (options.model or "gold"), status = "success", seconds = 1, rows = 10,
  })
  all:tell("command_ended", { at = 1700000000000, seconds = options.seconds or 20, status = "complete", exit = 0 })
  return all:close()
end

local function value_of(path, line)
  local text <const> = assert(files.read(path))
  for start, value in text:gmatch("([^\n]+) (%S+)\n") do
    if start == line then
      return value
    end
  end
  return nil
end

local RUNS <const> = 'floe_pipeline_runs_total{product="sales.orders",status="complete"}'

local function pushed(root)
  local out, folder <const> = {}, spools.folder_of(root, "pushgateway")
  for _, name in ipairs(spools.complete(folder)) do
    table.move(spools.lines(files.read(files.join(folder, name))), 1, 1 << 20, #out + 1, out)
  end
  return out
end

test.case("where nobody asks for metrics nothing is written", function()
  local root <const> = test.folder {}
  test.equal(command(root, {}), {})
  test.equal(command(root, { FLOE_METRICS_FILE = "", FLOE_PUSHGATEWAY_URL = "" }), {})
  test.equal(files.exists(files.join(root, ".floe")), false)
end)

test.case("counters of a product go on from command to command, and the last one's gauges hold", function()
  local root <const> = test.folder {}
  local path <const> = files.join(root, "floe.prom")
  for index = 1, 3 do
    test.equal(command(root, { FLOE_METRICS_FILE = path }, { model = "m" .. index, seconds = 10 * index }), {})
  end
  test.equal(value_of(path, RUNS), "3")
  test.equal(value_of(path, 'floe_pipeline_duration_seconds_sum{product="sales.orders"}'), "60")
  test.equal(value_of(path, 'floe_pipeline_duration_seconds_bucket{product="sales.orders",le="10"}'), "1")
  test.equal(value_of(path, 'floe_pipeline_last_duration_seconds{product="sales.orders"}'), "30")
  test.equal(value_of(path, 'floe_transform_rows_affected{product="sales.orders",model="m1"}'), "10")
  test.equal(value_of(path, 'floe_pipeline_last_run_timestamp_seconds{product="sales.orders"}'), "1700000000")
end)

test.case("models that a whole run does not name are no more; those that a part leaves out stay", function()
  local root <const> = test.folder {}
  local path <const> = files.join(root, "floe.prom")
  local variables <const> = { FLOE_METRICS_FILE = path }
  local ROWS <const> = 'floe_transform_rows_affected{product="sales.orders",model="%s"}'
  command(root, variables, { model = "a", whole = true })
  command(root, variables, { model = "b", whole = false })
  test.equal({ value_of(path, ROWS:format "a"), value_of(path, ROWS:format "b") }, { "10", "10" })
  command(root, variables, { model = "c", whole = true })
  test.equal({ value_of(path, ROWS:format "a"), value_of(path, ROWS:format "b"), value_of(path, ROWS:format "c") },
    { nil, nil, "10" })
end)

test.case("what is in the way of the kept page begins it anew", function()
  local root <const> = test.folder { [".floe/evidence/metrics.prom"] = "\0garbage{ 1\nfloe_pipeline_runs_total{ 3" }
  local path <const> = files.join(root, "floe.prom")
  test.equal(command(root, { FLOE_METRICS_FILE = path }), {})
  test.equal(value_of(path, RUNS), "1")
end)

test.case("a folder holds a file of each product", function()
  local folder <const> = test.folder {}
  for _, product in ipairs { "sales.orders", "sales/or ders", ".." } do
    test.equal(command(test.folder {}, { FLOE_METRICS_FILE = folder }, { product = product }), {})
  end
  test.equal(files.list(folder), { "floe-...prom", "floe-sales.orders.prom", "floe-sales_or_ders.prom" })
end)

test.case("a platform's textfile leads from the product, and a variable comes before it", function()
  local root <const> = test.folder {}
  local settings <const> = { metrics = { textfile = "out.prom" } }
  test.equal(command(root, {}, { settings = settings }), {})
  test.equal(value_of(files.join(root, "out.prom"), RUNS), "1")
  test.equal(command(root, { FLOE_METRICS_FILE = files.join(root, "mine.prom") }, { settings = settings }), {})
  test.equal({ value_of(files.join(root, "out.prom"), RUNS), value_of(files.join(root, "mine.prom"), RUNS) },
    { "1", "2" })
  local off <const> = { metrics = { enabled = false, textfile = "off.prom", pushgateway = "https://x.example.com" } }
  test.equal(command(root, {}, { settings = off }), {})
  test.equal(files.exists(files.join(root, "off.prom")), false)
  test.equal(settings_of.of(env_of {}, off), { job = "floe" })
end)

test.case("a command that goes on for long leaves its page to where it listens", function()
  local root <const> = test.folder {}
  test.equal(command(root, { FLOE_METRICS_FILE = files.join(root, "floe.prom") }, { command = "monitor" }), {})
  test.equal(files.exists(files.join(root, "floe.prom")), false)
end)

test.case("a file that cannot be written is told, and what is pushed goes all the same", function()
  local root <const> = test.folder {}
  local said <const> = command(root, {
    FLOE_METRICS_FILE = files.join(root, "absent/floe.prom"), FLOE_PUSHGATEWAY_URL = "http://127.0.0.1:1",
  })
  test.equal(#said, 2)
  test.contains(said[1], "metrics could not be written: ")
  test.contains(said[1], "absent")
  test.contains(said[2], "1 event for pushgateway waits")
  test.equal(#pushed(root), 1)
end)

test.case("a push puts the last page of its group, with what may not stand in a path in base64", function()
  local root <const> = test.folder {}
  local variables <const> = {
    FLOE_PUSHGATEWAY_URL = "http://user:secret@127.0.0.1:9091/gateway/", FLOE_ENV = "a/b", FLOE_PUSHGATEWAY_JOB = "j",
  }
  for count = 1, 2 do
    test.contains(command(root, variables)[1], ("%d event"):format(count))
  end
  local lines <const>, destinations <const> = pushed(root), format.destinations(env_of(variables), {})
  test.equal(#lines, 2)
  local request <const> = format.request(destinations[1], lines)
  test.equal(request.method, "PUT")
  test.equal(request.url,
    "http://user:secret@127.0.0.1:9091/gateway/metrics/job/j/product/sales.orders/environment@base64/YS9i")
  test.contains(request.body, RUNS .. " 2\n")
  test.equal(request.headers[1].value, "text/plain; version=0.0.4; charset=utf-8")
  test.equal(table.concat(lines):find("secret", 1, true), nil, "an address stands in no event")
end)

test.case("an address that is none is said, and nothing waits for it", function()
  local root <const> = test.folder {}
  local said <const> = command(root, { FLOE_PUSHGATEWAY_URL = "gateway:9091" })
  test.equal(#said, 1)
  test.contains(said[1], "FLOE_PUSHGATEWAY_URL is no address of a pushgateway")
  test.equal(files.exists(files.join(root, ".floe")), false)
end)

test.case("what a pushgateway refuses is dropped with its reason, and what it cannot take now waits", function()
  local destination <const> = format.destinations(env_of { FLOE_PUSHGATEWAY_URL = "http://127.0.0.1:9091" }, {})[1]
  local refused <const> = format.answer(destination, { status = 400, headers = {}, body = "parsing error in line 3\n" })
  test.equal(refused.state, "drop")
  test.contains(refused.why, "parsing error in line 3")
  test.equal(format.answer(destination, { status = 202, headers = {}, body = "" }).state, "accepted")
  test.equal(format.answer(destination, { status = 503, headers = {}, body = "" }).state, "retry")
  test.equal(format.answer(destination, nil, { message = "nobody listens" }).state, "retry")
end)

test.case("base64 of all lengths", function()
  test.equal({ base64.url "", base64.url "f", base64.url "fo", base64.url "foo", base64.url "foob" },
    { "", "Zg", "Zm8", "Zm9v", "Zm9vYg" })
  test.equal({ base64.text "", base64.text "f", base64.text "fo", base64.text "foo" }, { "", "Zg==", "Zm8=", "Zm9v" })
  test.equal({ base64.url "\xfb\xff\xfe", base64.text "\xfb\xff\xfe" }, { "-__-", "+//+" })
  local long <const> = base64.text(("abc"):rep(100000) .. "d")
  test.equal({ #long, long:sub(1, 8), long:sub(-8) }, { 400004, "YWJjYWJj", "YWJjZA==" })
  test.equal({ format.group("", { { "a", "." } }) }, { "/metrics/job@base64/=/a@base64/Lg" })
end)

test.finish()
