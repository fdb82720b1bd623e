-- What an engine is asked to measure, as SQL. Names are quoted, values are literals, and nothing of a contract is put
-- into a statement as it is, but the queries that a contract holds: those are read first, and are one SELECT.
--
-- A measure is { kind =, columns = { names that must be there }, sql = { parts between which the relation goes },
-- rule = true|nil }: an expression over the relation, or with `rule` a whole query.

local set <const> = require "floe.set"
local sql <const> = require "floe.sql"

local M = {}

---@class floe.check.dialect
---@field name string dbt's name of the adapter
---@field quote string the character around names
---@field text string the type of texts
---@field escapes boolean? in literals a backslash stands before what would end them; otherwise a quote is doubled
---@field doubtful boolean? whether a backslash means something in literals is a setting: it is doubled as well
---@field doubles boolean? in names the backtick is doubled; otherwise a backslash stands before it
---@field matches fun(text: string, literal: string): string? how a pattern is looked for; nil where it cannot
---@field names table<string, string>? columns as the engine writes them, by the contract's names

---@class floe.check.measure
---@field kind string
---@field columns string[] columns that it reads, as the contract calls them
---@field sql string[] parts, between which the relation goes
---@field write fun(dialect: floe.check.dialect): string[] the parts for a dialect that knows the columns' names
---@field rule boolean? it is a whole query, and a contract's own

local function function_of(name)
  return function(text, literal)
    return ("%s(%s, %s)"):format(name, text, literal)
  end
end

local function operator_of(name)
  return function(text, literal)
    return ("(%s %s %s)"):format(text, name, literal)
  end
end

local DIALECTS <const> = {
  duckdb = { text = "VARCHAR", matches = function_of "regexp_matches" },
  postgres = { text = "TEXT", matches = operator_of "~" },
  redshift = { text = "VARCHAR", matches = operator_of "~", doubtful = true },
  snowflake = { text = "VARCHAR", matches = function(text, literal)
    return ("(regexp_instr(%s, %s) > 0)"):format(text, literal)
  end, escapes = true },
  bigquery = { text = "STRING", quote = "`", matches = function_of "regexp_contains", escapes = true },
  databricks = { text = "STRING", quote = "`", matches = operator_of "RLIKE", escapes = true, doubles = true },
  spark = { text = "STRING", quote = "`", matches = operator_of "RLIKE", escapes = true, doubles = true },
  trino = { text = "VARCHAR", matches = function_of "regexp_like" },
  athena = { text = "VARCHAR", matches = function_of "regexp_like" },
  clickhouse = { text = "String", quote = "`", matches = function_of "match", escapes = true },
}

--- How an adapter's engine writes SQL.
---@param adapter string?
---@return floe.check.dialect
function M.dialect(adapter)
  local known <const> = DIALECTS[adapter] or { text = "VARCHAR" }
  return { name = adapter or "sql", text = known.text, quote = known.quote or '"', matches = known.matches,
    escapes = known.escapes, doubtful = known.doubtful, doubles = known.doubles }
end

--- A name in quotes: that of a column as the engine writes it, where that is known.
---@param dialect floe.check.dialect
---@param name string
---@return string
function M.name(dialect, name)
  name = dialect.names and dialect.names[name] or name
  if dialect.doubles then
    return "`" .. name:gsub("`", "``") .. "`"
  elseif dialect.quote == "`" then
    return "`" .. name:gsub("[\\`]", "\\%0") .. "`"
  end
  return '"' .. name:gsub('"', '""') .. '"'
end

--- A value as a literal.
---@param dialect floe.check.dialect
---@param value any
---@return string
function M.literal(dialect, value)
  if math.type(value) == "integer" then
    return ("%d"):format(value)
  elseif type(value) == "number" then
    local short <const> = ("%.15g"):format(value)
    return tonumber(short) == value and short or ("%.17g"):format(value)
  elseif type(value) == "boolean" then
    return value and "TRUE" or "FALSE"
  end
  local text = tostring(value)
  if dialect.escapes then
    text = text:gsub("[\\']", "\\%0")
  else
    text = text:gsub(dialect.doubtful and "[\\']" or "'", "%0%0")
  end
  return "'" .. text .. "'"
end

-- ---- expressions ------------------------------------------------------------------------------------------

