-- How many events of lineage are made in a second, and how large they are: a run of 20,000 models with 15 columns each,
-- told without running it. Nothing is written.
--
--     build/release/run_lua tests/bench/lineage.lua        (from the root of the tree)

local observers <const> = require "evidence.openlineage.observer"

local MODELS <const>, COLUMNS <const> = 20000, 15
local BEGIN <const> = 1795340000123
local SQL <const> = 'select o.column_1, o.column_2 as c, upper(o.column_3) as d from "a"."s"."m%d" as o where o.x > 1'

local columns <const> = {}
for index = 1, COLUMNS do
  columns[index] = {
    name = "column_" .. index, type = "varchar", description = "What it holds.",
    classification = index % 3 == 0 and "pii" or nil,
  }
end

local function measure(compiled)
  local count, bytes = 0, 0
  local observer <const> = observers.open {
    root = "/srv/product", destinations = { { name = "openlineage", kind = "file" } },
    connection = { project = "/srv/product", output = { type = "duckdb", path = "a.duckdb" } },
    env = function()
      return nil
    end,
    put = function(_, text)
      count, bytes = count + 1, bytes + #text
    end,
  }
  observer:command_started {
    id = "0193502e-1c5e-7d55-9a37-1c9c4a6e2b10", command = "run", at = BEGIN,
    product = { name = "product", namespace = "domain.product", owner = "owner@example.com" },
    trace = { trace_id = ("a"):rep(32), span_id = ("b"):rep(16) },
  }
  local begun <const> = os.clock()
  for index = 1, MODELS do
    local node <const> = {
      id = ("0193502e-1c5e-7d55-9a37-%012d"):format(index), unique_id = "model.p.m" .. index, kind = "model",
      name = "m" .. index, adapter = "duckdb", relation = { database = "a", schema = "s", identifier = "m" .. index },
      materialization = "table", at = BEGIN + index, started_at = BEGIN + index, columns = columns,
      parents = { index > 1 and "model.p.m" .. index - 1 or nil },
    }
    observer:node_started(node)
    node.status, node.rows = "success", index
    node.compiled_sql = compiled and SQL:format(index - 1) or nil
    observer:node_ended(node)
  end
  local seconds <const> = os.clock() - begun
  print(("%-28s %6.0f events a second of a core, %d bytes each"):format(compiled and "with SQL and its columns" or
    "without SQL", count / seconds, bytes // count))
end

measure(false)
measure(true)
