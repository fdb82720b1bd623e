-- How the tables of a data contract belong to ports and dbt models, and which types mean the same.

local text <const> = require "floe.text"

local M = {}

-- The family of a type by its first word, so that `varchar(64)` and `string` agree and `varchar` and `date` do not.
local FAMILIES <const> = {
  string = "text", text = "text", varchar = "text", char = "text", character = "text", nvarchar = "text",
  nchar = "text", bpchar = "text", uuid = "text", enum = "text", clob = "text", email = "text",
  integer = "number", int = "number", int2 = "number", int4 = "number", int8 = "number", int16 = "number",
  int32 = "number", int64 = "number", int128 = "number", bigint = "number", smallint = "number", tinyint = "number",
  mediumint = "number", hugeint = "number", byteint = "number", uinteger = "number", ubigint = "number",
  usmallint = "number", utinyint = "number", long = "number", number = "number", numeric = "number",
  decimal = "number", dec = "number", float = "number", float4 = "number", float8 = "number", float32 = "number",
  float64 = "number", uint8 = "number", uint16 = "number", uint32 = "number", uint64 = "number", serial = "number",
  bigserial = "number", double = "number", real = "number", money = "number", bignumeric = "number",
  boolean = "boolean", bool = "boolean",
  date = "date",
  timestamp = "timestamp", timestamptz = "timestamp", timestamp_ntz = "timestamp", timestamp_ltz = "timestamp",
  timestamp_tz = "timestamp", datetime = "timestamp", datetime2 = "timestamp", smalldatetime = "timestamp",
  time = "time", timetz = "time",
  bytes = "bytes", binary = "bytes", varbinary = "bytes", blob = "bytes", bytea = "bytes",
  array = "array", list = "array",
  object = "object", struct = "object", record = "object", row = "object", map = "object",
} -- json is left out: some write it as a text, some as an object

--- The family of a logical or physical type: text, number, boolean, date, timestamp, time, bytes, array, object;
--- nil for a type that is not known.
---
--- > contract.type_family("VARCHAR(64)")  --> "text"
--- > contract.type_family("decimal(12, 2)")  --> "number"
--- > contract.type_family("integer[]")  --> "array"
--- > contract.type_family("Nullable(String)")  --> "text"
--- > contract.type_family("tinyint(1)")  --> "boolean"
--- > contract.type_family("geography")  --> nil
---@param name string?
---@return string?
function M.type_family(name)
  if type(name) ~= "string" then
    return nil
  elseif name:find("]%s*$") then
    return "array"
  end
  local bare <const> = name:lower():gsub("nullable%(", ""):gsub("lowcardinality%(", "")
  if bare:find("^%s*tinyint%s*%(%s*1%s*%)") then
    return "boolean" -- how MySQL writes one
  end
  local word <const> = bare:match("^%s*([%a_][%w_]*)")
  return word and FAMILIES[word]
end

--- Whether a name, as a contract or a port writes it, means the table: by its name or its physical name, each
--- with or without catalog and schema.
---
--- > contract.names_table("gold.my_product.customers", { name = "customers" })  --> true
--- > contract.names_table("orders", { name = "customers" })  --> false
---@param name string?
---@param contract_table any
---@return boolean
function M.names_table(name, contract_table)
  if not name then
    return false
  end
  local wanted <const> = text.last_part(name)
  local physical <const> = contract_table.physical_name
  return wanted == text.last_part(contract_table.name) or (physical ~= nil and wanted == text.last_part(physical))
end

--- The output port of a product that serves a contract's table, nil where there is none. A port that points to
--- the contract comes before one that only carries the name.
---
--- > contract.port_of({ output_ports = {} }, { name = "orders", tables = {} }, { name = "orders" })  --> nil
---@param product any
---@param owner any the contract
---@param contract_table any
---@return any? port
function M.port_of(product, owner, contract_table)
  local by_name
  for _, port in ipairs(product.output_ports) do
    local described <const> = port.contract
    local own <const> = described == owner
    if (own or described == nil and not by_name)
      and (M.names_table(port.table, contract_table) or M.names_table(port.name, contract_table)) then
      if own then
        return port
      end
      by_name = port
    end
  end
  return by_name
end

-- The own model of that name, or one whose alias it is; of a model's versions the latest.
local function find_model(project, name)
  local direct <const> = project.nodes[("model.%s.%s"):format(project.name, name)]
  if direct then
    return direct
  end
  local version
  for _, model in ipairs(project.models) do
    if model.own and (model.name == name or model.alias == name) then
      if model.alias == name or model.version == nil or model.version == model.latest_version then
        return model
      end
      version = version or model
    end
  end
  return version
