-- Which columns a query passes on as they are, and from which table: read from its SQL, and only where there is no
-- doubt. A column that is computed, that may be of more than one table, or of a query whose form is not known has no
-- lineage here. Names are compared without regard to capitals.

local set <const> = require "floe.set"
local sql <const> = require "floe.sql"

local M = {}

local MOST_SQL <const> = 256 << 10 -- bytes
local DEEPEST <const> = 100 -- queries within queries

-- Raised where a form is not known: nothing is told of such a query.
local UNKNOWN <const> = {}

-- Words that stand for values though they look like columns.
local VALUES <const> = set.of {
  "null", "true", "false", "default", "current_date", "current_time", "current_timestamp", "current_user",
  "current_role", "current_schema", "current_catalog", "localtime", "localtimestamp", "session_user", "user", "sysdate",
  "systimestamp", "rownum", "rowid", "level", "today", "now",
}

-- Words that end a list of sources.
local AFTER_SOURCES <const> = set.of {
  "where", "group", "order", "having", "limit", "qualify", "window", "offset", "fetch", "cluster", "distribute", "sort",
  "settings", "option", "for",
}

-- Words after which other rows or other columns follow.
local CHANGES <const> = set.of {
  "union", "except", "intersect", "minus", "pivot", "unpivot", "lateral", "select", "into", "match_recognize",
}

local BEFORE_JOIN <const> = set.of {
  "inner", "left", "right", "full", "cross", "natural", "outer", "asof", "semi", "anti", "positional", "any", "all",
}

local NO_ALIAS <const> = set.union(set.union(AFTER_SOURCES, CHANGES), set.union(BEFORE_JOIN, set.of {
  "join", "on", "using", "from", "tablesample", "sample", "final",
}))

local OPENING <const>, CLOSING <const> = set.of { "(", "[", "{" }, set.of { ")", "]", "}" }

-- ---- tokens -------------------------------------------------------------------------------------------------

local Reader <const> = {}
Reader.__index = Reader

local function unknown()
  error(UNKNOWN, 0)
end

