-- floe monitor: watches the contracts of products, for as long as it runs.
local system <const> = require "host.system"

local M = {
  name = "monitor",
  summary = "watch the contracts of products, and tell who is to know",
  description = [[
Checks the contracts of compiled products against the data itself, again and again: availability every 5 minutes,
freshness every 15, the schema every hour, quality every 6 hours, or as `data_contracts.monitoring` of the platform
says. What is found is judged by policies of the phase monitor, recorded in the ledger, and told to the channels,
lineage and telemetry that the platform names: a matter once, again while it stands, and when it is over.

It goes on until it gets SIGTERM or SIGINT. SIGHUP reads the settings anew; where they are not usable, the old ones
stay.
/healthz, /readyz and /metrics are served to this machine. One monitor at a time watches a product.]],
  arguments = {
    { name = "folders", label = "DIR…", many = true, complete = "directory",
      help = "compiled products (default: the current folder)" },
  },
  options = {
    { name = "listen", value = "ADDRESS:PORT", default = "127.0.0.1:8080",
      help = "where pages are served; `off`: nowhere, 0.0.0.0:8080: to other machines too" },
    { name = "once", help = "check everything once, and end: for a schedule of others" },
    { name = "log-format", value = "FORMAT", type = "choice", choices = { "text", "json" },
      help = "what is said while it runs (default: text on a terminal, otherwise a JSON object a line)" },
    { name = "timeout", value = "SECONDS", type = "integer", minimum = 1, maximum = 3600, default = 30,
      help = "how long one table may take" },
    { name = "enforce", value = "MODE", type = "choice", choices = { "warn", "alert_only", "block" },
      help = "raise every policy to at least this mode; never lowers one" },
    { name = "dbt", value = "PATH", complete = "file",
      help = "the dbt to use (FLOE_DBT, the product's .venv or venv, the PATH)" },
  },
  examples = {
    { "floe monitor", "the product in this folder" },
    { "floe monitor products/* --listen 0.0.0.0:8080", "several products, with metrics for another machine" },
    { "floe monitor --once", "one round, for a CronJob" },
  },
  exits = {
    [0] = "it was asked to end; with --once: nothing blocks",
    [1] = "with --once: a policy blocks",
    [2] = "misuse, or a product that cannot be read or was not compiled",
    [3] = "with --once: a policy failed to run",
    [4] = "the address is taken, another monitor watches the product; with --once: the data could not be asked",
  },
  ends_by_signal = true,
  tells = true,
}

---@return integer
function M.run(options, terminal)
  return require("phase.monitor").run({
    folders = #options.folders > 0 and options.folders or { "." }, once = options.once, timeout = options.timeout,
    listen = options.listen ~= "off" and options.listen or nil, enforce = options.enforce, dbt = options.dbt,
    environment = system.env("FLOE_ENV"),
  }, terminal, options.log_format)
end

return M
