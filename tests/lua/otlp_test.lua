-- What OpenTelemetry is told: settings from variables, traces that go on, and the documents of each signal.
local document <const> = require "host.document"
local files <const> = require "host.files"
local format <const> = require "evidence.otlp.format"
local meters <const> = require "evidence.otlp.meter"
local json <const> = require "host.json"
local observer <const> = require "evidence.otlp.observer"
local sampling <const> = require "evidence.sampling"
local settings <const> = require "evidence.otlp.settings"
local test <const> = dofile "tests/lua/support.lua"
local traces <const> = require "evidence.trace"

local PARENT <const> = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
local TRACE <const> = "0af7651916cd43dd8448eb211c80319c"

local function env(variables)
  return function(name)
    return variables[name]
  end
end

local function of(variables, platform)
  return settings.of(env(variables), platform)
end

local function messages(asked)
  local out <const> = {}
  for index, problem in ipairs(asked.problems) do
    out[index] = problem.message
  end
  return table.concat(out, "\n")
end

-- ---- traces -------------------------------------------------------------------------------------------------

test.case("a trace begins anew, with ids that nobody else has", function()
  local one <const>, other <const> = traces.begin(env {}), traces.begin(env {})
  test.truthy(one.trace_id:find("^%x+$") and #one.trace_id == 32 and not one.trace_id:find("%u"))
  test.truthy(one.span_id:find("^%x+$") and #one.span_id == 16)
  test.truthy(one.trace_id ~= other.trace_id and one.span_id ~= other.span_id)
  test.equal({ one.parent_span_id, one.sampled }, { nil, true })
  test.equal(traces.traceparent(one), ("00-%s-%s-01"):format(one.trace_id, one.span_id))
end)

test.case("a trace goes on where TRACEPARENT says which", function()
  local trace <const> = traces.begin(env { TRACEPARENT = PARENT, TRACESTATE = "vendor=1" })
  test.equal({ trace.trace_id, trace.parent_span_id, trace.sampled, trace.state },
    { TRACE, "b7ad6b7169203331", true, "vendor=1" })
  test.truthy(trace.span_id ~= "b7ad6b7169203331")
  local later <const> = "cc-" .. PARENT:sub(4) .. "-of a later version"
  test.equal(traces.begin(env { TRACEPARENT = later }).trace_id, TRACE)
end)

test.case("a TRACEPARENT that is not valid begins anew", function()
  for _, text in ipairs {
    "", "nonsense", "ff-" .. PARENT:sub(4), PARENT:upper(), PARENT .. "-more", PARENT:sub(1, -2),
    "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-" .. TRACE .. "-0000000000000000-01",
    "00-" .. TRACE .. "0-b7ad6b7169203331-01", PARENT .. "\n",
  } do
    local trace <const> = traces.begin(env { TRACEPARENT = text, TRACESTATE = "vendor=1" })
    test.truthy(trace.trace_id ~= TRACE, text)
    test.equal({ trace.parent_span_id, trace.state }, { nil, nil }, text)
  end
end)

test.case("children are told the trace, its state, and the namespace as baggage", function()
  local trace <const> = traces.begin(env { TRACEPARENT = PARENT, TRACESTATE = "a=b", BAGGAGE = "team=data" })
  local told <const> = traces.environment(trace, { span_id = "00f067aa0ba902b7", namespace = "sales.customer 360" })
  test.equal(told, {
    TRACEPARENT = ("00-%s-00f067aa0ba902b7-01"):format(TRACE), TRACESTATE = "a=b",
    BAGGAGE = "team=data,floe.namespace=sales.customer%20360",
  })
  test.equal(traces.environment(traces.begin(env { OTEL_PROPAGATORS = "none", TRACEPARENT = PARENT })), {})
  test.truthy(traces.begin(env { OTEL_PROPAGATORS = "none", TRACEPARENT = PARENT }).trace_id ~= TRACE)
end)

test.case("a state that was left from another trace does not reach children", function()
  test.equal(traces.environment(traces.begin(env { TRACESTATE = "old=1" })).TRACESTATE, "")
end)

test.case("samplers decide by their parent, always, never, or by the trace's id", function()
  local function decide(variables, id, parent)
    return (sampling.decide(env(variables), id, parent))
  end
  local unsampled <const>, sampled <const> = { sampled = false }, { sampled = true }
  local low <const>, high <const> = ("0"):rep(31) .. "1", ("0"):rep(16) .. ("f"):rep(16)
  test.equal(decide({}, high), true)
  test.equal(decide({}, high, unsampled), false, "whoever started floe decides")
  test.equal(decide({ OTEL_TRACES_SAMPLER = "always_on" }, high, unsampled), true)
  test.equal(decide({ OTEL_TRACES_SAMPLER = "always_off" }, low, sampled), false)
  test.equal(decide({ OTEL_TRACES_SAMPLER = "parentbased_always_off" }, low), false)
  test.equal(decide({ OTEL_TRACES_SAMPLER = "parentbased_always_off" }, low, sampled), true)
  local half <const> = { OTEL_TRACES_SAMPLER = "traceidratio", OTEL_TRACES_SAMPLER_ARG = "0.5" }
  test.equal({ decide(half, low), decide(half, high), decide(half, high, sampled) }, { true, false, false })
  local parent <const> = { OTEL_TRACES_SAMPLER = "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG = "0.5" }
  test.equal({ decide(parent, low), decide(parent, high), decide(parent, high, sampled) }, { true, false, true })
  local none <const> = { OTEL_TRACES_SAMPLER = "traceidratio", OTEL_TRACES_SAMPLER_ARG = "0" }
  local all <const> = { OTEL_TRACES_SAMPLER = "traceidratio", OTEL_TRACES_SAMPLER_ARG = "1" }
  test.equal({ decide(none, low), decide(all, high) }, { false, true })
end)

test.case("a ratio keeps its share of traces", function()
  local kept = 0
  local tenth <const> = env { OTEL_TRACES_SAMPLER = "traceidratio", OTEL_TRACES_SAMPLER_ARG = "0.1" }
  for _ = 1, 2000 do
    kept = kept + (sampling.decide(tenth, traces.trace_id()) and 1 or 0)
  end
  test.truthy(kept > 100 and kept < 320, ("%d of 2000"):format(kept))
end)

test.case("a sampler that floe does not know, and a ratio that is none, are said", function()
  local decision <const>, problem <const> = sampling.decide(env { OTEL_TRACES_SAMPLER = "xray" }, TRACE)
  test.equal(decision, true)
  test.contains(problem, "OTEL_TRACES_SAMPLER names 'xray'")
  local ratio <const> = { OTEL_TRACES_SAMPLER = "traceidratio", OTEL_TRACES_SAMPLER_ARG = "many" }
  test.contains(select(2, sampling.decide(env(ratio), TRACE)), "OTEL_TRACES_SAMPLER_ARG is no number")
  test.contains(messages(of(ratio)), "OTEL_TRACES_SAMPLER_ARG is no number")
end)

-- ---- settings -----------------------------------------------------------------------------------------------

test.case("the base address is followed by each signal's path, a signal's own is used as it is", function()
  local asked <const> = of {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://collector:4318/base/",
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT = "https://metrics.example.org",
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT = "https://logs.example.org/otlp/x",
  }
  test.equal(asked.endpoints.traces.url, "http://collector:4318/base/v1/traces")
  test.equal(asked.endpoints.metrics.url, "https://metrics.example.org/")
  test.equal(asked.endpoints.logs.url, "https://logs.example.org/otlp/x")
  test.equal(messages(asked), "")
end)

test.case("without an address a signal goes into a file, and where OTLP is asked for to the standard one", function()
  local nothing <const> = of {}
  test.equal({ nothing.exporters.traces, nothing.defaults.traces }, { { "otlp_file" }, true })
  local asked <const> = of { OTEL_TRACES_EXPORTER = "otlp, console", OTEL_LOGS_EXPORTER = "none" }
  test.equal(asked.exporters, { traces = { "otlp", "console" }, metrics = { "otlp_file" }, logs = {} })
  test.equal(asked.endpoints.traces.url, "http://localhost:4318/v1/traces")
  test.contains(messages(of { OTEL_METRICS_EXPORTER = "prometheus" }), "OTEL_METRICS_EXPORTER names 'prometheus'")
end)

test.case("headers are decoded, secret, and those of a signal replace those of all", function()
  local asked <const> = of {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:4318",
    OTEL_EXPORTER_OTLP_HEADERS = "authorization=Bearer%20abc%3D, X-Scope-OrgID = team%2C1 ",
    OTEL_EXPORTER_OTLP_LOGS_HEADERS = "api-key=k",
  }
  test.equal(asked.endpoints.traces.headers, {
    { name = "authorization", value = "Bearer abc=", secret = true },
    { name = "X-Scope-OrgID", value = "team,1", secret = true },
  })
  test.equal(asked.endpoints.logs.headers, { { name = "api-key", value = "k", secret = true } })
end)

test.case("a header that is none is left out, said, and not shown", function()
  local asked <const> = of {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:4318", OTEL_EXPORTER_OTLP_HEADERS = "hunter2,a=b%0d%0aEvil: 1,c=d",
  }
  test.equal(asked.endpoints.traces.headers, { { name = "c", value = "d", secret = true } })
  test.contains(messages(asked), "OTEL_EXPORTER_OTLP_HEADERS holds something that is no header")
  test.truthy(not messages(asked):find("hunter2"))
  test.equal(#asked.problems, 1, "one mistake is said once, not for each signal")
end)

test.case("timeouts, compression and certificates are those of the signal, then those of all", function()
  local asked <const> = of {
    OTEL_EXPORTER_OTLP_ENDPOINT = "https://c:4318", OTEL_EXPORTER_OTLP_TIMEOUT = "2500",
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT = "500", OTEL_EXPORTER_OTLP_COMPRESSION = "gzip",
    OTEL_EXPORTER_OTLP_LOGS_COMPRESSION = "none", OTEL_EXPORTER_OTLP_CERTIFICATE = "/ca.pem",
    OTEL_EXPORTER_OTLP_CLIENT_KEY = "/key.pem", OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE = "/client.pem",
  }
  local traces_endpoint <const>, logs <const> = asked.endpoints.traces, asked.endpoints.logs
  test.equal({ traces_endpoint.timeout, logs.timeout }, { 0.5, 2.5 })
  test.equal({ traces_endpoint.gzip, logs.gzip }, { true, false })
  test.equal({ logs.certificate, logs.client_key, logs.client_certificate }, { "/ca.pem", "/key.pem", "/client.pem" })
  test.equal(of({ OTEL_EXPORTER_OTLP_ENDPOINT = "http://c" }).endpoints.traces.timeout, 10.0)
end)

test.case("a protocol that floe does not speak is said once, with what to do, and nothing is sent", function()
  for _, protocol in ipairs { "grpc", "http/protobuf" } do
    local asked <const> = of {
      OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:4317", OTEL_EXPORTER_OTLP_PROTOCOL = protocol,
    }
    test.equal(asked.endpoints, {})
    test.equal(#asked.problems, 1)
    test.contains(asked.problems[1].message, ("OTEL_EXPORTER_OTLP_PROTOCOL is '%s'"):format(protocol))
    test.contains(asked.problems[1].hint, "OTEL_EXPORTER_OTLP_PROTOCOL=http/json")
  end
  test.equal(messages(of { OTEL_EXPORTER_OTLP_PROTOCOL = "grpc" }), "", "where nothing is sent nothing is said")
end)

test.case("an address that is none is refused, and what is secret in one is not shown", function()
  test.contains(messages(of { OTEL_EXPORTER_OTLP_ENDPOINT = "collector:4317" }), "is no address of http or https")
  local found <const> = format.destinations(env {
    OTEL_EXPORTER_OTLP_ENDPOINT = "https://user:hunter2@c:4318/otlp?key=hunter2", OTEL_LOGS_EXPORTER = "none",
  }, {})
  test.equal(found[1].url, "https://user:hunter2@c:4318/otlp/v1/traces?key=hunter2")
  test.equal(found[1].shown, "https://c:4318/otlp/v1/traces")
end)

test.case("a file of OpenTelemetry's configuration is not read, and that is said in one line", function()
  local asked <const> = of { OTEL_CONFIG_FILE = "/etc/otel.yaml", OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:4318" }
  test.equal(messages(asked), "OTEL_CONFIG_FILE names a file that floe does not read: the other OTEL_ variables count")
  test.equal(asked.endpoints.logs.url, "http://c:4318/v1/logs")
end)

test.case("attributes of the resource are encoded as in addresses", function()
  test.equal(of({ OTEL_RESOURCE_ATTRIBUTES = "a=1%2C2%3D3, b%20c = 100%25 ,d=" }).attributes,
    { { "a", "1,2=3" }, { "b c", "100%" }, { "d", "" } })
end)

test.case("OTEL_SDK_DISABLED leaves nothing to do", function()
  local disabled <const> = env { OTEL_SDK_DISABLED = "True", OTEL_EXPORTER_OTLP_ENDPOINT = "http://c" }
  test.equal((format.destinations(disabled, {})), {})
end)

test.case("the platform's endpoint is for traces, and variables go before it", function()
  local platform <const> = { tracing = { enabled = true, exporter = "otlp", endpoint = "http://otel:4318" } }
  local asked <const> = of({}, platform)
  test.equal(asked.endpoints.traces.url, "http://otel:4318/v1/traces")
  test.equal(asked.exporters.metrics, { "otlp_file" })
  test.equal(of({ OTEL_EXPORTER_OTLP_ENDPOINT = "http://mine:1" }, platform).endpoints.traces.url,
    "http://mine:1/v1/traces")
  test.equal(of({ OTEL_TRACES_EXPORTER = "none" }, platform).exporters.traces, {})
  test.equal(of({}, { tracing = { enabled = false, endpoint = "http://otel:4318" } }).endpoints, {})
end)

-- ---- requests and answers -------------------------------------------------------------------------------------

local function destination(signal)
  local found <const> = format.destinations(env {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:4318", OTEL_EXPORTER_OTLP_HEADERS = "api-key=k",
    OTEL_EXPORTER_OTLP_COMPRESSION = "gzip",
  }, {})
  for _, one in ipairs(found) do
    if one.signal == signal then
      return one
    end
  end
end

test.case("a line is a request, with the headers that were asked for", function()
  test.equal(destination("traces").batch, { lines = 1 })
  test.equal(format.request(destination "traces", { '{"resourceSpans":[]}' }), {
    method = "POST", url = "http://c:4318/v1/traces", body = '{"resourceSpans":[]}', gzip = true,
    headers = { { name = "Content-Type", value = "application/json" },
      { name = "api-key", value = "k", secret = true } },
  })
end)

local function answer(signal, status, body, wait)
  return format.answer(destination(signal), { status = status, body = body or "", headers = {}, wait = wait })
end

test.case("what was taken is not sent again, also where a part was refused", function()
  test.equal(answer("traces", 200, "{}"), { state = "accepted" })
  test.equal(answer("traces", 200, ""), { state = "accepted" })
  test.equal(answer("traces", 200, "not JSON at all"), { state = "accepted" })
  test.equal(answer("traces", 200, '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}'),
    { state = "accepted", rejected = 3, why = "it refused 3 of the traces: too old" })
  test.equal(answer("metrics", 200, '{"partialSuccess":{"rejectedDataPoints":2}}').rejected, 2)
  test.equal(answer("logs", 200, '{"partialSuccess":{"rejectedLogRecords":"1"}}').rejected, 1)
  test.equal(answer("logs", 200, '{"partialSuccess":{"errorMessage":"slow down"}}'), { state = "accepted" },
    "a message alone is a warning")
end)

test.case("only 429, 502, 503, 504 and lost connections are worth another try", function()
  for status = 300, 599 do
    local again <const> = status == 429 or status == 502 or status == 503 or status == 504
    test.equal(answer("logs", status).state, again and "retry" or "drop", tostring(status))
  end
  test.equal(answer("logs", 429, "", 7).seconds, 7)
  test.equal(format.answer(destination "logs", nil, { message = "no connection" }),
    { state = "retry", why = "no connection" })
  test.contains(answer("traces", 400, '{"code":3,"message":"span without a name"}').why, "span without a name")
end)

-- ---- what is told -----------------------------------------------------------------------------------------------

local AT <const> = 1763750000000

-- Tells an observer what a run would; the documents that it hands over, by signal.
local function tell(variables, facts, platform)
  local got <const> = { traces = {}, metrics = {}, logs = {} }
  local found <const> = format.destinations(env(variables), platform or {})
  local self <const> = observer.open {
    root = test.folder {}, settings = platform or {}, destinations = found, env = env(variables),
    put = function(to, text)
      test.truthy(not text:find("\n"), "a request is one line")
      local list <const> = got[to.signal]
      list[#list + 1] = document.plain(document.parse(text, "line", { format = "json" }))
    end,
  }
  for _, fact in ipairs(self and facts or {}) do
    self[fact[1]](self, fact[2])
  end
  if self then
    self:close()
  end
  return got
end

local function command(fields)
  local out <const> = {
    id = "0193502e-1c5e-7d55-9a37-1c9c4a6e2b10", command = "run", arguments = { "run", "--select", "gold" }, at = AT,
    product = { id = "sales.customer_360", name = "customer_360", version = "1.2.0", domain = "sales",
      namespace = "sales.customer_360" },
    platform = { name = "acme", version = "2.0.0", mode = "centralized" }, environment = "dev",
    trace = { trace_id = TRACE, span_id = "1111111111111111", parent_span_id = "b7ad6b7169203331", sampled = true,
      propagated = {} },
  }
  for key, value in pairs(fields or {}) do
    out[key] = value
  end
  return { "command_started", out }
end

local ENDED <const> = { "command_ended", { at = AT + 9000, seconds = 9.0, status = "complete", exit = 0, counts = {} } }

local function values(attributes)
  local out <const> = {}
  for _, pair in ipairs(attributes) do
    local value <const> = pair.value
    out[pair.key] = value.stringValue or value.intValue or value.doubleValue or value.boolValue or value.arrayValue
  end
  return out
end

-- The spans of all requests, each by its name and title, with its attributes by name.
local function spans_of(got)
  local out <const> = {}
  for _, request in ipairs(got.traces) do
    for _, span in ipairs(request.resourceSpans[1].scopeSpans[1].spans) do
      span.told = values(span.attributes)
      local told <const> = span.told
      out[told["floe.step.title"] or told["floe.transform.model"] or told["floe.quality.test_name"]
        or told["floe.policy.id"] or told["floe.contract.check"] or span.name] = span
    end
  end
  return out
end

local ASKED <const> = { OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:4318" }

local MODEL <const> = {
  id = "0193502e-1c5e-7d55-9a37-1c9c4a6e2b11", unique_id = "model.p.silver_customers", kind = "model",
  name = "silver_customers", layer = "silver", materialization = "table", adapter = "duckdb", at = AT + 3000,
  started_at = AT + 1000, seconds = 2.0, status = "success", rows = 148500, attempt = 1,
  relation = { database = "db", schema = "main", identifier = "silver_customers" },
}
local TEST <const> = {
  id = "0193502e-1c5e-7d55-9a37-1c9c4a6e2b12", unique_id = "test.p.not_null", kind = "test", name = "not_null",
  at = AT + 4000, started_at = AT + 3500, seconds = 0.5, status = "fail", message = "Got 3 results",
  attached = "model.p.silver_customers", column_name = "customer_id", attempt = 1,
}

local RUN <const> = {
  command(),
  { "step_started", { index = 2, total = 4, title = "Executing transforms", at = AT + 500 } },
  { "node_started", { unique_id = MODEL.unique_id, at = AT + 1000 } },
  { "node_ended", MODEL },
  { "node_started", { unique_id = TEST.unique_id, at = AT + 3500 } },
  { "node_ended", TEST },
  { "step_ended", { index = 2, total = 4, title = "Executing transforms", at = AT + 5000, status = "failed" } },
  { "command_ended", { at = AT + 9000, seconds = 9.0, status = "failed", exit = 1, message = "a test failed",
    error_type = "test_failed", counts = {} } },
}

test.case("a run is a tree of spans: the command, its step, the model, the test of the model", function()
  local spans <const> = spans_of(tell(ASKED, RUN))
  local root <const>, step <const> = spans["floe.pipeline.run"], spans["Executing transforms"]
  local model <const>, check <const> = spans.silver_customers, spans.not_null
  test.equal({ root.traceId, root.spanId, root.parentSpanId }, { TRACE, "1111111111111111", "b7ad6b7169203331" })
  test.equal({ step.parentSpanId, model.parentSpanId, check.parentSpanId }, { root.spanId, step.spanId, model.spanId })
  test.equal({ root.startTimeUnixNano, root.endTimeUnixNano }, { "1763750000000000000", "1763750009000000000" })
  test.equal({ model.name, model.kind, model.startTimeUnixNano, model.endTimeUnixNano },
    { "floe.transform.execute", 1, "1763750001000000000", "1763750003000000000" })
  test.equal({ check.name, check.status.code, check.status.message }, { "floe.quality.test", 2, "Got 3 results" })
  test.equal({ root.status.code, root.status.message, model.status.code }, { 2, "a test failed", nil })
  for _, span in pairs(spans) do
    test.equal({ span.told["floe.namespace"], span.told["floe.product.name"], span.told["floe.product.version"],
      span.told["floe.mode"], span.traceId }, { "sales.customer_360", "customer_360", "1.2.0", "centralized", TRACE })
  end
end)

test.case("spans say what ran, in the words of the conventions", function()
  local spans <const> = spans_of(tell(ASKED, RUN))
  local root <const>, model <const>, check <const> = spans["floe.pipeline.run"].told, spans.silver_customers.told,
    spans.not_null.told
  test.equal({ root["process.executable.name"], root["process.exit.code"], root["error.type"],
    root["floe.pipeline.run_id"] }, { "floe", "1", "test_failed", "0193502e-1c5e-7d55-9a37-1c9c4a6e2b10" })
  test.equal(root["process.command_args"].values[4].stringValue, "gold")
  test.equal({ model["floe.transform.layer"], model["floe.transform.rows_affected"], model["db.system.name"],
    model["db.namespace"], model["db.collection.name"] }, { "silver", "148500", "duckdb", "db.main",
    "silver_customers" })
  test.equal({ check["floe.quality.model"], check["floe.quality.column"], check["floe.quality.result"],
    check["error.type"] }, { "model.p.silver_customers", "customer_id", "fail", "fail" })
end)

test.case("the resource says whose telemetry it is; OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME go first", function()
  local function resource(variables)
    return values(tell(variables, RUN).traces[1].resourceSpans[1].resource.attributes)
  end
  local own <const> = resource(ASKED)
  test.equal({ own["service.name"], own["service.version"], own["deployment.environment.name"],
    own["telemetry.sdk.name"], own["floe.platform.name"] }, { "customer_360", "1.2.0", "dev", "floe", "acme" })
  local asked <const> = resource {
    OTEL_EXPORTER_OTLP_ENDPOINT = "http://c:4318", OTEL_SERVICE_NAME = "nightly",
    OTEL_RESOURCE_ATTRIBUTES = "service.name=other,team=data%20platform,host.name=h,broken",
    GITHUB_ACTIONS = "true", GITHUB_SERVER_URL = "https://git.example.org", GITHUB_REPOSITORY = "acme/orders",
    GITHUB_RUN_ID = "42", GITHUB_WORKFLOW = "nightly build", GITHUB_REF = "refs/pull/7/merge",
    GITHUB_HEAD_REF = "feature", GITHUB_REF_TYPE = "branch",
  }
  test.equal({ asked["service.name"], asked.team, asked["host.name"] }, { "nightly", "data platform", "h" })
  test.equal({ asked["cicd.pipeline.name"], asked["cicd.pipeline.run.url.full"], asked["vcs.change.id"],
    asked["vcs.ref.head.name"], asked["vcs.repository.name"] }, { "nightly build",
    "https://git.example.org/acme/orders/actions/runs/42", "7", "feature", "orders" })
end)

test.case("a trace that is not sampled has no spans, and still metrics and logs", function()
  local facts <const> = { command { trace = { trace_id = TRACE, span_id = "1111111111111111", sampled = false } },
    table.unpack(RUN, 2) }
  local got <const> = tell(ASKED, facts)
  test.equal({ #got.traces, #got.metrics, #got.logs }, { 0, 1, 1 })
end)

-- The metrics of all requests by name.
local function metrics_of(got)
  local out <const> = {}
  for _, request in ipairs(got.metrics) do
    for _, metric in ipairs(request.resourceMetrics[1].scopeMetrics[1].metrics) do
      out[metric.name] = metric
    end
  end
  return out
end

test.case("a run is counted and timed", function()
  local metrics <const> = metrics_of(tell(ASKED, RUN))
  local runs <const>, rows <const> = metrics["floe.pipeline.runs"], metrics["floe.transform.rows_affected"]
  test.equal({ runs.sum.aggregationTemporality, runs.sum.isMonotonic, runs.sum.dataPoints[1].asInt }, { 1, true, "1" })
  test.equal({ values(runs.sum.dataPoints[1].attributes)["floe.status"], runs.sum.dataPoints[1].startTimeUnixNano },
    { "failed", "1763750000000000000" })
  test.equal({ rows.sum.dataPoints[1].asInt, rows.unit }, { "148500", "{row}" })
  local lasted <const> = metrics["floe.transform.duration"].histogram.dataPoints[1]
  test.equal({ lasted.count, #lasted.bucketCounts, #lasted.explicitBounds }, { "1", 14, 13 })
  test.truthy(lasted.sum == 2 and lasted.min == 2 and lasted.max == 2)
  test.equal(lasted.bucketCounts[7], "1", "2 s lie above 1 and not above 5")
  test.equal({ metrics["floe.quality.failed"].sum.dataPoints[1].asInt, metrics["floe.quality.passed"],
    metrics["floe.pipeline.failures"].sum.dataPoints[1].asInt }, { "1", nil, "1" })
end)

test.case("counting is since the last request, or since the beginning where that is asked for", function()
  local definition <const> = { name = "n", unit = "1", description = "" }
  local delta <const>, cumulative <const> = meters.new("delta", AT), meters.new("cumulative", AT)
  local function counted(meter, at)
    meter:add(definition, 1, { { "a", "b" } })
    local points <const> = meter:collect(at)[1][1][8][2][1]
    local out <const> = {}
    for index = 1, #points, 2 do
      out[points[index]] = points[index + 1]
    end
    return { out.asInt, out.startTimeUnixNano, out.timeUnixNano }
  end
  counted(delta, AT + 1000)
  counted(cumulative, AT + 1000)
  test.equal(counted(delta, AT + 2000), { "1", "1763750001000000000", "1763750002000000000" })
  test.equal(counted(cumulative, AT + 2000), { "2", "1763750000000000000", "1763750002000000000" })
  local asked <const> = of { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE = "Cumulative" }
  test.equal({ of({}).temporality, asked.temporality }, { "delta", "cumulative" })
end)

test.case("a balance goes on where counters begin anew", function()
  local active <const> = { name = "n", unit = "1", description = "", balance = true }
  local meter <const> = meters.new("delta", AT)
  local function told(at)
    return document.plain(document.parse(json.encode(meter:collect(at)[1][1]), "metric", { format = "json" })).sum
  end
  meter:add(active, 1, {})
  local first <const> = told(AT + 1000)
  meter:add(active, -1, {})
  local last <const> = told(AT + 2000)
  test.equal({ first.isMonotonic, first.aggregationTemporality, first.dataPoints[1].asInt }, { false, 2, "1" })
  test.equal({ last.dataPoints[1].asInt, last.dataPoints[1].startTimeUnixNano }, { "0", "1763750000000000000" })
end)

test.case("a run is one of a pipeline, as the conventions count them", function()
  local metrics <const> = metrics_of(tell(ASKED, RUN))
  local lasted <const> = metrics["cicd.pipeline.run.duration"].histogram.dataPoints[1]
  test.equal({ lasted.sum, values(lasted.attributes) }, { 9, {
    ["cicd.pipeline.name"] = "sales.customer_360", ["cicd.pipeline.run.state"] = "executing",
    ["cicd.pipeline.result"] = "failure", ["error.type"] = "test_failed",
  } })
  local active <const> = metrics["cicd.pipeline.run.active"].sum
  test.equal({ active.dataPoints[1].asInt, active.isMonotonic, active.aggregationTemporality }, { "0", false, 2 })
  local errors <const> = metrics["cicd.pipeline.run.errors"].sum.dataPoints[1]
  test.equal({ errors.asInt, values(errors.attributes)["error.type"] }, { "1", "test_failed" })
  local well <const> = metrics_of(tell(ASKED, { command(), ENDED }))
  test.equal({ well["cicd.pipeline.run.errors"], well["floe.quality.coverage"] }, {})
  test.equal(metrics_of(tell(ASKED, { command { command = "check" }, ENDED }))["cicd.pipeline.run.duration"], nil)
end)

test.case("coverage is the share of the models that ran of which a test ran", function()
  local other <const> = setmetatable({ unique_id = "model.p.other", name = "other" }, { __index = MODEL })
  local seed <const> = setmetatable({ unique_id = "seed.p.s", kind = "seed" }, { __index = MODEL })
  local metrics <const> = metrics_of(tell(ASKED, {
    command(), { "node_ended", MODEL }, { "node_ended", other }, { "node_ended", seed }, { "node_ended", TEST },
    { "node_ended", TEST }, ENDED,
  }))
  test.equal(metrics["floe.quality.coverage"].gauge.dataPoints[1].asDouble, 50)
end)

test.case("many metrics go in several requests, each of bounded size, and none is lost", function()
  local facts <const> = { command() }
  for index = 1, 450 do
    facts[#facts + 1] = { "node_ended", setmetatable({ unique_id = "model.p.m" .. index, name = "m" .. index },
      { __index = MODEL }) }
  end
  facts[#facts + 1] = ENDED
  local models <const> = {}
  for _, request in ipairs(tell(ASKED, facts).metrics) do
    local points = 0
    for _, metric in ipairs(request.resourceMetrics[1].scopeMetrics[1].metrics) do
      local list <const> = (metric.sum or metric.gauge or metric.histogram).dataPoints
      points = points + #list
      for _, point in ipairs(metric.name == "floe.transform.rows_affected" and list or {}) do
        models[#models + 1] = values(point.attributes)["floe.transform.model"]
      end
    end
    test.truthy(points > 0 and points <= 200, points)
  end
  test.equal({ #models, models[1], models[450] }, { 450, "m1", "m450" })
end)

-- The records of all requests.
local function records_of(got)
  local out <const> = {}
  for _, request in ipairs(got.logs) do
    for _, record in ipairs(request.resourceLogs[1].scopeLogs[1].logRecords) do
      record.told = values(record.attributes)
      out[#out + 1] = record
    end
  end
  return out
end

test.case("logs name the span that they belong to, and their severity", function()
  local got <const> = tell(ASKED, RUN)
  local spans <const>, records <const> = spans_of(got), records_of(got)
  test.equal(#records, 3)
  local failed <const>, ended <const> = records[2], records[3]
  test.equal({ failed.eventName, failed.severityNumber, failed.severityText, failed.body.stringValue, failed.spanId,
    failed.traceId, failed.flags }, { "floe.quality.failed", 17, "ERROR", "test not_null: fail: Got 3 results",
    spans.not_null.spanId, TRACE, 1 })
  test.equal({ ended.eventName, ended.body.stringValue, ended.spanId }, { "floe.command.ended",
    "floe run: failed: a test failed", "1111111111111111" })
  test.equal(#records_of(tell(ASKED, RUN, { logging = { level = "ERROR" } })), 2)
end)

local VERDICT <const> = {
  command = "validate", verdict = "blocked", product = { id = "sales.customer_360", version = "1.2.0" },
  at = AT + 200, seconds = 0.1, counts = { checks = 12, subjects = 5 },
  policies = { { id = "naming.layer_prefix", code = "FLOE-E201", mode = "block", checks = 9, findings = 1,
      seconds = 0.025 },
    { id = "documentation.model", mode = "alert_only", checks = 3, findings = 0, seconds = 0.3 } },
  findings = { { policy = "naming.layer_prefix", code = "FLOE-E201", mode = "block", verdict = "block",
    subject = "model.p.stg_x", message = "model 'stg_x' carries no prefix", file = "models/stg_x.sql", line = 1 } },
  errors = { { policy = "documentation.model", kind = "error", message = "it raised" } },
}
local JUDGED <const> = {
  command { command = "validate" }, { "policy_judged", VERDICT },
  { "command_ended", { at = AT + 300, seconds = 0.3, status = "failed", exit = 1, counts = {} } },
}

test.case("policies are spans below their judging; findings are logs of their policy", function()
  local got <const> = tell(ASKED, JUDGED)
  local spans <const>, records <const> = spans_of(got), records_of(got)
  local judging <const>, policy <const> = spans["floe.policy.judge"], spans["naming.layer_prefix"]
  test.equal({ judging.parentSpanId, judging.told["floe.policy.verdict"], judging.told["error.type"],
    judging.startTimeUnixNano }, { "1111111111111111", "blocked", "policy_violation", "1763750000100000000" })
  test.equal({ policy.parentSpanId, policy.name, policy.told["floe.policy.verdict"], policy.told["floe.policy.checks"],
    policy.status.code }, { judging.spanId, "floe.policy.evaluate", "block", "9", 2 })
  test.equal({ policy.startTimeUnixNano, policy.endTimeUnixNano, policy.told["floe.policy.duration"] },
    { judging.startTimeUnixNano, "1763750000125000000", 0.025 })
  local long <const> = spans["documentation.model"]
  test.equal({ long.endTimeUnixNano, long.told["floe.policy.duration"] }, { judging.endTimeUnixNano, 0.3 },
    "several workers may take longer than the judging")
  test.equal(spans["documentation.model"].told["floe.policy.verdict"], "pass")
  test.equal({ records[1].spanId, records[1].severityText, records[1].told["floe.subject"],
    records[1].told["code.file.path"], records[1].told["code.line.number"] }, { policy.spanId, "ERROR", "model.p.stg_x",
    "models/stg_x.sql", "1" })
  test.equal({ records[2].eventName, records[2].spanId }, { "floe.policy.error", spans["documentation.model"].spanId })
  test.equal(spans["floe.validate"].told["error.type"], "blocked")
  local findings <const> = metrics_of(got)["floe.policy.findings"].sum.dataPoints
  test.equal({ #findings, findings[1].asInt, values(findings[1].attributes)["floe.policy.verdict"] }, { 1, "1",
    "block" })
end)

local CHECK <const> = {
  contract = "orders", version = "1.0.0", type = "freshness", element = "updated_at", expected = "6h", actual = "8h",
  severity = "error", status = "violation", message = "orders is 8h old", value = 8.0, seconds = 0.25,
  source = "duckdb", at = AT + 1000,
}

local ALERT <const> = {
  key = "k", kind = "contract_violation", status = "firing", severity = "warning", priority = "P3", at = AT + 1500,
  title = "Contract orders is late", message = "it is 8h old", contract = "orders", type = "freshness",
}

test.case("checks of contracts are spans, logs, counters and gauges", function()
  local function quality(status)
    return { "contract_checked", setmetatable({ type = "quality", status = status, value = 7 }, { __index = CHECK }) }
  end
  local got <const> = tell(ASKED, { command { command = "check" }, { "contract_checked", CHECK }, { "alert", ALERT },
    quality "pass", quality "violation", quality "skipped", quality "pass", quality "pass", ENDED })
  test.equal(metrics_of(got)["floe.contract.quality.score"].gauge.dataPoints[1].asDouble, 75)
  local span <const>, metrics <const>, records <const> = spans_of(got).freshness, metrics_of(got), records_of(got)
  test.equal({ span.name, span.traceId, span.parentSpanId, span.told["error.type"], span.startTimeUnixNano },
    { "floe.contract.check", TRACE, "1111111111111111", "contract_violation", "1763750001000000000" })
  test.truthy(metrics["floe.contract.freshness"].gauge.dataPoints[1].asDouble == 8)
  test.equal(#metrics["floe.contract.violations"].sum.dataPoints, 2)
  test.equal({ records[1].eventName, records[1].spanId }, { "floe.contract.violation", span.spanId })
  test.equal({ records[2].eventName, records[2].severityText, records[2].body.stringValue, records[2].spanId },
    { "floe.alert", "WARN", "Contract orders is late: it is 8h old", "1111111111111111" })
end)

test.case("what dbt says may have any bytes and any length", function()
  local odd <const> = setmetatable({ message = ("\xff\0é"):rep(5000), status = "error" }, { __index = MODEL })
  local span <const> = spans_of(tell(ASKED, { command(), { "node_ended", odd }, ENDED })).silver_customers
  test.truthy(#span.status.message <= 4096 and utf8.len(span.status.message))
  test.contains(span.status.message, "\u{FFFD}")
end)

test.case("many spans are handed over before the command ends", function()
  local facts <const> = { command() }
  for index = 1, 450 do
    facts[#facts + 1] = { "node_ended", setmetatable({ unique_id = "model.p.m" .. index }, { __index = MODEL }) }
  end
  facts[#facts + 1] = ENDED
  local got <const> = tell(ASKED, facts)
  test.equal(#got.traces, 3)
  test.equal(#got.traces[1].resourceSpans[1].scopeSpans[1].spans, 200)
end)

test.case("with nothing asked for a run leaves files, and a validation leaves none", function()
  test.equal(#tell({}, RUN).traces, 1)
  local got <const> = tell({}, JUDGED)
  test.equal({ #got.traces, #got.metrics, #got.logs }, { 0, 0, 0 })
  test.equal(#tell({ OTEL_TRACES_EXPORTER = "otlp_file" }, JUDGED).traces, 1)
  test.equal(observer.open { root = ".", settings = {}, destinations = {}, put = print }, nil)
end)

test.case("documents have no key that the official examples and the specification do not have", function()
  local folder <const> = "../shared/data/otlp"
  if not files.is_dir(folder) then
    return test.skip("the official examples", "they are not here")
  end
  local known <const> = {}
  local function note(value)
    for key, part in pairs(type(value) == "table" and value or {}) do
      known[key] = true
      note(part)
    end
  end
  for _, name in ipairs { "trace", "metrics", "logs" } do
    note(document.plain(document.read(("%s/%s.json"):format(folder, name), { format = "json" })))
  end
  -- Which the specification has, and the examples do not show.
  for _, key in ipairs { "flags", "eventName", "status", "message", "events", "code", "asInt" } do
    known[key] = true
  end
  local function look(value, path)
    for key, part in pairs(type(value) == "table" and value or {}) do
      test.truthy(type(key) == "number" or known[key], ("%s.%s"):format(path, key))
      look(part, ("%s.%s"):format(path, key))
    end
  end
  for signal, requests in pairs(tell(ASKED, RUN)) do
    look(requests[1], signal)
  end
end)

test.case("the guide names all spans, metrics and events", function()
  local names <const> = require "evidence.otlp.names"
  local guide <const> = assert(files.read("docs/evidence.md"))
  for _, list in ipairs { names.spans, names.events, names.commands } do
    for _, name in pairs(list) do
      test.contains(guide, "`" .. name .. "`")
    end
  end
  for _, metric in pairs(names.metrics) do
    test.contains(guide, "`" .. metric.name .. "`")
  end
end)

test.finish()
