-- Facts from whatever dbt connects to, through `dbt show --inline`. A run of dbt costs seconds, so that all is asked in
-- two statements: the columns of all tables, then what is measured in all of them. Where a statement fails, its halves
-- are asked, until the table is found that is to blame. dbt works in a folder of its own, and nothing but SELECT is
-- sent, between tags after which Jinja is no Jinja. DuckDB reads files as well as tables: the queries of contracts are
-- asked there by themselves, with a profile that locks everything away but what it connects to ("confined").

local connections <const> = require "check.connection"
local dbt <const> = require "compile.dbt"
local files <const> = require "host.files"
local json <const> = require "host.json"
local profiles <const> = require "compile.profiles"
local sql <const> = require "check.sql"
local workspaces <const> = require "compile.workspace"

local M = {}

local STARTING <const> = 60 -- seconds that dbt may take to begin
local MOST_RUNS <const> = 24 -- of dbt in one batch of checks
local LONGEST_STATEMENT <const> = 100000 -- bytes: an argument of a program may have 128 KiB
local LONGEST_LINE <const> = 64 << 20
local MOST_COLUMNS <const> = 100000 -- of all tables together
local WIDTH <const> = 16 -- measures that a row of the answer has

local UNSENDABLE <const> = { code = "refused", message = "'endraw' cannot be sent through dbt" }

local Source = {}
Source.__index = Source

-- Engines whose columns stand in information_schema.
local KNOWN <const> = {
  duckdb = true, postgres = true, redshift = true, snowflake = true, trino = true, databricks = true, athena = true,
}

--- Opens the source; nothing runs yet.
---@param request floe.check.request
---@return table? source
---@return table? err
function M.open(request)
  local connection <const> = request.connection
  if not connection.adapter then
    return nil, { code = "outside", message = connection.why or "the profile does not say which adapter it is for" }
  elseif not KNOWN[connection.adapter] then
    return nil, { code = "outside",
      message = ("how '%s' is asked for columns is not known"):format(connection.adapter) }
  end
  local program <const>, missing <const> = connections.program(connection)
  if not program then
    return nil, { code = "outside", message = missing.message, hint = missing.hint }
  end
  return setmetatable({
    name = "dbt", adapter = connection.adapter, program = program, connection = connection,
    dialect = sql.dialect(connection.adapter), runs = 0,
  }, Source)
end

-- ---- one statement ----------------------------------------------------------------------------------------

-- What a row says, by names in small letters: some engines write them large.
local function rows_of(preview)
  local shown <const>, out <const> = json.decode(preview), {}
  for index, row in ipairs(type(shown) == "table" and shown or {}) do
    out[index] = {}
    for key, value in pairs(type(row) == "table" and row or {}) do
      out[index][tostring(key):lower()] = value
    end
  end
  return out
end

local function copied(map)
  local out <const> = {}
  for key, value in pairs(map) do
    out[key] = value
  end
  return out
end

-- The profile by which the queries of a contract are asked: the one there is, with all files but the database's and the
-- network locked away.
local function confined(connection)
  local output <const> = copied(connection.written_output)
  output.settings = type(output.settings) == "table" and copied(output.settings) or {}
  output.settings.enable_external_access = false
  return { [connection.profile_name] = { target = connection.name, outputs = { [connection.name] = output } } }
end

-- The folder of profiles.yml: one that floe makes may not be written yet.
local function profiles_in(self, workspace, is_confined)
  local connection <const> = self.connection
  local folder <const> = connection.profiles
  if not is_confined and (not connection.written or folder and files.is_file(files.join(folder, "profiles.yml"))) then
    return folder
  end
  local path <const>, err <const> = workspace:file("profiles", "profiles.yml")
  if not path then
    return nil, err
  end
  local written <const>, unwritten <const> = files.write_private(path,
    profiles.text(is_confined and confined(connection) or connection.written))
  return written and files.dirname(path), unwritten
end

local function request_of(self, statement, most, options, workspace)
  local target <const>, err <const> = workspace:folder "target"
  local folder <const>, wrong <const> = profiles_in(self, workspace, options.confined)
  if not target or not folder and wrong then
    return nil, err or wrong
  end
  dbt.warm(files.join(self.connection.project, "target"), target)
  return {
    program = self.program, project = self.connection.project, command = "show", profiles = folder,
    profile = self.connection.profile, target = self.connection.target, target_path = target,
    log_path = files.join(target, "logs"), seconds = STARTING + options.timeout, longest_line = LONGEST_LINE,
    arguments = { "--inline", "{% raw %}" .. statement .. "{% endraw %}", "--output", "json", "--limit",
      ("%d"):format(most) },
  }
