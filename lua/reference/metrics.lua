-- The reference of metrics: their names, labels and meaning, as data for tools and as a page for people.
local json <const> = require "host.json"
local markdown <const> = require "reference.markdown"
local metrics <const> = require "evidence.prometheus.metrics"
local registries <const> = require "evidence.prometheus.registry"

local M = {}

local INTRODUCTION <const> = [[
What floe tells Prometheus: `floe monitor` where it listens, other commands in a textfile (`FLOE_METRICS_FILE`) and at a
pushgateway (`FLOE_PUSHGATEWAY_URL`), or where the platform's `observability.metrics` says. Times are in seconds,
moments in seconds since 1970. A metric that nothing was told of is left out.]]

--- All metrics as data.
---@return table for host.json.encode
function M.document()
  local out <const> = {}
  for index, metric in ipairs(metrics.list) do
    out[index] = json.object {
      { "name", metric.name }, { "type", metric.kind }, { "help", metric.help },
      { "labels", json.array(metric.labels) },
      { "buckets", metric.buckets and json.array(metric.buckets) or json.null },
    }
  end
  return json.object { { "schema", "floe.dev/metrics/v1" }, { "metrics", json.array(out) } }
end

--- All metrics as a page in Markdown.
---@return string
function M.page()
  local rows <const> = {}
  for index, metric in ipairs(metrics.list) do
    rows[index] = {
      markdown.code(metric.name), metric.kind, markdown.codes(metric.labels), metric.help,
      metric.buckets and table.concat(metric.buckets, ", ") or "",
    }
  end
  return markdown.page {
    "# Metrics", INTRODUCTION, markdown.table({ "metric", "type", "labels", "meaning", "bounds of buckets" }, rows),
    ("A metric holds at most %d series; what is more is left out and counted by `%s`."):format(
      registries.most_series, registries.dropped_name),
  }
end

return M
