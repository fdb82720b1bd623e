-- SQL text as tokens, so that a rule about SQL never fires on a comment, a string or a call of Jinja. This is no
-- parser: it knows words, names, strings, comments and the spans of Jinja, and a little of what stands around `from`.
--
-- `dialect` is the name of dbt's adapter, as `model.project.adapter` has it: what is a comment (`#`), a string (`"a"`)
-- or a name (`[a]`) depends on it. Without one the rules hold that most dialects share.

local set <const> = require "floe.set"
local sql_tokens <const> = require("floe.sql_tokens").tokens

local M = {}

--- What tokens are: words are keywords and names without quotes, quoted ones are names in quotes.
M.KINDS = {
  "word", "quoted", "string", "number", "operator", "comment", "jinja_output", "jinja_statement", "jinja_comment",
}

---@class floe.sql_token one token
---@field kind string one of `sql.KINDS`
---@field text string as written, with quotes
---@field from integer where it begins in the code, from 1
---@field to integer where it ends
---@field line integer from 1
---@field column integer from 1
---@field closed boolean false for a string, comment or tag whose end is missing: it ends with the code

---@class floe.sql_place a place in the code, for `ctx:report`
---@field text string what stands there
---@field from integer where it begins, from 1
---@field to integer where it ends
---@field line integer from 1
---@field column integer from 1

---@class floe.sql_relation a relation that is named in the code: a place, and
---@field parts string[] the parts of its name, without quotes

--- The tokens of code, one by one, blanks left out. Nothing is read ahead: a loop that ends early costs little.
---
--- > (function() for t in sql.tokens("-- select\n'a'") do return t.kind end end)()  --> "comment"
--- > (function() for t in sql.tokens("{{ ref('a') }}") do return t.text end end)()  --> "{{ ref('a') }}"
--- > (function() for t in sql.tokens('"a"', "bigquery") do return t.kind end end)()  --> "string"
---@param code string
---@param dialect? string
---@return fun(): floe.sql_token?
function M.tokens(code, dialect)
  local next_token <const> = sql_tokens(code, dialect)
  return function()
    local kind <const>, from <const>, to <const>, line <const>, column <const>, closed <const> = next_token()
    return kind and {
      kind = kind, text = code:sub(from, to), from = from, to = to, line = line, column = column, closed = closed,
    }
  end
end

-- The tokens that say something to the database, comments of both kinds left out; words in lower case in `word`.
local function spoken(code, dialect)
  local next_token <const> = M.tokens(code, dialect)
  return function()
    local token = next_token()
    while token and (token.kind == "comment" or token.kind == "jinja_comment") do
      token = next_token()
    end
    if token and token.kind == "word" then
      token.word = token.text:lower()
    end
    return token
  end
end

local function place(code, first, last)
  return { text = code:sub(first.from, last.to), from = first.from, to = last.to, line = first.line,
    column = first.column }
end

-- What two tokens must share to be the same: words however they are written, all else letter by letter.
local function sign_of(token)
  return token.word or token.kind .. " " .. token.text
end

