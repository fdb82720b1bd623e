-- Whether a column of an engine has the type that a contract promises. Engines do not keep all that a type says: DuckDB
-- drops the length of a text, BigQuery has one integer. What an engine does not keep is no drift.

local from_dbt <const> = require "contract.from_dbt"
local types <const> = require "contract.types"

local M = {}

local ANY_INTEGER <const> = { kind = "integer", bits = 64 }

local function without_length(tree)
  if tree.kind == "text" or tree.kind == "bytes" then
    return { kind = tree.kind }
  end
  return tree
end

local function decimal_of(precision, scale)
  return function(tree)
    return tree.kind == "decimal" and not tree.precision and { kind = "decimal", precision = precision, scale = scale }
      or tree
  end
end

local function one_float(tree)
  return tree.kind == "float" and { kind = "float", bits = 64 } or tree
end

-- What an engine makes of a type, one step after the other.
local KEPT <const> = {
  duckdb = { without_length, decimal_of(18, 3) },
  bigquery = { without_length, decimal_of(38, 9), one_float, function(tree)
    return tree.kind == "integer" and ANY_INTEGER or tree
  end },
  snowflake = { without_length, decimal_of(38, 0), one_float, function(tree)
    return tree.kind == "integer" and { kind = "decimal", precision = 38, scale = 0 } or tree
  end },
  databricks = { without_length, decimal_of(10, 0) },
  spark = { without_length, decimal_of(10, 0) },
  iceberg = { without_length, function(tree)
    return tree.kind == "integer" and tree.bits < 32 and { kind = "integer", bits = 32 } or tree
  end },
  postgres = { function(tree)
    return tree.kind == "integer" and tree.bits < 16 and { kind = "integer", bits = 16 } or tree
  end },
}

-- Types inside of types are kept like those outside.
local function kept(adapter, tree)
  for _, step in ipairs(KEPT[adapter] or {}) do
    tree = step(tree)
  end
  if tree.kind == "array" then
    return { kind = "array", of = kept(adapter, tree.of) }
  elseif tree.kind == "map" then
    return { kind = "map", key = kept(adapter, tree.key), value = kept(adapter, tree.value) }
  elseif tree.kind == "struct" then
    local fields <const> = {}
    for index, field in ipairs(tree.fields) do
      fields[index] = { field[1]:lower(), kept(adapter, field[2]) }
    end
    return { kind = "struct", fields = fields }
  end
  return tree
end

local function tree_of(adapter, written)
  local lower <const> = written:lower()
  if (adapter == "postgres" or adapter == "redshift") and lower == "float" then
    return { kind = "float", bits = 64 } -- there it is the wide one
  end
  return kept(adapter, types.physical(written))
end

local function has_logical(promised, found)
  local logical <const> = from_dbt.logical_type(found)
  -- a type that is not known proves nothing
  return logical == nil or logical == promised or promised == "number" and logical == "integer"
end

-- What an information schema says of types that it does not tell.
local UNTOLD <const> = { array = true, ["user-defined"] = true }

--- Whether a column has the type that a property promises.
---@param property table of a contract's normal form
---@param found string the column's type as the engine says it
---@param adapter string? "duckdb", "postgres" …, "iceberg"
---@return boolean same
---@return string promised in words, the member that says it best
function M.same(property, found, adapter)
  if UNTOLD[found:lower()] then
    return true, "any type"
  end
  local physical <const> = type(property.physicalType) == "string" and property.physicalType
  local logical <const> = type(property.logicalType) == "string" and property.logicalType
  if physical then
    local wanted <const> = tree_of(adapter, physical)
    if wanted.kind ~= "other" or not logical then
      return types.relation(wanted, tree_of(adapter, found)) == "same", physical
    end
  end
  if logical then
    return has_logical(logical, found), logical
  end
  return true, "any type"
end

return M