end

-- Whether a text would end the tags between which statements are sent.
local function ends_raw(text)
  return text:find("endraw", 1, true) ~= nil
end

-- The rows of a statement; nil and why where there are none.
local function show(self, statement, most, options)
  if ends_raw(statement) then
    return nil, UNSENDABLE
  end
  self.runs = self.runs + 1
  if self.runs > MOST_RUNS then
    return nil, { code = "failed", message = "too many statements failed: the rest was not asked" }
  end
  local workspace <close> = workspaces.new(self.connection.root)
  local request <const>, unmade <const> = request_of(self, statement, most, options, workspace)
  if not request then
    return nil, { code = "failed", message = unmade.message }
  end
  local rows
  local heard <const>, unstarted <const> = dbt.hear(request, { event = function(name, data)
    if name == "ShowNode" and type(data) == "table" and type(data.preview) == "string" then
      rows = rows_of(data.preview)
    end
  end })
  if not heard then
    return nil, { code = "failed", message = unstarted.message }
  elseif heard.interrupted then
    error({ interrupted = true }, 0)
  elseif heard.late then
    return nil, { code = "timeout", message = ("there was no answer within %g seconds"):format(options.timeout) }
  elseif heard.code ~= 0 or not rows then
    local wrong <const> = heard.problems[1]
    return nil, { code = "failed", message = wrong and wrong.message or heard.last, outside = wrong
      and wrong.kind_of_error == "outside" }
  end
  return rows
end

-- ---- columns ----------------------------------------------------------------------------------------------

local COLUMNS <const> = [[
SELECT table_catalog AS floe_database, table_schema AS floe_schema, table_name AS floe_table,
  column_name AS floe_column, data_type AS floe_type, is_nullable AS floe_nullable,
  character_maximum_length AS floe_length, numeric_precision AS floe_precision, numeric_scale AS floe_scale
FROM information_schema.columns WHERE LOWER(table_name) IN (%s)
ORDER BY table_catalog, table_schema, table_name, ordinal_position]]

local SIZED <const> = { decimal = true, numeric = true, number = true }
local LONG <const> = { ["character varying"] = true, varchar = true, character = true, char = true, text = true }

local function whole(value)
  return math.tointeger(tonumber(value))
end

-- A type with what the information schema says beside it.
local function type_of(row)
  local name <const> = tostring(row.floe_type)
  local lower <const> = name:lower()
  if SIZED[lower] and whole(row.floe_precision) then
    return ("%s(%d,%d)"):format(name, whole(row.floe_precision), whole(row.floe_scale) or 0)
  elseif LONG[lower] and whole(row.floe_length) then
    return ("%s(%d)"):format(name, whole(row.floe_length))
  end
  return name
end

local function is_nullable(value)
  return value == true or tostring(value):upper() == "YES" or tostring(value):upper() == "TRUE"
end

-- Tables by their names in small letters, each a list of { database, schema, name, columns }.
local function tables_of(rows)
  local out <const>, at <const> = {}, {}
  for _, row in ipairs(rows) do
    local name <const> = tostring(row.floe_table)
    local key <const> = table.concat({ tostring(row.floe_database), tostring(row.floe_schema), name }, "\0")
    if not at[key] then
      at[key] = { database = row.floe_database, schema = row.floe_schema, name = name, columns = {} }
      out[name:lower()] = out[name:lower()] or {}
      table.insert(out[name:lower()], at[key])
    end
    table.insert(at[key].columns, { name = tostring(row.floe_column), type = type_of(row),
      nullable = is_nullable(row.floe_nullable) })
  end
  return out
end

local function same(wanted, found)
  return wanted == nil or tostring(wanted):lower() == tostring(found):lower()
end