local function measure(kind, dialect, columns, write)
  return { kind = kind, columns = columns, sql = write(dialect), write = write }
end

local function as_text(dialect, column)
  return ("CAST(%s AS %s)"):format(M.name(dialect, column), dialect.text)
end

-- How many rows fulfil a condition.
local function rows_where(condition)
  return ("COALESCE(SUM(CASE WHEN %s THEN 1 ELSE 0 END), 0)"):format(condition)
end

--- How many rows there are.
---@return floe.check.measure
function M.rows()
  return measure("rows", nil, {}, function()
    return { "COUNT(*)" }
  end)
end

--- The greatest value of a column, as a text.
---@param dialect floe.check.dialect
---@param column string
---@return floe.check.measure
function M.greatest(dialect, column)
  return measure("greatest", dialect, { column }, function(as)
    return { ("CAST(MAX(%s) AS %s)"):format(M.name(as, column), as.text) }
  end)
end

--- How many rows have no value.
---@param dialect floe.check.dialect
---@param column string
---@return floe.check.measure
function M.nulls(dialect, column)
  return measure("nulls", dialect, { column }, function(as)
    return { ("COUNT(*) - COUNT(%s)"):format(M.name(as, column)) }
  end)
end

-- Values of one kind are compared as what they are, all others as texts.
local function list_condition(dialect, column, values)
  local kinds <const>, literals <const> = {}, {}
  for _, value in ipairs(values) do
    kinds[type(value)] = true
  end
  local kind <const> = next(kinds)
  local own <const> = next(kinds, kind) == nil and kind ~= "string"
  for index, value in ipairs(values) do
    literals[index] = M.literal(dialect, own and value or tostring(value))
  end
  local compared <const> = own and M.name(dialect, column) or as_text(dialect, column)
  return ("%s IN (%s)"):format(compared, table.concat(literals, ", "))
end

--- How many rows have no value, or one that stands for none.
---@param dialect floe.check.dialect
---@param column string
---@param values any[] those that do
---@return floe.check.measure
function M.missing(dialect, column, values)
  return measure("missing", dialect, { column }, function(as)
    local condition = M.name(as, column) .. " IS NULL"
    if #values > 0 then
      condition = ("%s OR %s"):format(condition, list_condition(as, column, values))
    end
    return { rows_where(condition) }
  end)
end

local BOUNDS <const> = {
  { "minimum", "<" }, { "maximum", ">" }, { "exclusiveMinimum", "<=" }, { "exclusiveMaximum", ">=" },
}
local LENGTHS <const> = { { "minLength", "<" }, { "maxLength", ">" } }

