-- The metrics of floe: what each is called, which labels it has, and what it tells. Rules, dashboards and the
-- documentation are held against this list.

local M = {}

-- Of a check of a contract: between a look at a catalog's metadata and the time after which it is given up.
local CHECK_SECONDS <const> = { 0.05, 0.5, 5, 30 }
-- Of a pipeline: from an example to a night.
local PIPELINE_SECONDS <const> = { 10, 30, 60, 300, 900, 1800, 3600, 7200, 14400, 28800 }
-- Of commands that people wait for.
local COMMAND_SECONDS <const> = { 0.05, 0.1, 0.5, 1, 5, 30, 120, 600, 3600 }

---@class floe.metrics.metric: floe.metrics.definition
---@field kind "counter"|"gauge"|"histogram"

---@type floe.metrics.metric[]
M.list = {
  -- products and commands
  { kind = "gauge", name = "floe_product_info", labels = { "product", "version", "floe", "domain", "owner" },
    help = "The product, its version and the floe that told of it; always 1." },
  { kind = "counter", name = "floe_commands_total", labels = { "product", "command", "status" },
    help = "Commands that ended, by how: complete, failed or aborted." },
  { kind = "histogram", name = "floe_command_duration_seconds", labels = { "product", "command" },
    help = "How long commands took.", buckets = COMMAND_SECONDS },
  { kind = "gauge", name = "floe_command_last_timestamp_seconds", labels = { "product", "command" },
    help = "When a command ended last." },
  { kind = "counter", name = "floe_errors_total", labels = { "product", "command", "error_type" },
    help = "Commands that failed, by what kind of error." },

  -- pipelines
  { kind = "counter", name = "floe_pipeline_runs_total", labels = { "product", "status" },
    help = "Runs of a product that ended, by how: complete, failed or aborted." },
  { kind = "counter", name = "floe_pipeline_failures_total", labels = { "product" },
    help = "Runs of a product that failed." },
  { kind = "histogram", name = "floe_pipeline_duration_seconds", labels = { "product" },
    help = "How long the runs of a product took.", buckets = PIPELINE_SECONDS },
  { kind = "gauge", name = "floe_pipeline_last_duration_seconds", labels = { "product" },
    help = "How long the last run took." },
  { kind = "gauge", name = "floe_pipeline_last_success", labels = { "product" },
    help = "Whether the last run was complete: 1 or 0." },
  { kind = "gauge", name = "floe_pipeline_last_run_timestamp_seconds", labels = { "product" },
    help = "When the last run ended." },
  { kind = "gauge", name = "floe_pipeline_last_success_timestamp_seconds", labels = { "product" },
    help = "When the last run that was complete ended." },

  -- transforms: models, seeds and snapshots
  { kind = "counter", name = "floe_transform_runs_total", labels = { "product", "model", "status" },
    help = "Runs of a model, a seed or a snapshot, by how they ended." },
  { kind = "gauge", name = "floe_transform_duration_seconds", labels = { "product", "model" },
    help = "How long a model, a seed or a snapshot took the last time." },
  { kind = "gauge", name = "floe_transform_rows_affected", labels = { "product", "model" },
    help = "How many rows it wrote the last time, where the database told." },
  { kind = "gauge", name = "floe_transform_bytes_processed", labels = { "product", "model" },
    help = "How many bytes it processed the last time, where the database told." },

  -- quality
  { kind = "counter", name = "floe_quality_tests_total", labels = { "product" },
    help = "Tests of data that ran." },
  { kind = "counter", name = "floe_quality_tests_passed_total", labels = { "product" },
    help = "Tests of data that passed." },
  { kind = "counter", name = "floe_quality_tests_failed_total", labels = { "product" },
    help = "Tests of data that failed, or could not be run." },
  { kind = "gauge", name = "floe_quality_failing_tests", labels = { "product" },
    help = "How many tests of data failed in the last run." },
  { kind = "gauge", name = "floe_quality_coverage_ratio", labels = { "product" },
    help = "The share of models that a test of the last run looked at." },

  -- policies
  { kind = "counter", name = "floe_policy_judgements_total", labels = { "product", "command", "verdict" },
    help = "Verdicts on a product: pass, warned, alerted, blocked or error." },
  { kind = "gauge", name = "floe_policy_findings", labels = { "product", "command", "policy", "verdict" },
    help = "What a policy found the last time, by what became of it: warn, alert, block, waived or baseline." },
  { kind = "gauge", name = "floe_policy_checks", labels = { "product", "command" },
    help = "How many subjects policies looked at the last time." },
  { kind = "gauge", name = "floe_policy_errors", labels = { "product", "command" },
    help = "How many policies could not judge the last time." },

  -- contracts
  { kind = "counter", name = "floe_contract_violations_total", labels = { "contract", "type", "severity" },
    help = "Violations of a contract." },
  { kind = "counter", name = "floe_contract_checks_total", labels = { "contract", "check_type", "status" },
    help = "Checks of a contract: pass, violation, skipped or error." },
  { kind = "histogram", name = "floe_contract_check_duration_seconds", labels = { "contract", "check_type" },
    help = "How long a check of a contract took.", buckets = CHECK_SECONDS },
  { kind = "gauge", name = "floe_contract_violated", labels = { "contract", "check_type" },
    help = "Whether the last check of this type found a violation: 1 or 0." },
  { kind = "gauge", name = "floe_contract_last_check_timestamp_seconds", labels = { "contract", "check_type" },
    help = "When a contract was checked last." },
  { kind = "gauge", name = "floe_contract_freshness_hours", labels = { "contract" },
    help = "How old the data of a contract is, in hours." },
  { kind = "gauge", name = "floe_contract_availability_up", labels = { "contract" },
    help = "Whether the data of a contract could be reached: 1 or 0." },
  { kind = "gauge", name = "floe_contract_quality_score", labels = { "contract" },
    help = "How many of the quality rules of a contract held the last time, in percent." },
  { kind = "gauge", name = "floe_contract_schema_drift_detected", labels = { "contract" },
    help = "Whether the data of a contract has another schema than it promises: 1 or 0." },
}

--- Makes all of them known to a registry.
---@param registry floe.metrics.registry
---@return table<string, floe.metrics.family> families by name without "floe_": `pipeline_runs_total`
function M.define(registry)
  local families <const> = {}
  for _, metric in ipairs(M.list) do
    families[metric.name:sub(#"floe_" + 1)] = registry[metric.kind](registry, metric)
  end
  return families
end

return M
