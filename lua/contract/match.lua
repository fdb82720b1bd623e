-- Which contract describes which output port, and which dbt model stands behind a table.

local document <const> = require "host.document"
local files <const> = require "host.files"
local text <const> = require "floe.text"

local M = {}

--- The output ports as written, in either spelling.
---@param spec any the view of floe.yaml
---@return any[] views
function M.ports_of(spec)
  local out <const> = {}
  for _, port in ipairs(spec.output_ports or spec.outputPorts or {}) do
    out[#out + 1] = port
  end
  return out
end

--- The names under which a contract's table or a model may serve a port: the last part of its table, then its own.
---@param port any a view of the port
---@return string[]
function M.names_of(port)
  local name <const> = port.table and text.last_part(port.table) or port.name
  return name ~= port.name and { name, port.name } or { name }
end

--- The contract file that a port refers to, from the product's folder; nil where it refers to none.
---@param port any a view of the port
---@return string?
function M.reference_of(port)
  local schema <const> = port.schema
  return type(schema) == "userdata" and document.kind(schema) == "object" and schema.ref or nil
end

--- The columns that a port writes out itself; nil where it writes none.
---@param port any a view of the port
---@return any? columns a list
function M.columns_of(port)
  local schema <const> = port.schema
  return type(schema) == "userdata" and document.kind(schema) == "array" and schema or nil
end

-- The table that one of the names means: the first name decides.
local function find_table(contract, names)
  for _, wanted in ipairs(names) do
    for name, entry in pairs(contract.tables) do
      if name == wanted or entry.physical_name and text.last_part(entry.physical_name) == wanted then
        return entry
      end
    end
  end
  return nil
end

--- The table of a contract that a port serves.
---@param contract any a fact
---@param port any a view of the port
---@return any? table
function M.table_of(contract, port)
  return find_table(contract, M.names_of(port))
end

-- The place in the list of the first contract with a table of each name; made once for a list.
local function places_of(read)
  if not read.place_of_table then
    local places <const> = {}
    for index, contract in ipairs(read.list) do
      for name, entry in pairs(contract.tables) do
        local physical <const> = entry.physical_name and text.last_part(entry.physical_name)
        places[name] = places[name] or index
        places[physical or name] = places[physical or name] or index
      end
    end
    read.place_of_table = places
  end
  return read.place_of_table
end

--- The contract that describes a port: the one it names, or the first with a table of its name.
---@param read { list: any[], by_path: table<string, any>, place_of_table: table? } a list that is whole
---@param root string the product's folder
---@param port any a view of the port
---@return any? contract
function M.contract_of(read, root, port)
  local reference <const> = M.reference_of(port)
  if reference then
    return read.by_path[files.normalize(files.join(root, reference))]
  end
  local places <const>, first = places_of(read), nil
  for _, name in ipairs(M.names_of(port)) do
    local place <const> = places[name]
    first = place and first and math.min(place, first) or place or first
  end
  return first and read.list[first] or nil
end

local function model_named(project, names)
  for _, name in ipairs(names) do
    local model <const> = project.nodes[("model.%s.%s"):format(project.name, name)]
    if model ~= nil then
      return model
    end
  end
  return nil
end

--- The dbt model that a port serves.
---@param project any?
---@param port any a view of the port
---@return any? model
function M.model_of(project, port)
  return project ~= nil and model_named(project, M.names_of(port)) or nil
end

--- The dbt model of a contract's table that no port serves.
---@param project any?
---@param entry any a fact
---@return any? model
function M.model_of_table(project, entry)
  if project == nil then
    return nil
  end
  local name <const> = text.last_part(entry.name)
  return model_named(project, { entry.physical_name and text.last_part(entry.physical_name) or name, name })
end

return M