local function add_bounds(out, limits, rules, operand, dialect)
  for _, rule in ipairs(rules) do
    local limit <const> = limits[rule[1]]
    if type(limit) == "number" or type(limit) == "string" and rules == BOUNDS then
      out[#out + 1] = ("%s %s %s"):format(operand, rule[2], M.literal(dialect, limit))
    end
  end
end

-- The conditions by which a value breaks the limits of its column.
local function broken_by(dialect, column, limits)
  local broken <const> = {}
  if type(limits.validValues) == "table" and #limits.validValues > 0 then
    broken[#broken + 1] = ("NOT (%s)"):format(list_condition(dialect, column, limits.validValues))
  end
  if type(limits.pattern) == "string" then
    broken[#broken + 1] = ("NOT %s"):format(dialect.matches(as_text(dialect, column),
      M.literal(dialect, limits.pattern)))
  end
  add_bounds(broken, limits, BOUNDS, M.name(dialect, column), dialect)
  add_bounds(broken, limits, LENGTHS, ("LENGTH(%s)"):format(as_text(dialect, column)), dialect)
  return broken
end

---@class floe.check.limits
---@field validValues any[]?
---@field pattern string?
---@field minimum any
---@field maximum any
---@field exclusiveMinimum any
---@field exclusiveMaximum any
---@field minLength integer?
---@field maxLength integer?

--- How many values break the limits of a column.
---@param dialect floe.check.dialect
---@param column string
---@param limits floe.check.limits
---@return floe.check.measure? measure nil where nothing is limited, or it cannot be asked
---@return string? why it cannot be asked
function M.invalid(dialect, column, limits)
  if type(limits.pattern) == "string" and not dialect.matches then
    return nil, ("how '%s' looks for patterns is not known"):format(dialect.name)
  elseif #broken_by(dialect, column, limits) == 0 then
    return nil
  end
  return measure("invalid", dialect, { column }, function(as)
    return { rows_where(("%s IS NOT NULL AND (%s)"):format(M.name(as, column),
      table.concat(broken_by(as, column, limits), " OR "))) }
  end)
end

--- How many rows repeat the values of another: as many as there would have to be less for all to differ.
---@param dialect floe.check.dialect
---@param columns string[]
---@return floe.check.measure
function M.duplicates(dialect, columns)
  return measure("duplicates", dialect, columns, function(as)
    local names <const> = {}
    for index, column in ipairs(columns) do
      names[index] = M.name(as, column)
    end
    if #names == 1 then
      return { ("COUNT(%s) - COUNT(DISTINCT %s)"):format(names[1], names[1]) }
    end
    return {
      ("COUNT(*) - (SELECT COUNT(*) FROM (SELECT DISTINCT %s FROM "):format(table.concat(names, ", ")),
      ") AS floe_distinct)",
    }
  end)
end

-- ---- a contract's own queries -----------------------------------------------------------------------------

local OPENING <const> = set.of { "select", "with" }

-- Words that change something wherever they stand. `replace` and `update` alone are functions, too, and stand here all
-- the same: a column of such a name is written in quotes.
local WRITING <const> = set.of {
  "insert", "update", "delete", "merge", "upsert", "drop", "create", "alter", "truncate", "copy", "attach", "detach",
  "install", "load", "call", "exec", "execute", "grant", "revoke", "into", "vacuum", "pragma", "export", "import", "do",
  "begin", "commit", "rollback", "unload", "put", "remove", "use",
}

-- Functions that reach beyond the tables of a warehouse: its files, its network, its sessions, its sequences, or that
-- run a text as SQL. DuckDB needs no list: a rule is asked there with everything but the database locked away.
local REACHING <const> = {
  "^pg_", "^lo_", "^dblink", "^set_config$", "^nextval$", "^setval$", "^ts_stat$", "^crosstab", "^connectby$",
  "^read_", "^glob$", "^query$", "^raw_query$", "^remote_query$", "^reflect$", "^java_method$", "^try_reflect$",
  "^secret$", "^try_secret$", "^ai_", "^http_", "^external_", "_to_xml",
}
local HARMLESS <const> = set.of { "pg_typeof", "pg_column_size" }

local function reaches_out(word)
  for _, pattern in ipairs(HARMLESS[word] and {} or REACHING) do
    if word:find(pattern) then
      return true
    end
  end
  return false
end

-- Why a token is not sent: an engine may read it in another way than it is read here, and find its end elsewhere.
local function doubt_of(token, dialect)
  local text <const> = token.text
  if token.kind == "word" or token.kind == "operator" then
    return text:find("$", 1, true) and "it holds '$' outside of quotes" or nil
  elseif token.kind ~= "string" and token.kind ~= "quoted" then
    return nil
  elseif text:sub(1, 1) == "$" then
    return "it holds a text between dollar signs (write it between single quotes)"
  elseif text:find("\\['\"`]") then
    return "it holds a backslash before a quote, which engines read differently (a quote is doubled)"
  elseif text:sub(1, 1) == "`" and dialect.quote ~= "`" then
    return ("names stand in '%s' here"):format(dialect.quote)
  end
  return nil
end

-- Whether a token names files in the place of a table: a stage of Snowflake's, or parquet.`/a/path` of Spark's.
local function names_files(token, before, dialect)
  if dialect.name == "snowflake" then
    return token.text:find("^'?@") ~= nil
  end
  return dialect.quote == "`" and token.kind == "quoted" and before ~= nil and before.text == "."
    and token.text:find("/", 1, true) ~= nil
end

-- What stands for the relation while a query is read: nobody writes it.
local PLACE <const> = "floe relation"

-- Why a token may not stand where it does; nil where it may.
local function refusal_of(token, before, dialect)
  local word <const> = token.kind == "word" and token.text:lower()
  local calls <const> = token.text == "(" and before and dialect.name ~= "duckdb"
  local quotes <const> = token.kind == "string" or token.kind == "quoted"
  if word and WRITING[word] then
    return ("it holds the word '%s', which changes something (a column of that name is written in quotes)"):format(
      token.text)
  elseif calls and before.kind == "word" and reaches_out(before.text:lower()) then
    return ("it calls '%s', which reaches beyond the tables"):format(before.text)
  elseif calls and before.kind == "quoted" and before.text ~= M.name(dialect, PLACE) then
    return ("it calls %s: the name of a function stands without quotes"):format(before.text)
  elseif names_files(token, before, dialect) then
    return ("it reads %s, which is no table"):format(token.text)
  elseif quotes and token.text ~= M.name(dialect, PLACE) and token.text:find(PLACE, 1, true) then
    return "what stands for the table is within quotes, which floe writes itself"
  end
  return doubt_of(token, dialect)
end

-- Reads the tokens of a query, as it is sent: nil, or why it is not.
local function read(query, dialect)
  local first, ended, before
  local depth = 0
  for token in sql.tokens(query, dialect.name) do
    if ended then
      return "it holds more than one statement"
    elseif not token.closed then
      return "a quote in it has no end"
    elseif not first and token.text ~= "(" then
      first = token
      if not OPENING[token.text:lower()] then
        return "it does not begin with SELECT or WITH"
      end
    end
    depth = depth + (token.text == "(" and 1 or token.text == ")" and -1 or 0)
    local refused <const> = depth < 0 and "it closes a parenthesis that nothing opens"
      or refusal_of(token, before, dialect)
    if refused then
      return refused
    end
    ended, before = token.text == ";", token
  end
  return not first and "it is empty" or depth > 0 and "a parenthesis in it has no end" or nil
end

-- A query without its comments: what is none to one engine may be one to another. nil where one has no end.
local function without_comments(query, adapter)
  local parts <const>, at = {}, 1
  for token in sql.tokens(query, adapter) do
    if token.kind == "comment" and not token.closed then
      return nil
    elseif token.kind == "comment" then
      parts[#parts + 1] = query:sub(at, token.from - 1)
      at = token.to + 1
    end
  end
  parts[#parts + 1] = query:sub(at)
  return (table.concat(parts, " "):gsub("[%s;]+$", ""))
end

local RELATION <const> = set.of { "object", "table", "model" }
local COLUMN <const> = set.of { "property", "column", "field" }

-- A query in the parts between which the relation stands; nil and why where it names a column and there is none.
local function parts_of(query, dialect, column)
  local parts <const>, at, current = {}, 1, ""
  for before, name, after in query:gmatch("()%$?{%s*([%a_]+)%s*}()") do
    local lower <const> = name:lower()
    if RELATION[lower] then
      parts[#parts + 1], current, at = current .. query:sub(at, before - 1), "", after
    elseif COLUMN[lower] and not column then
      return nil, ("'{%s}' stands for a column, and the rule belongs to a table"):format(name)
    elseif COLUMN[lower] then
      current, at = current .. query:sub(at, before - 1) .. M.name(dialect, column), after
    end
  end
  parts[#parts + 1] = current .. query:sub(at)
  return parts
end

--- A contract's own query: `${table}` (`${object}`, `${model}`) is the relation, `${column}` (`${property}`,
--- `${field}`) the column; both also without the dollar sign. It is one SELECT, whose quotes and parentheses end where
--- they seem to, and calls nothing that reaches beyond the tables; comments are not sent.
---@param dialect floe.check.dialect
---@param query string
---@param column string? that the rule belongs to
---@return floe.check.measure? measure nil where it cannot be asked
---@return string? why
function M.query(dialect, query, column)
  if (query .. (column or "")):find("{[{%%#]") then
    return nil, "it holds a template" -- whose end the lexer would look for, and no engine knows
  end
  query = without_comments(query, dialect.name)
  if not query then
    return nil, "a comment in it has no end"
  end
  local parts <const>, wrong <const> = parts_of(query, dialect, column)
  local refused <const> = wrong or read(table.concat(parts, M.name(dialect, PLACE)), dialect)
  if refused then
    return nil, refused
  end
  local found <const> = measure("query", dialect, column and { column } or {}, function(as)
    return (parts_of(query, as, column))
  end)
  found.rule = true
  return found
end

return M
