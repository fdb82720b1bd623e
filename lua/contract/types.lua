-- Which types hold which: the lattice by which a changed type is wider, narrower or simply another. Types are read as
-- warehouses and the contract standard write them, into small trees:
--   { kind = "integer", bits = 32, unsigned = true|nil }    bits = math.huge: any integer
--   { kind = "decimal", precision =, scale = }               both nil: as much as there may be
--   { kind = "float", bits = 32|64 }, { kind = "number" }    number: any of the three
--   { kind = "text", length = n|nil, fixed = true|nil }, { kind = "bytes", length = }
--   { kind = "timestamp", zone = "tz"|"ltz"|nil, precision = }, { kind = "time", … }, { kind = "date" }
--   { kind = "array", of = }, { kind = "map", key =, value = }, { kind = "struct", fields = { { name, type } … } }
--   { kind = "other", text = }                               what is not known, equal to itself only

local text <const> = require "floe.text"

local M = {}

---@alias floe.contract.type table
---@alias floe.contract.relation "same"|"widened"|"narrowed"|"changed"

-- ---- names ------------------------------------------------------------------------------------------------

local function integer(bits, unsigned)
  return { kind = "integer", bits = bits, unsigned = unsigned or nil }
end

-- Types that take no arguments, or whose arguments say nothing about their values. `float` is the narrow one, as in
-- Spark and DuckDB; `int8` has eight bytes, as in Postgres.
local PLAIN <const> = {
  tinyint = integer(8), int1 = integer(8), byte = integer(8),
  smallint = integer(16), int2 = integer(16), int16 = integer(16), short = integer(16), smallserial = integer(16),
  mediumint = integer(24),
  int = integer(32), integer = integer(32), int4 = integer(32), int32 = integer(32), signed = integer(32),
  serial = integer(32),
  bigint = integer(64), int8 = integer(64), int64 = integer(64), long = integer(64), bigserial = integer(64),
  hugeint = integer(128), int128 = integer(128), int256 = integer(256),
  utinyint = integer(8, true), uint8 = integer(8, true), usmallint = integer(16, true), uint16 = integer(16, true),
  uinteger = integer(32, true), uint32 = integer(32, true), ubigint = integer(64, true), uint64 = integer(64, true),
  uhugeint = integer(128, true), uint128 = integer(128, true), uint256 = integer(256, true),
  real = { kind = "float", bits = 32 }, float4 = { kind = "float", bits = 32 }, float32 = { kind = "float", bits = 32 },
  float = { kind = "float", bits = 32 },
  double = { kind = "float", bits = 64 }, float8 = { kind = "float", bits = 64 },
  float64 = { kind = "float", bits = 64 }, ["double precision"] = { kind = "float", bits = 64 },
  boolean = { kind = "boolean" }, bool = { kind = "boolean" }, logical = { kind = "boolean" },
  bit = { kind = "boolean" },
  date = { kind = "date" }, date32 = { kind = "date" },
  uuid = { kind = "uuid" }, uniqueidentifier = { kind = "uuid" },
  json = { kind = "json" }, jsonb = { kind = "json" }, variant = { kind = "variant" }, super = { kind = "variant" },
  tinytext = { kind = "text", length = 255 }, smalldatetime = { kind = "timestamp", precision = 0 },
}

local DECIMALS <const> = { decimal = true, numeric = true, number = true, dec = true, fixed = true }

local TEXTS <const> = {
  string = true, text = true, varchar = true, varchar2 = true, nvarchar = true, nvarchar2 = true, clob = true,
  ["character varying"] = true, ["char varying"] = true, mediumtext = true, longtext = true, ntext = true,
  ["national character varying"] = true, ["long varchar"] = true,
}
local FIXED_TEXTS <const> = { char = true, character = true, nchar = true, bpchar = true, fixedstring = true }
local BYTES <const> = {
  bytes = true, binary = true, varbinary = true, blob = true, bytea = true, image = true, ["binary varying"] = true,
}

-- Names of moments, and the zone each implies.
local TIMESTAMPS <const> = {
  timestamp = "", datetime = "", datetime2 = "", timestamp_ntz = "", timestampntz = "", datetime64 = "",
  timestamp_s = "", timestamp_ms = "", timestamp_ns = "",
  timestamptz = "tz", timestamp_tz = "tz", datetimeoffset = "tz", timestamp_ltz = "ltz",
}
local TIMES <const> = { time = "", timetz = "tz" }
local UNITS <const> = { timestamp_s = 0, timestamp_ms = 3, timestamp_ns = 9 }

-- ---- reading ----------------------------------------------------------------------------------------------

local MOST_DEPTH <const> = 32

