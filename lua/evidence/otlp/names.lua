-- How floe's telemetry is called: spans, metrics, events of logs, and attributes. Names of the OpenTelemetry semantic
-- conventions stand for what they describe; `floe.*` for what only floe knows. They are an interface: dashboards and
-- alerts are built on them.
local M = {}

--- The span of each command; of another one `floe.` and its name.
M.commands = { run = "floe.pipeline.run" }

M.spans = {
  step = "floe.step",
  node = "floe.transform.execute",
  test = "floe.quality.test",
  judgement = "floe.policy.judge",
  policy = "floe.policy.evaluate",
  check = "floe.contract.check",
}

M.events = {
  command = "floe.command.ended",
  node = "floe.transform.ended",
  test = "floe.quality.failed",
  finding = "floe.policy.finding",
  error = "floe.policy.error",
  violation = "floe.contract.violation",
  alert = "floe.alert",
}

local function metric(name, unit, description)
  return { name = name, unit = unit, description = description }
end

-- A count that also falls, such as of what is under way.
local function balance(name, unit, description)
  return { name = name, unit = unit, description = description, balance = true }
end

M.metrics = {
  runs = metric("floe.pipeline.runs", "{run}", "Commands that ended"),
  failures = metric("floe.pipeline.failures", "{run}", "Commands that did not end well"),
  duration = metric("floe.pipeline.duration", "s", "How long commands took"),
  run_duration = metric("cicd.pipeline.run.duration", "s", "How long runs of a product took"),
  run_active = balance("cicd.pipeline.run.active", "{run}", "Runs of a product that are under way"),
  run_errors = metric("cicd.pipeline.run.errors", "{error}", "Errors that ended runs of a product"),
  node_duration = metric("floe.transform.duration", "s", "How long models, seeds and snapshots took"),
  rows = metric("floe.transform.rows_affected", "{row}", "Rows that models, seeds and snapshots wrote"),
  bytes = metric("floe.transform.bytes_processed", "By", "Bytes that models, seeds and snapshots processed"),
  tests = metric("floe.quality.tests_total", "{test}", "Tests that ran"),
  tests_passed = metric("floe.quality.passed", "{test}", "Tests that passed"),
  tests_failed = metric("floe.quality.failed", "{test}", "Tests that failed"),
  coverage = metric("floe.quality.coverage", "%", "How many of 100 models that ran were tested"),
  evaluations = metric("floe.policy.evaluations", "{check}", "Checks of policies"),
  findings = metric("floe.policy.findings", "{finding}", "Findings of policies, by how they stand"),
  check_duration = metric("floe.contract.check.duration", "s", "How long checks of contracts took"),
  violations = metric("floe.contract.violations", "{violation}", "Violations of contracts"),
  freshness = metric("floe.contract.freshness", "h", "Age of the newest data"),
  availability = metric("floe.contract.availability.up", "1", "Whether the data can be reached"),
  quality = metric("floe.contract.quality.score", "%", "How many of 100 rules about quality hold"),
  drift = metric("floe.contract.schema_drift.detected", "1", "Whether the schema differs from the contract"),
}

return M
