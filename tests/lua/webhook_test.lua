-- Alerts for webhooks: who is told of what, and how each shape words it.
local alerts <const> = require "evidence.webhook.alert"
local document <const> = require "host.document"
local format <const> = require "evidence.webhook.format"
local json <const> = require "host.json"
local observer <const> = require "evidence.webhook.observer"
local test <const> = dofile "tests/lua/support.lua"

local VARIABLES <const> = {
  SLACK = " https://hooks.example.com/services/T/B/x\n", TOKEN = "Bearer abc", EMPTY = "",
}

local function destinations_of(...)
  return format.destinations(function(name)
    return VARIABLES[name]
  end, { webhooks = { ... } })
end

local function alert_with(more)
  local out <const> = {
    key = "k", kind = "contract_violation", status = "firing", severity = "error", title = "Stale <orders> & more",
    message = "12 h old", at = 1767225600123, product = "sales.orders", contract = "sales.orders", version = "1.2.0",
    type = "freshness", element = "updated_at", expected = "6h", actual = "12h", consumers = { "crm", "bi" },
  }
  for name, value in pairs(more or {}) do
    out[name] = value or nil -- false takes a field away
  end
  return out
end

-- The body that a channel is sent, read back.
local function sent(settings, ...)
  local destination <const> = destinations_of(settings)[1]
  local lines <const> = {}
  for index, alert in ipairs { ... } do
    lines[index] = json.encode(alert)
  end
  local request <const> = format.request(destination, lines)
  return document.plain(assert(document.parse(request.body, "body", { format = "json" }))), request
end

