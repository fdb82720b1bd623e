-- The part of ledger.py that fills a ledger as a command does. FLOE_BENCH holds, as JSON: path, lines (a file with a
-- finding a line: policy, verdict, subject and body, separated by tabs), size (findings of an entry), body (of an
-- entry). Prints the seconds that adding took, without reading what is added.

local document <const> = require "host.document"
local ledger <const> = require "host.ledger"
local system <const> = require "host.system"

local bench <const> = document.plain(document.parse(os.getenv("FLOE_BENCH"), "FLOE_BENCH", { format = "json" }))
local handle <close> = assert(ledger.open { path = bench.path, quick = true })

local seconds, findings = 0, {}

local function append()
  local begun <const> = system.monotonic()
  local entry <const>, err <const> = handle:append {
    kind = "validate", product = "sales.orders", verdict = "alerted", body = bench.body, inputs = "[]",
    findings = findings,
  }
  assert(entry, err and err.message)
  seconds, findings = seconds + (system.monotonic() - begun), {}
end

for line in io.lines(bench.lines) do
  local policy <const>, verdict <const>, subject <const>, body <const> =
    line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
  findings[#findings + 1] = { policy = policy, verdict = verdict, subject = subject, body = body }
  if #findings == bench.size then
    append()
  end
end
print(seconds)