--- Where words or operators stand one behind the other, whatever blanks, comments and capitals are between them.
--- Never in a comment, a string, a quoted name or in Jinja.
---
--- > #sql.find("select * from a -- select *", "select *")  --> 1
--- > sql.find("SELECT /* all */\n  * from a", "select *")[1].line  --> 1
--- > #sql.find("select 'delete from a', {{ delete_from() }}", "delete from")  --> 0
---@param code string
---@param phrase string what to find, as SQL: "select *", "delete from", "::"
---@param dialect? string
---@return floe.sql_place[]
function M.find(code, phrase, dialect)
  local wanted <const> = {}
  for token in spoken(phrase, dialect) do
    wanted[#wanted + 1] = sign_of(token)
  end
  if #wanted == 0 then
    error("sql.find needs a phrase of at least one word", 2)
  end
  local found <const>, recent <const> = {}, {}
  for token in spoken(code, dialect) do
    recent[#recent + 1] = token
    if #recent > #wanted then
      table.remove(recent, 1)
    end
    local same = #recent == #wanted and sign_of(token) == wanted[#wanted]
    for index = 1, same and #wanted - 1 or 0 do
      same = same and sign_of(recent[index]) == wanted[index]
    end
    if same then
      found[#found + 1] = place(code, recent[1], token)
    end
  end
  return found
end

local BEFORE_STAR <const> = set.of { "select", "distinct", "all", ",", "." }

--- Where a `*` stands for all columns: `select *`, `select a.*`, `select distinct *`. Not `count(*)`, not `2 * a`.
---
--- > #sql.stars("select count(*), 2 * a from b")  --> 0
--- > sql.stars("select a, b.* from b")[1].column  --> 13
---@param code string
---@param dialect? string
---@return floe.sql_place[]
function M.stars(code, dialect)
  local found <const> = {}
  local before
  for token in spoken(code, dialect) do
    if token.text == "*" and token.kind == "operator" and before and BEFORE_STAR[before.word or before.text] then
      found[#found + 1] = place(code, token, token)
    end
    before = token
  end
  return found
end

-- ---- relations --------------------------------------------------------------------------------------------

-- Words that end a list of relations.
local AFTER_FROM <const> = set.of {
  "where", "group", "order", "having", "limit", "qualify", "window", "union", "except", "intersect", "minus", "select",
  "set", "returning", "offset", "fetch", "cluster", "distribute", "sort", "connect", "start", "when", "sample",
  "tablesample", "pivot", "unpivot", "settings", "option",
}

-- Words that may follow a relation and are no alias of it.
local NO_ALIAS <const> = set.union(AFTER_FROM, set.of {
  "join", "inner", "left", "right", "full", "cross", "natural", "outer", "on", "using", "lateral", "asof", "semi",
  "anti", "positional", "for", "with", "final", "as",
})

-- Words before the name of a relation.
local BEFORE_NAME <const> = set.of { "lateral", "only" }

-- Functions with a `from` among their arguments.
local FROM_IN_ARGUMENTS <const> = set.of { "trim", "extract", "substring", "overlay", "position" }

-- Words with which a query begins, where a relation might stand as well.
local BEGINS_QUERY <const> = set.of { "select", "with", "values", "from", "table" }

local function unquoted(token)
  return token.kind == "quoted" and token.text:sub(2, -2) or token.text
end

-- What is known at one depth of parentheses: `opener` is the name before them, `reads` that a query stands in them,
-- `lists` that relations are being listed, `names` what relations and aliases are called there.
local function new_frame(opener, wants)
  return { opener = opener, reads = false, lists = false, first = true, wants = wants, names = {}, alias = false }
end

local reader = {}
reader.__index = reader

function reader:frame()
  return self.frames[#self.frames]
end

-- The name that has been read ends; a "(" behind it would make it a function.
function reader:end_name(next_token)
  local name <const> = self.name
  self.name = nil
  local frame <const> = self:frame()
  frame.alias = true
  if next_token and next_token.text == "(" or #name.parts == 0 then
    return
  end
  local last <const>, first <const> = name.parts[#name.parts]:lower(), name.parts[1]:lower()
  local is_known <const> = #name.parts == 1 and self.known[first] or #name.parts > 1 and frame.names[first]
  frame.names[last] = true
  if not name.templated and not is_known then
    local found <const> = place(self.code, name.first, name.last)
    found.parts = name.parts
    self.found[#self.found + 1] = found
  end
end

-- Takes a token into the name that is being read; false where it is no part of it.
function reader:take_name(token)
  local name <const> = self.name
  local is_part <const> = token.kind == "word" or token.kind == "quoted" or token.kind == "jinja_output"
  local touches <const> = name.last and token.from == name.last.to + 1
  if name.wants_part and is_part then
    name.parts[#name.parts + 1] = unquoted(token)
    name.wants_part = false
  elseif token.text == "." and not name.wants_part then
    name.wants_part = true
  elseif touches and not name.wants_part
    and (is_part or token.kind == "number" or self.dashes and token.text == "-") then
    name.parts[#name.parts] = name.parts[#name.parts] .. token.text
  else
    return false
  end
  name.first = name.first or token
  name.last = token
  name.templated = name.templated or token.kind:sub(1, 5) == "jinja"
  return true
end

-- A name that a statement of Jinja touches goes on in it: `raw_{% if … %}`.
function reader:meet_statement(token)
  local name <const> = self.name
  if name and name.last and token.from == name.last.to + 1 then
    name.templated, name.last = true, token
  end
end

-- Common table expressions: `name as (`, `name (a, b) as materialized (`.
function reader:follow_definition(token)
  if token.word == "as" then
    local before <const> = self.before
    local named <const> = before and (before.text == ")" and self.closed or before)
    self.defines = named and (named.kind == "word" or named.kind == "quoted") and named or nil
  elseif self.defines and token.text == "(" then
    self.known[unquoted(self.defines):lower()] = true
    self.defines = nil
    return true
  elseif token.word ~= "not" and token.word ~= "materialized" then
    self.defines = nil
  end
  return false
end

function reader:open(is_definition)
  local frame <const> = self:frame()
  local opener <const> = self.before
  self.frames[#self.frames + 1] = new_frame(opener, frame.wants and not is_definition)
  frame.wants, frame.first, frame.alias = false, false, false
end

function reader:close()
  local closed <const> = table.remove(self.frames)
  if #self.frames == 0 then
    self.frames[1] = new_frame()
  end
  self.closed = closed.opener
  self:frame().alias = self:frame().lists
end

-- Whether a `from` opens a list of relations: not in `extract(year from a)`, not in `a is distinct from b`.
function reader:opens_list(frame)
  local before <const> = self.before
  if before and before.word == "distinct" and self.before_that and self.before_that.word ~= "select" then
    return false
  end
  local opener <const> = frame.opener and frame.opener.word
  return frame.reads or #self.frames == 1 or frame.first and not FROM_IN_ARGUMENTS[opener or ""]
end

function reader:follow_word(token, frame)
  if frame.alias and token.word ~= "as" then
    frame.alias = false
    if not NO_ALIAS[token.word] then
      frame.names[token.word] = true
    end
  end
  if token.word == "select" or token.word == "delete" then
    frame.reads, frame.lists = true, false
  elseif token.word == "from" and self:opens_list(frame) or token.word == "join" and self.before then
    frame.wants, frame.lists, frame.reads = true, true, true
  elseif AFTER_FROM[token.word] then
    frame.lists = false
  end
end

function reader:follow(token)
  local frame <const> = self:frame()
  local is_definition <const> = self:follow_definition(token)
  if frame.wants and BEFORE_NAME[token.word or ""] then
    return
  elseif frame.wants and token.text ~= "(" then
    frame.wants = false
    local begins_query <const> = frame.first and BEGINS_QUERY[token.word or ""]
    self.name = not begins_query and { parts = {}, wants_part = true } or nil
    if self.name and self:take_name(token) then
      frame.first, frame.lists = false, true
      return
    end
    self.name = nil
  end
  if token.text == "(" then
    self:open(is_definition)
  elseif token.text == ")" then
    self:close()
  elseif token.text == ";" then
    self.frames = { new_frame() }
  elseif token.text == "," and frame.lists then
    frame.wants = true
  elseif token.word then
    self:follow_word(token, frame)
  elseif frame.alias and token.kind == "quoted" then
    frame.names[unquoted(token):lower()] = true
    frame.alias = false
  end
  frame.first = false
end

--- The relations that code names itself behind `from` and `join`, in their order: neither `{{ ref(…) }}` and what else
--- Jinja makes, nor common table expressions, functions and subqueries.
---
--- > #sql.relations("with a as (select 1) select * from a join {{ ref('b') }} on true")  --> 0
--- > sql.relations("select * from raw.shop.orders as o, o.items")[1].text  --> "raw.shop.orders"
--- > sql.relations('select 1 from Raw."Orders" -- from b')[1].parts  --> { "Raw", "Orders" }
--- > #sql.relations("select extract(year from ordered_at) from unnest(x)")  --> 0
---@param code string
---@param dialect? string
---@return floe.sql_relation[]
function M.relations(code, dialect)
  local self <const> = setmetatable({
    code = code, dashes = dialect == "bigquery", found = {}, known = {}, frames = { new_frame() },
  }, reader)
  for token in spoken(code, dialect) do
    if token.kind == "jinja_statement" then
      self:meet_statement(token)
    else
      local taken <const> = self.name and self:take_name(token)
      if self.name and not taken then
        self:end_name(token)
      end
      if not taken then
        self:follow(token)
      end
      self.before_that, self.before = self.before, token
    end
  end
  if self.name then
    self:end_name(nil)
  end
  return self.found
end

return M