local function tokens_of(code, dialect)
  local out <const> = {}
  for token in sql.tokens(code, dialect) do
    if token.kind:find("^jinja") or not token.closed then
      unknown()
    elseif token.kind ~= "comment" then
      token.word = token.kind == "word" and token.text:lower() or nil
      out[#out + 1] = token
    end
  end
  if out[#out] and out[#out].text == ";" then
    out[#out] = nil
  end
  return out
end

function Reader:peek(ahead)
  return self.tokens[self.at + (ahead or 0)] or {}
end

function Reader:take()
  self.at = self.at + 1
  return self.tokens[self.at - 1] or unknown()
end

function Reader:accept(text)
  local token <const> = self:peek()
  if token.word == text or token.kind == "operator" and token.text == text then
    self.at = self.at + 1
    return true
  end
end

function Reader:expect(text)
  return self:accept(text) or unknown()
end

local function is_name(token)
  return token.kind == "word" or token.kind == "quoted"
end

local function name_of(token)
  return token.kind == "quoted" and token.text:sub(2, -2) or token.text
end

function Reader:name()
  local token <const> = self:take()
  return is_name(token) and name_of(token) or unknown()
end

-- Passes over what stands in parentheses, the opening one included.
function Reader:skip_group()
  local depth = 0
  repeat
    local text <const> = self:take().text
    depth = depth + (OPENING[text] and 1 or CLOSING[text] and -1 or 0)
  until depth == 0
end

-- ---- columns ------------------------------------------------------------------------------------------------

local query

-- The column that comes through a source; nil where that is not certain.
local function through(source, column)
  if source.identity then
    return { identity = source.identity, field = column }
  elseif not source.columns then
    return nil
  end
  local known <const> = source.columns[column:lower()]
  if known ~= nil then
    return not (source.within and source.doubted[column:lower()]) and known or nil
  end
  -- "id_1": so some databases call a second "id" of a query.
  local second <const> = column:lower():match("^(.+)_%d+$")
  return source.star and not source.opaque and not (second and source.columns[second] ~= nil)
    and through(source.star, column) or nil
end

-- An item of a select as its tokens, up to the comma or to what follows the list.
function Reader:item()
  local out <const> = {}
  while true do
    local token <const> = self:peek()
    if not token.kind or token.word == "from" or token.text == "," or CLOSING[token.text] then
      return out
    elseif OPENING[token.text] then
      local first <const> = self.at
      self:skip_group()
      out[#out + 1] = { kind = "group", first = first }
    else
      out[#out + 1] = self:take()
    end
  end
end

-- Whether an item that is computed has an alias for certain: its last word.
local function is_called(item)
  local last <const>, before <const> = item[#item], item[#item - 1]
  return is_name(last) and before ~= nil and (before.word == "as" or before.kind == "group")
end

-- An item that is a column and nothing else: [source .] column [[as] name]
local function plain_column(item)
  local at, source = 1, nil
  if item[2] and item[2].text == "." then
    source, at = item[1], 3
  end
  local column <const>, rest <const> = item[at], #item - at
  if not column or not is_name(column) or source and not is_name(source)
    or not source and VALUES[column.word or ""] then
    return nil
  elseif rest == 0 then
    return column, source, name_of(column)
  elseif rest == 1 and is_name(item[at + 1]) then
    return column, source, name_of(item[at + 1])
  elseif rest == 2 and item[at + 1].word == "as" and is_name(item[at + 2]) then
    return column, source, name_of(item[at + 2])
  end
end

local function source_named(sources, name)
  for _, source in ipairs(sources) do
    if source.alias == name:lower() then
      return source
    end
  end
end

local function is_star(item)
  return item[1] and (item[1].text == "*" and item[1].kind == "operator"
    or item[2] and item[2].text == "." and item[3] and item[3].text == "*")
end

-- `*` or `source.*`; a list of exceptions behind it makes it uncertain.
local function add_star(out, item, sources)
  local named <const> = item[1].text ~= "*" and item[1]
  local source <const> = named and source_named(sources, name_of(named)) or not named and #sources == 1 and sources[1]
  if out.star or not source or #item > (named and 3 or 1) then
    out.opaque = true
  end
  out.star = source or {}
end

-- What items may call something else than the column of that name: another item may mean that, in many databases.
local function new_names(items)
  local out <const> = {}
  for _, item in ipairs(items) do
    local column <const>, _, name = plain_column(item)
    name = name or is_name(item[#item]) and name_of(item[#item])
    if name and not (column and name_of(column):lower() == name:lower()) then
      out[name:lower()] = true
    end
  end
  return out
end

-- The source that a column without one is of. The name of a source is a whole row of it.
local function only_source(sources, column, taken)
  local name <const> = name_of(column):lower()
  return #sources == 1 and not taken[name] and not source_named(sources, name) and sources[1] or nil
end

local function add_item(out, item, sources, taken)
  if is_star(item) then
    return add_star(out, item, sources)
  end
  local column <const>, named <const>, name <const> = plain_column(item)
  if column then
    local source
    if named then
      source = source_named(sources, name_of(named))
    else
      source = only_source(sources, column, taken)
    end
    local found <const> = source and through(source, name_of(column)) or false
    -- Two columns of one name: which one is meant is not certain. A star before it may hold another one, which a table
    -- that is made of it could not, but a query within a query can.
    out.columns[name:lower()] = out.columns[name:lower()] == nil and found or false
    out.doubted[name:lower()] = out.star ~= nil
    out.order[#out.order + 1] = name
    return
  end
  local last <const> = item[#item]
  if is_name(last) then
    out.columns[name_of(last):lower()] = false
  end
  out.opaque = out.opaque or not is_called(item)
end

-- ---- sources ------------------------------------------------------------------------------------------------

function Reader:alias(default)
  if self:accept "as" then
    return self:name():lower()
  end
  local token <const> = self:peek()
  if is_name(token) and not (token.word and NO_ALIAS[token.word]) then
    return self:name():lower()
  end
  return default and default:lower()
end

function Reader:source(scope)
  local token <const> = self:peek()
  local source = {}
  local default
  if token.text == "(" then
    self:take()
    source = query(self, scope)
    self:expect ")"
  elseif token.kind == "string" then
    source = { identity = scope.location(self:take().text:sub(2, -2)) }
  else
    local parts <const> = { self:name() }
    while self:accept "." do
      parts[#parts + 1] = self:name()
    end
    default = parts[#parts]
    if self:peek().text == "(" then -- a function
      self:skip_group()
    else
      source = #parts == 1 and scope.queries[default:lower()] or { identity = scope.relation(parts) }
    end
  end
  local alias <const> = self:alias(default)
  if self:peek().text == "(" then -- names for its columns
    unknown()
  end
  return setmetatable({ alias = alias }, { __index = source })
end

-- Passes over the condition of a join.
function Reader:skip_condition()
  while true do
    local token <const> = self:peek()
    if not token.kind or CLOSING[token.text] or token.text == "," or token.word == "join"
      or token.word and (AFTER_SOURCES[token.word] or BEFORE_JOIN[token.word] and self:joins()) then
      return
    elseif token.word and CHANGES[token.word] then
      unknown()
    elseif OPENING[token.text] then
      self:skip_group()
    else
      self:take()
    end
  end
end

-- Whether the words from here on lead to a join.
function Reader:joins()
  local ahead = 0
  while BEFORE_JOIN[self:peek(ahead).word or ""] do
    ahead = ahead + 1
  end
  return ahead > 0 and self:peek(ahead).word == "join"
end

function Reader:sources(scope)
  local out <const> = { self:source(scope) }
  while true do
    if self:joins() then
      while not self:accept "join" do
        self:take()
      end
    elseif not (self:accept "," or self:accept "join") then
      return out
    end
    local source <const> = self:source(scope)
    if source.alias and source_named(out, source.alias) then
      unknown()
    end
    out[#out + 1] = source
    if self:accept "on" then
      self:skip_condition()
    elseif self:accept "using" then
      self:skip_group()
    end
  end
end

-- ---- queries ------------------------------------------------------------------------------------------------

-- Passes over what follows the sources, up to the end of the query.
function Reader:skip_rest()
  while self:peek().kind and not CLOSING[self:peek().text] do
    if CHANGES[self:peek().word or ""] then
      unknown()
    elseif OPENING[self:peek().text] then
      self:skip_group()
    else
      self:take()
    end
  end
end

local function select_of(self, scope)
  self:expect "select"
  if self:accept "distinct" and self:accept "on" then
    self:skip_group()
  end
  self:accept "all"
  local items <const> = {}
  repeat
    items[#items + 1] = self:item()
    if #items[#items] == 0 then
      unknown()
    end
  until not self:accept ","
  local sources <const> = self:accept "from" and self:sources(scope) or {}
  self:skip_rest()
  local taken <const> = new_names(items)
  local out <const> = { columns = {}, order = {}, doubted = {}, within = scope.depth > 1 }
  for _, item in ipairs(items) do
    add_item(out, item, sources, taken)
  end
  return out
end

function query(self, outer)
  local scope <const> = setmetatable({ depth = outer.depth + 1 }, { __index = outer })
  if scope.depth > DEEPEST then
    unknown()
  elseif not self:accept "with" then
    return select_of(self, scope)
  end
  local inner <const> = setmetatable({ queries = setmetatable({}, { __index = scope.queries }) }, { __index = scope })
  repeat
    local name <const> = self:name():lower()
    if name == "recursive" then
      unknown()
    end
    self:expect "as"
    self:accept "not"
    self:accept "materialized"
    self:expect "("
    inner.queries[name] = query(self, inner)
    self:expect ")"
  until not self:accept ","
  return select_of(self, inner)
end

---@class floe.lineage.column
---@field name string of the query
---@field identity floe.lineage.identity the table it comes from
---@field field string its name there

---@class floe.lineage.column.options
---@field dialect string?
---@field relation fun(parts: string[]): floe.lineage.identity? the table of a name
---@field location fun(path: string): floe.lineage.identity? the file of a path
---@field declared string[]? columns that the result is known to have

--- The columns that a query passes on as they are.
---@param code string
---@param options floe.lineage.column.options
---@return floe.lineage.column[]
function M.passed(code, options)
  if #code > MOST_SQL then
    return {}
  end
  local ok <const>, found <const> = pcall(function()
    local reader <const> = setmetatable({ tokens = tokens_of(code, options.dialect), at = 1 }, Reader)
    local scope <const> = { queries = {}, depth = 0, relation = options.relation, location = options.location }
    local out <const> = query(reader, scope)
    return reader:peek().kind and unknown() or out
  end)
  if not ok then
    return found == UNKNOWN and {} or error(found, 0)
  end
  local out <const>, told <const> = {}, {}
  local function tell(name)
    local from <const> = not told[name:lower()] and through(found, name)
    told[name:lower()] = true
    out[#out + 1] = from and { name = name, identity = from.identity, field = from.field } or nil
  end
  for _, name in ipairs(found.order) do
    tell(name)
  end
  for _, name in ipairs(found.star and options.declared or {}) do
    tell(name)
  end
  return out
end

return M
