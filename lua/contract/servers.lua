-- The server types of ODCS and their members: the first line of each type's words names what it must have.
-- `port` is a number (from 3.2 on also a text), all else is text.

local M = {}

-- type = { since, required, optional }
M.types = {
  api = { 30, "location", "" },
  athena = { 30, "schema", "catalog regionName stagingDir workgroup" },
  azure = { 30, "format location", "delimiter encoding" },
  bigquery = { 30, "dataset project", "" },
  clickhouse = { 30, "database host port", "" },
  cloudsql = { 30, "database host port schema", "" },
  custom = {
    30,
    "",
    "account catalog catalogUrl database dataset delimiter encoding endpointUrl format host location namespace path "
      .. "port project region regionName schema serviceName stagingDir stream warehouse workgroup",
  },
  databricks = { 30, "catalog schema", "host" },
  db2 = { 30, "database host port", "schema" },
  denodo = { 30, "host port", "database" },
  dremio = { 30, "host port", "schema" },
  duckdb = { 30, "database", "schema" },
  glue = { 30, "account database", "encoding format location" },
  hive = { 31, "database host", "port" },
  impala = { 31, "database host", "port" },
  informix = { 30, "database host", "port" },
  kafka = { 30, "host", "encoding format" },
  kinesis = { 30, "", "encoding format region stream" },
  ["local"] = { 30, "format path", "encoding" },
  mysql = { 30, "database host port", "" },
  oracle = { 30, "host port serviceName", "" },
  postgres = { 30, "database host port schema", "" },
  postgresql = { 30, "database host port schema", "" },
  presto = { 30, "host", "catalog schema" },
  pubsub = { 30, "project", "" },
  redshift = { 30, "database schema", "account host port region" },
  s3 = { 30, "location", "delimiter encoding endpointUrl format" },
  sftp = { 30, "location", "delimiter encoding format" },
  snowflake = { 30, "account database schema", "host port warehouse" },
  sqlserver = { 30, "database host schema", "port" },
  synapse = { 30, "database host port", "" },
  trino = { 30, "catalog host port schema", "" },
  vertica = { 30, "database host port schema", "" },
  zen = { 31, "database host", "port" },
  teradata = { 32, "host", "database port" },
  exasol = { 32, "host", "port schema" },
}

--- Types that 3.2 added and whose members are not checked. It added more than these (the Actian engines).
M.unchecked = { "hana", "iceberg" }

local function words(text, out)
  for word in text:gmatch("%S+") do
    out[#out + 1] = word
  end
  return out
end

--- The names of the types that a version (30, 31, 32) knows, sorted.
---@param version integer
---@return string[]
function M.names(version)
  local out <const> = {}
  for name, row in pairs(M.types) do
    if row[1] <= version then
      out[#out + 1] = name
    end
  end
  for _, name in ipairs(version >= 32 and M.unchecked or {}) do
    out[#out + 1] = name
  end
  table.sort(out)
  return out
end

--- What a type must have and what it may have; nil for a type whose members are not checked.
---@param name string
---@return string[]? required
---@return string[]? optional
function M.members(name)
  local row <const> = M.types[name]
  if row then
    return words(row[2], {}), words(row[3], {})
  end
end

--- Every member that some type has, sorted.
---@return string[]
function M.all_members()
  local seen <const>, out <const> = {}, {}
  for _, row in pairs(M.types) do
    for _, name in ipairs(words(row[2] .. " " .. row[3], {})) do
      if not seen[name] then
        seen[name] = true
        out[#out + 1] = name
      end
    end
  end
  table.sort(out)
  return out
end

return M
