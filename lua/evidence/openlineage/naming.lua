-- How OpenLineage names datasets: a namespace for the system that holds them, and a name within it, for each adapter of
-- dbt. A connection that is not known well enough names nothing: a wrong name would tie lineage to another table.
local files <const> = require "host.files"

local M = {}

---@class floe.lineage.relation
---@field database string?
---@field schema string?
---@field identifier string

---@class floe.lineage.identity
---@field namespace string
---@field name string

local Naming <const> = {}
Naming.__index = Naming

local function joined(...)
  local parts <const> = {}
  for _, part in ipairs { ... } do
    if part ~= "" then
      parts[#parts + 1] = part
    end
  end
  return table.concat(parts, ".")
end

local function dotted(relation)
  return joined(relation.database or "", relation.schema or "", relation.identifier)
end

local function without_database(relation)
  return joined(relation.schema or "", relation.identifier)
end

local function authority(connection, scheme, port)
  local host <const> = connection.host or connection.server
  if not host then
    return nil
  end
  return ("%s://%s%s"):format(scheme, tostring(host):gsub("^%a+://", ""):gsub("/+$", ""), port and ":" .. port or "")
end

local function with_port(scheme, default, name_of)
  return { namespace = function(connection)
    return authority(connection, scheme, connection.port or default)
  end, name = name_of }
end

-- An account without its region stands for one of the region in which accounts were first, as the official clients
-- have it: "acme" → "acme.us-west-1.aws", "acme.eu-central-1" → "acme.eu-central-1.aws"; "org-account" stands as it is.
local function snowflake_account(account)
  local parts <const> = {}
  for part in account:gsub("%.snowflakecomputing%.com$", ""):gmatch("[^.]+") do
    parts[#parts + 1] = part
  end
  if #parts == 1 and not account:find("-", 1, true) then
    return parts[1] .. ".us-west-1.aws"
  elseif #parts == 2 then
    return table.concat(parts, ".") .. ".aws"
  end
  return table.concat(parts, ".")
end

local DUCKDB_MEMORY <const> = ":memory:"

-- A file of DuckDB is reached by its absolute path; what lives in memory belongs to nobody else.
local function duckdb_file(path, root)
  if type(path) ~= "string" or path == DUCKDB_MEMORY then
    return path and "duckdb://" .. DUCKDB_MEMORY or nil
  elseif path:find("^%a[%w+.-]*:") then
    return nil
  end
  return "duckdb://" .. files.normalize(files.join(root, path))
end

local function duckdb(connection, root)
  return duckdb_file(connection.path, root)
end

-- Databases that stand beside that of the connection, by their names: the namespace of each, false where it is no file
-- of DuckDB.
local function attached(connection, root)
  local out <const> = {}
  for _, entry in ipairs(connection.type == "duckdb" and type(connection.attach) == "table" and connection.attach
    or {}) do
    local path <const> = type(entry) == "table" and entry.path
    local name <const> = type(path) == "string" and (entry.alias or files.basename(path):gsub("%.[^.]*$", ""))
    if name then
      local own <const> = entry.type == nil or entry.type == "duckdb"
      out[name] = own and duckdb_file(path, root) or false
    end
  end
  return out
end

local ADAPTERS <const> = {
  duckdb = { namespace = duckdb },
  postgres = with_port("postgres", 5432),
  redshift = with_port("redshift", 5439),
  trino = with_port("trino", 8080),
  clickhouse = with_port("clickhouse", 8123, without_database),
  mysql = with_port("mysql", 3306, without_database),
  sqlserver = with_port("mssql", 1433),
  spark = with_port("spark", 10000, without_database),
  databricks = { namespace = function(connection)
    return authority(connection, "databricks")
  end },
  snowflake = { namespace = function(connection)
    return connection.account and "snowflake://" .. snowflake_account(connection.account)
  end },
  bigquery = { namespace = function()
    return "bigquery"
  end },
  athena = { namespace = function(connection)
    return connection.region_name and ("awsathena://athena.%s.amazonaws.com"):format(connection.region_name)
  end },
}

--- The identity of a table.
---@param relation floe.lineage.relation
---@return floe.lineage.identity? nil where the connection is not known well enough
function Naming:table(relation)
  local name_of <const> = self.adapter and self.adapter.name or dotted
  local namespace = self.attached[relation.database or ""]
  if namespace == nil then
    namespace = self.namespace
  end
  return namespace and { namespace = namespace, name = name_of(relation) } or nil
end

--- The identity of what lies at a path or address: "landing/a.csv", "s3://bucket/folder/b.parquet".
---@param location string
---@return floe.lineage.identity? nil for what is no location, such as a call of a function
function Naming:location(location)
  local scheme <const>, host <const>, path <const> = location:match("^(%a[%w+.-]*)://([^/]*)/*(.*)$")
  if location:find("[()'\"%c]") or scheme == "" then
    return nil
  elseif scheme == "file" then
    return { namespace = "file", name = "/" .. path }
  elseif scheme then
    return path ~= "" and { namespace = scheme .. "://" .. host:gsub("^.*@", ""), name = path } or nil
  end
  return { namespace = "file", name = files.normalize(files.join(self.root, location)) }
end

--- How datasets of a connection are named.
---@param output table what dbt's profile says of the target: type, host, port, path, account …
---@param root string the dbt project's folder, absolute: paths are relative to it
---@return table naming
function M.of(output, root)
  local adapter <const> = ADAPTERS[output.type]
  return setmetatable({
    adapter = adapter,
    root = root,
    namespace = adapter and adapter.namespace(output, root) or nil,
    attached = attached(output, root),
  }, Naming)
end

return M