-- Splits at commas outside of brackets.
local function split(list)
  local out <const>, depth, from = {}, 0, 1
  for at = 1, #list do
    local byte <const> = list:byte(at)
    if byte == 40 or byte == 60 or byte == 91 then
      depth = depth + 1
    elseif byte == 41 or byte == 62 or byte == 93 then
      depth = depth - 1
    elseif byte == 44 and depth == 0 then
      out[#out + 1] = text.trim(list:sub(from, at - 1))
      from = at + 1
    end
  end
  out[#out + 1] = text.trim(list:sub(from))
  return out
end

local parse

-- `a int`, `a: int`, `"a" int`.
local function parse_fields(list, depth)
  local fields <const> = {}
  for index, one in ipairs(split(list)) do
    local name, rest = one:match("^[`\"]([^`\"]+)[`\"]%s*:?%s*(.+)$")
    if not name then
      name, rest = one:match("^([%w_$]+)%s*:%s*(.+)$")
    end
    if not name then
      name, rest = one:match("^([%w_$]+)%s+(.+)$")
    end
    fields[index] = { name or tostring(index), parse((rest or one):gsub("%s+not%s+null%s*$", ""), depth) }
  end
  return { kind = "struct", fields = fields }
end

local NESTED <const> = {
  array = function(inner, depth)
    return { kind = "array", of = parse(inner, depth) }
  end,
  map = function(inner, depth)
    local parts <const> = split(inner)
    return #parts == 2 and { kind = "map", key = parse(parts[1], depth), value = parse(parts[2], depth) } or nil
  end,
  struct = parse_fields,
}
NESTED.list, NESTED.row, NESTED.record, NESTED.tuple = NESTED.array, NESTED.struct, NESTED.struct, NESTED.struct

local WRAPPERS <const> = { nullable = true, lowcardinality = true }

local function number_of(value)
  return value and math.tointeger(tonumber(value)) or nil
end

local function named(name, first, second, tail)
  if DECIMALS[name] then
    local precision <const> = number_of(first)
    return { kind = "decimal", precision = precision, scale = precision and (number_of(second) or 0) }
  elseif name == "bignumeric" then
    return { kind = "decimal", precision = number_of(first) or 76, scale = number_of(second) or (first and 0 or 38) }
  elseif TEXTS[name] then
    return { kind = "text", length = number_of(first) }
  elseif FIXED_TEXTS[name] then
    return { kind = "text", length = number_of(first) or 1, fixed = true }
  elseif BYTES[name] then
    return { kind = "bytes", length = number_of(first) }
  elseif TIMESTAMPS[name] or TIMES[name] then
    local zone = TIMESTAMPS[name] or TIMES[name]
    zone = tail:find("with local time zone", 1, true) and "ltz" or tail:find("with time zone", 1, true) and "tz" or zone
    return { kind = TIMESTAMPS[name] and "timestamp" or "time", zone = zone ~= "" and zone or nil,
      precision = number_of(first) or UNITS[name] or 6 }
  elseif name == "float" and number_of(first) and not second then
    return { kind = "float", bits = number_of(first) > 24 and 64 or 32 }
  end
  return nil
end

local function parse_plain(lower, depth, written)
  local name <const>, arguments <const>, tail <const> = lower:match("^([%a_][%w_ ]-)%s*%(%s*(.-)%s*%)%s*([%a ]*)$")
  if not name then
    local bare <const>, rest <const> = lower:match("^([%a_][%w_]*)%s*(.*)$")
    if not bare then
      return nil
    elseif rest == "unsigned" and PLAIN[bare] and PLAIN[bare].bits then
      return integer(PLAIN[bare].bits, true)
    elseif written:find("^Int8$") then
      return integer(8) -- ClickHouse counts bits
    end
    local whole <const> = PLAIN[lower] or named(lower, nil, nil, "")
    return whole or PLAIN[bare] and rest == "" and PLAIN[bare] or named(bare, nil, nil, rest)
  elseif WRAPPERS[name] then
    return parse(arguments, depth)
  elseif NESTED[name] then
    return NESTED[name](arguments, depth)
  end
  local first <const>, second <const> = arguments:match("^(%w+)%s*,?%s*(.*)$")
  if name == "tinyint" and first == "1" then
    return PLAIN.boolean
  elseif tail == "unsigned" and PLAIN[name] and PLAIN[name].bits then
    return integer(PLAIN[name].bits, true)
  end
  return named(name, first, second ~= "" and second or nil, tail) or PLAIN[name]
end

function parse(written, depth)
  local lower <const> = written:lower()
  local item <const> = lower:match("^(.-)%s*%[%d*%]$")
  local name <const>, inner <const> = lower:match("^(%a+)%s*<%s*(.*)%s*>$")
  local found
  if depth >= MOST_DEPTH then
    return { kind = "other", text = lower }
  elseif item and item ~= "" then
    found = { kind = "array", of = parse(item, depth + 1) }
  elseif name and NESTED[name] then
    found = NESTED[name](inner, depth + 1)
  else
    found = parse_plain(lower, depth + 1, written)
  end
  return found or { kind = "other", text = (lower:gsub("%s+", " ")) }
end

--- The tree of a physical type.
---@param written string such as `decimal(18, 2)`, `character varying(20)`, `array<struct<a int, b string>>`
---@return floe.contract.type
function M.physical(written)
  return parse(text.trim(written), 0)
end

local WIDTHS <const> = { f32 = 32, f64 = 64 }

--- The tree of a logical type with its options.
---@param name string
---@param options table? its logicalTypeOptions
---@return floe.contract.type
function M.logical(name, options)
  local format <const> = options and options.format
  if name == "integer" then
    local sign <const>, bits <const> = tostring(format):match("^([iu])(%d+)$")
    return integer(tonumber(bits) or math.huge, sign == "u")
  elseif name == "number" then
    return WIDTHS[format] and { kind = "float", bits = WIDTHS[format] } or { kind = "number" }
  elseif name == "string" then
    return { kind = "text" }
  elseif name == "timestamp" then
    return { kind = "timestamp", precision = 6 }
  end
  return { kind = "logical " .. name }
end

-- ---- the lattice ------------------------------------------------------------------------------------------

local holds

-- Decimal digits that every integer of so many bits fits into, and digits that always fit into so many bits.
local DIGITS_FOR <const> = { [8] = 3, [16] = 5, [24] = 8, [32] = 10, [64] = 20, [128] = 39, [256] = 78 }
local DIGITS_IN <const> = { [8] = 2, [16] = 4, [24] = 6, [32] = 9, [64] = 18, [128] = 38, [256] = 76 }

-- HOLDS[wide][narrow](wide, narrow): every value of the narrow one is a value of the wide one.
local HOLDS <const> = {
  integer = {
    integer = function(wide, narrow)
      if wide.unsigned == narrow.unsigned then
        return wide.bits >= narrow.bits
      end
      return not wide.unsigned and wide.bits > narrow.bits
    end,
    decimal = function(wide, narrow)
      return narrow.scale == 0 and not wide.unsigned and (DIGITS_IN[wide.bits] or math.huge) >= narrow.precision
    end,
  },
  decimal = {
    integer = function(wide, narrow)
      return not wide.precision or (DIGITS_FOR[narrow.bits] or math.huge) <= wide.precision - wide.scale
    end,
    decimal = function(wide, narrow)
      if not wide.precision or not narrow.precision then
        return not wide.precision
      end
      return wide.scale >= narrow.scale and wide.precision - wide.scale >= narrow.precision - narrow.scale
    end,
  },
  float = {
    integer = function(wide, narrow)
      return narrow.bits <= (wide.bits == 64 and 32 or 16)
    end,
    float = function(wide, narrow)
      return wide.bits >= narrow.bits
    end,
  },
  number = {},
  text = {
    text = function(wide, narrow)
      if wide.fixed and not narrow.fixed then
        return false
      end
      return not wide.length or (narrow.length ~= nil and wide.length >= narrow.length)
    end,
  },
  bytes = {
    bytes = function(wide, narrow)
      return not wide.length or (narrow.length ~= nil and wide.length >= narrow.length)
    end,
  },
  timestamp = {
    timestamp = function(wide, narrow)
      return wide.zone == narrow.zone and wide.precision >= narrow.precision
    end,
    date = function(wide)
      return wide.zone == nil
    end,
    ["logical date"] = function(wide)
      return wide.zone == nil
    end,
  },
  time = {
    time = function(wide, narrow)
      return wide.zone == narrow.zone and wide.precision >= narrow.precision
    end,
  },
  array = {
    array = function(wide, narrow)
      return holds(wide.of, narrow.of)
    end,
  },
  map = {
    map = function(wide, narrow)
      return holds(wide.key, narrow.key) and holds(wide.value, narrow.value)
    end,
  },
  struct = {
    struct = function(wide, narrow)
      local fields <const> = {}
      for _, field in ipairs(wide.fields) do
        fields[field[1]] = field[2]
      end
      for _, field in ipairs(narrow.fields) do
        if not fields[field[1]] or not holds(fields[field[1]], field[2]) then
          return false
        end
      end
      return true
    end,
  },
  other = {
    other = function(wide, narrow)
      return wide.text == narrow.text
    end,
  },
}

local function always()
  return true
end

for _, kind in ipairs { "integer", "decimal", "float", "number" } do
  HOLDS.number[kind] = always
end

function holds(wide, narrow)
  local rule <const> = HOLDS[wide.kind] and HOLDS[wide.kind][narrow.kind]
  if rule then
    return rule(wide, narrow)
  end
  return not HOLDS[wide.kind] and wide.kind == narrow.kind
end

--- Whether every value of one type is a value of another.
---@param wide floe.contract.type
---@param narrow floe.contract.type
---@return boolean
function M.holds(wide, narrow)
  return holds(wide, narrow)
end

--- How the new type relates to the old one.
---@param old floe.contract.type
---@param new floe.contract.type
---@return floe.contract.relation
function M.relation(old, new)
  local up <const>, down <const> = holds(new, old), holds(old, new)
  if up then
    return down and "same" or "widened"
  end
  return down and "narrowed" or "changed"
end

return M