end

--- The dbt model behind a contract's table: the one its port serves, or the one of its physical name or name.
--- nil where there is none or no dbt project.
---
--- > contract.model_of({ output_ports = {} }, { name = "orders" }, { name = "orders" })  --> nil
---@param product any
---@param owner any the contract
---@param contract_table any
---@return any? model
function M.model_of(product, owner, contract_table)
  local port <const> = M.port_of(product, owner, contract_table)
  if port and port.model then
    return port.model
  end
  local project <const> = product.project
  if not project then
    return nil
  end
  local physical <const> = contract_table.physical_name
  return physical and find_model(project, text.last_part(physical))
    or find_model(project, text.last_part(contract_table.name))
end

-- ---- columns on the other side ----------------------------------------------------------------------------

---@class floe.contract.side what stands opposite a table of a contract
---@field title string in messages: "model 'gold_orders'"
---@field of_port boolean an output port, not a model
---@field names string[] of its columns, as they are written
---@field columns table<string, { name: string, type: string }> by their names in lower case; the type "" is not known

local function add_column(side, name, data_type)
  local key <const> = name:lower()
  local known <const> = side.columns[key]
  if not known then
    side.names[#side.names + 1] = name
    side.columns[key] = { name = name, type = data_type or "" }
  elseif known.type == "" then
    known.type = data_type or ""
  end
end

-- A model's columns: what is declared, and what dbt's catalog saw in the table.
local function side_of_model(model)
  local side <const> = { title = ("model '%s'"):format(model.name), of_port = false, names = {}, columns = {} }
  for name, column in pairs(model.columns) do
    add_column(side, name, column.data_type)
  end
  for name, entry in pairs(model.catalog.columns or {}) do
    add_column(side, name, entry.type)
  end
  return side
end

local function side_of_port(port)
  local side <const> = { title = ("output port '%s'"):format(port.name), of_port = true, names = {}, columns = {} }
  for _, column in ipairs(port.columns) do
    if type(column.name) == "string" then
      add_column(side, column.name, column.type)
    end
  end
  return side
end

--- What stands opposite a table of a contract, with its columns: the output port that writes columns out, and the dbt
--- model. A side of which no column is known is left out.
---
--- > #contract.sides({ name = "orders" }, { name = "orders" })  --> 0
---@param owner any the contract
---@param contract_table any
---@return floe.contract.side[]
function M.sides(owner, contract_table)
  local product <const>, out <const> = owner.product, {}
  if not product then
    return out
  end
  local port <const> = M.port_of(product, owner, contract_table)
  local model <const> = M.model_of(product, owner, contract_table)
  for _, side in ipairs { port and side_of_port(port) or false, model and side_of_model(model) or false } do
    out[#out + 1] = side and #side.names > 0 and side or nil
  end
  return out
end

--- The column of a side that a contract's column means: by its name, otherwise by its physical name.
---
--- > contract.column_of({ columns = { id = { name = "ID", type = "int" } } }, { name = "Id" }).type  --> "int"
--- > contract.column_of({ columns = {} }, { name = "id" })  --> nil
---@param side floe.contract.side
---@param property any a column of a contract
---@return { name: string, type: string }?
function M.column_of(side, property)
  local physical <const> = property.physical_name
  return side.columns[property.name:lower()] or physical and side.columns[physical:lower()] or nil
end

-- ---- the end of a contract's life -------------------------------------------------------------------------

--- A day as a number of days, so that days can be compared and counted; nil for what is no date.
---
--- > contract.day("2026-03-01") - contract.day("2026-02-01")  --> 28
--- > contract.day("soon")  --> nil
---@param date any YYYY-MM-DD
---@return integer?
function M.day(date)
  local year, month, day = tostring(date):match("^(%d%d%d%d)%-(%d%d)%-(%d%d)")
  if not year then
    return nil
  end
  year, month, day = math.tointeger(tonumber(year)), math.tointeger(tonumber(month)), math.tointeger(tonumber(day))
  local shifted <const> = month <= 2 and year - 1 or year
  local since_march <const> = (month + 9) % 12
  return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + (153 * since_march + 2) // 5 + day
end

--- The date of a day that is a number.
---
--- > contract.date(contract.day("2026-12-30") + 7)  --> "2027-01-06"
--- > contract.date(contract.day("2028-02-28") + 1)  --> "2028-02-29"
---@param day integer as of `contract.day`
---@return string
function M.date(day)
  local of_era <const> = (day - 1) % 146097 -- 400 years, which begin in March
  local year <const> = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year <const> = of_era - (365 * year + year // 4 - year // 100)
  local since_march <const> = (5 * of_year + 2) // 153
  local month <const> = (since_march + 2) % 12 + 1
  local full <const> = year + (day - 1) // 146097 * 400 + (month <= 2 and 1 or 0)
  return ("%04d-%02d-%02d"):format(full, month, of_year - (153 * since_march + 2) // 5 + 1)
end

--- Where a contract is in its life on a day: `active`, `deprecated`, `sunset` or `retired`, by its dates, and by its
--- status where that is further or where there are no dates. Sunset lasts `sunset_days` unless a day of retirement is
--- said.
---
--- > contract.stage({ announced = "2026-01-01", sunset = "2026-03-01" }, "2026-02-01", 7)  --> "deprecated"
--- > contract.stage({ announced = "2026-01-01", sunset = "2026-03-01" }, "2026-03-08", 7)  --> "retired"
--- > contract.stage({ status = "retired" }, "2026-02-01", 7)  --> "retired"
--- > contract.stage({}, "2026-02-01", 7)  --> "active"
---@param lifecycle any `lifecycle` of a contract or of an input
---@param as_of string
---@param sunset_days integer
---@return "active"|"deprecated"|"sunset"|"retired"
function M.stage(lifecycle, as_of, sunset_days)
  local by_dates <const> = M.stage_by_dates(lifecycle, as_of, sunset_days)
  local status <const> = lifecycle.status
  return (M.STAGES[status] or 1) > M.STAGES[by_dates or "active"] and status or by_dates or "active"
end

--- What a message says of a contract's stage: since when, or until when.
---
--- > contract.stage_words({ sunset = "2026-12-30" }, "deprecated", 7)  --> "deprecated, sunset on 2026-12-30"
--- > contract.stage_words({ sunset = "2026-12-30" }, "sunset", 7)  --> "sunset since 2026-12-30, retired on 2027-01-06"
--- > contract.stage_words({ status = "retired" }, "retired", 7)  --> "retired"
---@param lifecycle any
---@param stage string
---@param sunset_days integer
---@return string
function M.stage_words(lifecycle, stage, sunset_days)
  local sunset <const> = M.day(lifecycle.sunset) and lifecycle.sunset:sub(1, 10)
  local retired <const> = M.day(lifecycle.retired) and lifecycle.retired:sub(1, 10)
    or sunset and M.date(M.day(sunset) + sunset_days)
  if stage == "deprecated" and sunset then
    return ("deprecated, sunset on %s"):format(sunset)
  elseif stage == "sunset" and sunset then
    return ("sunset since %s, retired on %s"):format(sunset, retired)
  elseif stage == "retired" and retired then
    return ("retired since %s"):format(retired)
  end
  return stage
end

--- A contract of an input as messages name it.
---
--- > contract.name_of({ contract = "sales.orders", version = "1.2.0" })  --> "contract 'sales.orders' 1.2.0"
---@param input any
---@return string
function M.name_of(input)
  return ("contract '%s'%s"):format(input.contract, input.version and " " .. input.version or "")
end

--- What whoever reads by a contract that ends can do.
---
--- > contract.way_out({ replacement = "sales.orders_v2" })  --> "move to sales.orders_v2"
--- > contract.way_out({})  --> "ask its owner what replaces it"
---@param lifecycle any
---@return string
function M.way_out(lifecycle)
  return lifecycle.replacement and ("move to %s"):format(lifecycle.replacement)
    or lifecycle.guide and ("see %s"):format(lifecycle.guide) or "ask its owner what replaces it"
end

--- The stages in their order.
M.STAGES = { active = 1, deprecated = 2, sunset = 3, retired = 4 }

--- Where a contract is in its life by its dates alone; nil where they do not tell.
---
--- > contract.stage_by_dates({ status = "retired" }, "2026-02-01", 7)  --> nil
--- > contract.stage_by_dates({ sunset = "2026-02-10" }, "2026-02-01", 7)  --> nil
---@param lifecycle any
---@param as_of string
---@param sunset_days integer
---@return "active"|"deprecated"|"sunset"|"retired"|nil
function M.stage_by_dates(lifecycle, as_of, sunset_days)
  local announced <const>, sunset <const> = M.day(lifecycle.announced), M.day(lifecycle.sunset)
  local retired <const> = M.day(lifecycle.retired) or sunset and sunset + sunset_days
  local day <const> = M.day(as_of)
  if not announced and not sunset and not retired then
    return nil
  elseif retired and day >= retired then
    return "retired"
  elseif sunset and day >= sunset then
    return "sunset"
  elseif announced then
    return day >= announced and "deprecated" or "active"
  end
  return nil
end

return M