local function fitting(list, test)
  local out <const> = {}
  for _, one in ipairs(list) do
    out[#out + 1] = test(one) and one or nil
  end
  return out
end

-- The table that a relation means, and why there is none.
local function place_of(relation, places)
  local found = fitting(places or {}, function(one)
    return same(relation.schema, one.schema) and same(relation.database, one.database)
  end)
  if #found == 0 and relation.database then
    found = fitting(places or {}, function(one)
      return same(relation.schema, one.schema)
    end)
  end
  local exact <const> = fitting(found, function(one)
    return one.name == relation.identifier
  end)
  found = #exact > 0 and exact or found
  local parts <const> = {}
  for _, part in ipairs { relation.database or false, relation.schema or false, relation.identifier } do
    parts[#parts + 1] = part and tostring(part) or nil
  end
  local shown <const> = table.concat(parts, ".")
  if #found == 0 then
    return nil, { code = "missing", message = ("there is no table '%s'"):format(shown) }
  elseif #found > 1 then
    return nil, { code = "ambiguous", message = ("'%s' may be any of several tables"):format(shown) }
  end
  return found[1]
end

-- The statements that ask for the columns of tables with these names, each as long as it may be.
local function column_statements(self, targets)
  local out <const>, literals, length, seen = {}, {}, 0, {}
  for _, target in ipairs(targets) do
    local literal <const> = sql.literal(self.dialect, target.relation.identifier:lower())
    if not seen[literal] and not ends_raw(literal) then
      seen[literal] = true
      if length + #literal > LONGEST_STATEMENT then
        out[#out + 1] = COLUMNS:format(table.concat(literals, ", "))
        literals, length = {}, 0
      end
      literals[#literals + 1], length = literal, length + #literal + 2
    end
  end
  if #literals > 0 then
    out[#out + 1] = COLUMNS:format(table.concat(literals, ", "))
  end
  return out
end

local function add_columns(answer, place)
  answer.columns = place.columns
  local by_name <const> = {}
  for _, column in ipairs(place.columns) do
    by_name[column.name:lower()] = by_name[column.name:lower()] or column.name
  end
  for _, column in ipairs(place.columns) do
    by_name["=" .. column.name] = column.name
  end
  answer.names = setmetatable({}, { __index = function(_, name)
    return by_name["=" .. name] or by_name[name:lower()]
  end })
end

local function relation_of(self, place)
  local parts <const> = {}
  for _, part in ipairs { place.database or false, place.schema or false, place.name } do
    parts[#parts + 1] = part and sql.name(self.dialect, tostring(part)) or nil
  end
  return table.concat(parts, ".")
end

-- The table that a relation means, where its name can be sent.
local function sendable(self, relation, tables)
  local name <const> = relation.identifier:lower()
  if ends_raw(name) then
    return nil, UNSENDABLE
  end
  local place <const>, err <const> = place_of(relation, tables[name])
  if place and ends_raw(relation_of(self, place)) then
    return nil, UNSENDABLE
  end
  return place, err
end

-- Finds the tables: each target has an answer afterwards, with columns or with an error.
local function find(self, targets, options)
  local rows <const> = {}
  for _, statement in ipairs(column_statements(self, targets)) do
    local found <const>, err <const> = show(self, statement, MOST_COLUMNS, options)
    if not found then
      return nil, err
    elseif #found == MOST_COLUMNS then -- a table that is not among them may be there all the same
      return nil, { code = "ambiguous", message = ("tables of these names have more than %d columns in all schemas")
        :format(MOST_COLUMNS) }
    end
    table.move(found, 1, #found, #rows + 1, rows)
  end
  local tables <const>, answers <const> = tables_of(rows), {}
  for _, target in ipairs(targets) do
    local place <const>, err <const> = sendable(self, target.relation, tables)
    local answer <const> = { adapter = self.adapter, error = err, values = {}, errors = {}, place = place }
    if place then
      add_columns(answer, place)
    end
    answers[target.id] = answer
  end
  return answers
end

-- ---- measures ---------------------------------------------------------------------------------------------

local function missing_column(measure, names)
  for _, column in ipairs(measure.columns) do
    if not names[column] then
      return column
    end
  end
  return nil
end

-- A row of the answer: up to WIDTH values about one table. Cells are { place =, text = }.
local function row_statement(self, number, cells, relation)
  local parts <const> = { ("%d AS floe_row"):format(number) }
  for index = 1, WIDTH do
    local text <const> = cells[index] and cells[index].text or "NULL"
    parts[#parts + 1] = ("CAST(%s AS %s) AS floe_%d"):format(text, self.dialect.text, index)
  end
  return ("SELECT %s%s"):format(table.concat(parts, ", "), relation and " FROM " .. relation or "")
end

-- The rows that a target asks for, and those for the queries of its contract. What is to be looked up counts its rows,
-- which tells that it can be read as well.
local function add_rows(self, rows, queries, target, answer)
  local relation <const> = relation_of(self, answer.place)
  local as <const> = setmetatable({ names = answer.names }, { __index = self.dialect })
  local cells = {}
  local function flush()
    if #cells > 0 then
      rows[#rows + 1] = { target = target, answer = answer, cells = cells, relation = relation }
      cells = {}
    end
  end
  if target.probe then
    cells[1] = { text = "COUNT(*)" }
  end
  for place, measure in ipairs(target.measures) do
    local missing <const> = missing_column(measure, answer.names)
    local text <const> = not missing and table.concat(measure.write(as), relation)
    if missing then
      answer.errors[place] = { code = "column", message = ("there is no column '%s'"):format(missing) }
    elseif ends_raw(text) then
      answer.errors[place] = UNSENDABLE
    elseif measure.rule then
      queries[#queries + 1] = {
        target = target, answer = answer, cells = { { place = place, text = "(" .. text .. ")" } },
      }
    else
      cells[#cells + 1] = { place = place, text = text }
      if #cells == WIDTH then
        flush()
      end
    end
  end
  flush()
end

local function take(row, found)
  for index, cell in ipairs(row.cells) do
    local value <const> = found["floe_" .. index]
    if cell.place and value ~= nil then
      row.answer.values[cell.place] = math.tointeger(tonumber(value)) or tonumber(value) or value
    end
  end
end

local function fail(row, err)
  for _, cell in ipairs(row.cells) do
    if cell.place then
      row.answer.errors[cell.place] = err
    else
      row.answer.probe_error = err
    end
  end
end

-- Asks for rows in one statement, or in its halves where it fails.
local function ask_rows(self, rows, first, last, options)
  local parts <const> = {}
  for number = first, last do
    parts[#parts + 1] = rows[number].statement
  end
  local found <const>, err <const> = show(self, table.concat(parts, "\nUNION ALL\n"), #parts, options)
  if found then
    local answered <const> = {}
    for _, one in ipairs(found) do
      local number <const> = whole(one.floe_row)
      if number and rows[number] then
        take(rows[number], one)
        answered[number] = true
      end
    end
    for number = first, last do
      if not answered[number] then
        fail(rows[number], { code = "failed", message = "it was not answered" })
      end
    end
  elseif first == last or self.runs > MOST_RUNS then
    for number = first, last do
      fail(rows[number], err)
    end
  else
    local middle <const> = (first + last) // 2
    ask_rows(self, rows, first, middle, options)
    ask_rows(self, rows, middle + 1, last, options)
  end
end

-- Asks for all rows, in as few statements as they fit in.
local function ask_all(self, rows, options)
  local first, length = 1, 0
  for number, row in ipairs(rows) do
    row.statement = row_statement(self, number, row.cells, row.relation)
    if number > first and length + #row.statement > LONGEST_STATEMENT then
      ask_rows(self, rows, first, number - 1, options)
      first, length = number, 0
    end
    length = length + #row.statement + 11
  end
  if #rows > 0 then
    ask_rows(self, rows, first, #rows, options)
  end
end

local function measure(self, targets, answers, options)
  local rows <const>, queries <const> = {}, {}
  for _, target in ipairs(targets) do
    if answers[target.id].place then
      add_rows(self, rows, queries, target, answers[target.id])
    end
  end
  if self.adapter == "duckdb" then
    ask_all(self, rows, options)
    return ask_all(self, queries, { timeout = options.timeout, confined = true })
  end
  return ask_all(self, table.move(queries, 1, #queries, #rows + 1, rows), options)
end

--- Asks for all that is wanted.
---@param targets floe.check.target[]
---@param options { timeout: number }
---@return table<integer, floe.check.answer>? answers
---@return table? err
function Source:ask(targets, options)
  local answers <const>, err <const> = find(self, targets, options)
  if not answers then
    local unreached <const> = {}
    for _, target in ipairs(targets) do
      unreached[target.id] = { error = { code = err.code == "failed" and "unreachable" or err.code,
        message = err.message } }
    end
    return unreached
  end
  measure(self, targets, answers, options)
  return answers
end

return M