test.case("an address and headers come from variables; what is not set is said", function()
  local found <const>, problems <const> = destinations_of(
    { name = "a", type = "slack", url_env = "SLACK" },
    { name = "b", url = "https://b.example.com", headers = { { name = "Authorization", value_env = "TOKEN" } } },
    { name = "c", url_env = "EMPTY" }, { name = "d", url_env = "ABSENT" }, { name = "e", url = "x", enabled = false },
    { name = "f", url = "https://f", headers = { { name = "X", value_env = "ABSENT" } } })
  test.equal(#found, 2)
  test.equal(found[1].url, "https://hooks.example.com/services/T/B/x")
  test.equal(found[1].secret, true)
  test.equal(found[2].secret, false)
  test.equal(found[2].headers[2], { name = "Authorization", value = "Bearer abc", secret = true })
  test.equal(#problems, 3)
  test.contains(problems[1].message, "webhook 'c': the variable EMPTY is not set")
end)

test.case("JSON tells everything, and nulls where there is nothing", function()
  local body <const>, request <const> = sent({ name = "a", url = "https://a.example.com/x" }, alert_with(),
    alert_with { status = "resolved", ended_at = 1767225660000, contract = false })
  test.equal(request.url, "https://a.example.com/x")
  test.equal(body.schema, "floe.dev/alerts/v1")
  test.equal(#body.alerts, 2)
  test.equal(body.alerts[1].at, "2026-01-01T00:00:00.123Z")
  test.equal(body.alerts[1].consumers, { "crm", "bi" })
  test.equal(body.alerts[2].ended_at, "2026-01-01T00:01:00.000Z")
end)

test.case("Slack gets a text and a block an alert, without marks of its own in them", function()
  local body <const> = sent({ name = "a", type = "slack", url_env = "SLACK" }, alert_with(),
    alert_with { status = "resolved", title = "y", message = ("ü"):rep(5000) })
  test.equal(body.text, "Stale &lt;orders&gt; &amp; more\nResolved: y")
  test.equal(#body.blocks, 2)
  test.contains(body.blocks[1].text.text, ":x: *Stale &lt;orders&gt; &amp; more*\n12 h old\nProduct: sales.orders\n")
  test.contains(body.blocks[1].text.text, "Contract: sales.orders 1.2.0\nCheck: freshness\nElement: updated_at\n")
  test.truthy(utf8.len(body.blocks[2].text.text) <= 3000, "a block's text has at most 3,000 characters")
end)

test.case("Slack's answer is 'ok'; anything else is none", function()
  local destination <const> = destinations_of({ name = "a", type = "slack", url_env = "SLACK" })[1]
  local function state_of(status, body)
    return format.answer(destination, { status = status, headers = {}, body = body }).state
  end
  test.equal(state_of(200, "ok"), "accepted")
  test.equal(state_of(200, "<html>"), "retry")
  test.equal(state_of(400, "invalid_payload"), "drop")
  test.equal(state_of(404, "no_service"), "retry")
end)

test.case("Alertmanager gets labels that stay the same when it is over, and annotations", function()
  local settings <const> = { name = "a", type = "alertmanager", url = "https://am.example.com/prefix/" }
  local body <const>, request <const> = sent(settings, alert_with(),
    alert_with { status = "resolved", ended_at = 1767225660000, actual = "1h", version = "1.3.0" })
  test.equal(request.url, "https://am.example.com/prefix/api/v2/alerts")
  test.equal(body[1].labels, {
    alertname = "FloeContractViolation", severity = "error", product = "sales.orders", contract = "sales.orders",
    check = "freshness", element = "updated_at",
  })
  test.equal(body[2].labels, body[1].labels)
  test.equal(body[1].annotations.summary, "Stale <orders> & more")
  test.equal({ body[1].startsAt, body[1].endsAt, body[2].endsAt },
    { "2026-01-01T00:00:00.123Z", nil, "2026-01-01T00:01:00.000Z" })
  local _, whole <const> = sent({ name = "a", type = "alertmanager", url = "https://am/api/v2/alerts" }, alert_with())
  test.equal(whole.url, "https://am/api/v2/alerts")
end)

-- What channels are told, as "channel: title".
local function told(channels, tell)
  local out <const> = {}
  local listening <const> = observer.open {
    destinations = destinations_of(table.unpack(channels)),
    put = function(destination, text)
      out[#out + 1] = ("%s: %s"):format(destination.name, assert(document.parse(text, "", { format = "json" })).title)
    end,
  }
  tell(listening)
  return out
end

test.case("a channel is told from its severity on, of its contracts, of its events", function()
  local channels <const> = {
    { name = "all", url = "https://a", min_severity = "info" }, { name = "usual", url = "https://a" },
    { name = "sales", url = "https://a", min_severity = "info", contracts = { "sales.*" } },
    { name = "runs", url = "https://a", min_severity = "info", events = { "run_failed" } },
  }
  local function of(more)
    return told(channels, function(listening)
      listening:alert(alert_with(more))
    end)
  end
  local title <const> = "Stale <orders> & more"
  test.equal(of {}, { "webhook.all: " .. title, "webhook.usual: " .. title, "webhook.sales: " .. title })
  test.equal(of { severity = "info", contract = "crm.people" }, { "webhook.all: " .. title })
  test.equal(of { kind = "run_failed", contract = false }, {
    "webhook.all: " .. title, "webhook.usual: " .. title, "webhook.runs: " .. title })
  test.equal(alerts.reaches("critical", "error"), true)
  test.equal(alerts.reaches("info", "warning"), false)
end)

test.case("a failed run and the contracts it violates are told; what monitor checks it tells itself", function()
  local function of(command, status)
    return told({ { name = "a", url = "https://a" } }, function(listening)
      listening:command_started { id = "1", command = command, product = { id = "sales.orders" } }
      listening:contract_checked { contract = "sales.orders", type = "freshness", status = "pass", at = 1 }
      listening:contract_checked {
        contract = "sales.orders", type = "freshness", status = "violation", severity = "critical", at = 1, actual = 3 }
      listening:command_ended { status = status, at = 2, message = "it broke" }
    end)
  end
  local violated <const> = "webhook.a: Contract sales.orders violates freshness"
  test.equal(of("run", "failed"), { violated, "webhook.a: Run of sales.orders failed" })
  test.equal(of("run", "complete"), { violated })
  test.equal(of("run", "aborted"), { violated })
  test.equal(of("monitor", "failed"), {})
end)

test.case("where no channel is named nobody listens", function()
  test.equal(observer.open { destinations = {} }, nil)
end)

test.finish()
