-- Prints, for each query of the file QUERIES, which columns it passes on: [name, table, column of the table].
local columns <const> = require "evidence.openlineage.columns"
local document <const> = require "host.document"
local json <const> = require "host.json"
local set <const> = require "floe.set"
local system <const> = require "host.system"

local given <const> = document.plain(assert(document.read(system.env "QUERIES", { format = "json" })))
local tables <const> = set.of(given.tables)
local out <const> = {}
for index, query in ipairs(given.queries) do
  local passed <const> = {}
  for at, column in ipairs(columns.passed(query.text, {
    dialect = "duckdb", declared = query.columns,
    relation = function(parts)
      local name <const> = parts[#parts]:lower()
      return tables[name] and { namespace = "duckdb", name = name } or nil
    end,
    location = function()
      return nil
    end,
  })) do
    passed[at] = json.array { column.name, column.identity.name, column.field }
  end
  out[index] = json.array(passed)
end
print(json.encode(json.array(out)))
