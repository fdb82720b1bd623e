-- Shapes: what a file may look like, said once as data. From the same shape come the checks of a file (all
-- problems at once, each with its place and what to write instead), its JSON Schema and its reference pages
-- (manifest/export.lua).
--
-- A shape is a plain table:
--   type        "string" "integer" "number" "boolean" "object" "list" "map" "any"
--   doc         one sentence: what it means
--   default     the value where it is absent (for readers and documentation; nothing is filled in)
--   enum        the texts or numbers allowed
--   pattern     a PCRE2 pattern a text must match; `says` puts it in words: "three numbers, such as 1.2.3"
--   format      "date" (YYYY-MM-DD), "semver", "duration" (ISO 8601 or 15m, 6h, 1d), "cron", "timezone"
--   minimum, maximum            of a number
--   min_length, max_length      of a text, in bytes
--   min_items, unique           of a list; `unique` names the member that must differ between items
--   items       the shape of a list's items
--   fields      of an object: a list of shapes, each with its name first: { "owner", type = "string", … }
--   additional  of an object: true, or the shape of members that `fields` does not name; absent: none
--   extensions  of an object: keys that begin with `x-` are allowed
--   keys,values of a map: the shapes of its keys (enum, pattern, says) and of its values
--   own_names   of a map or an object: its keys are names that people give, and no key is forbidden there
--   either      a list of shapes of different types; the one whose type fits is used
--   required    of a field: it must be there
--   deprecated  of a field: what to use instead
--   forbidden   of an object: a list of { names = {…}, why = "…", deep = true where it holds below, too }
--   depends     of a field: function(object) → the shape to use instead, by what stands beside it
--   check       function(value, report): report(key or nil, message, { expected=, actual=, hint=, … })
--   code        an error code for problems with this value
--   name        a name for shapes that are used more than once or contain themselves (JSON Schema's $defs)
--   about       of a shape with a name: what it is wherever it is used; absent: its doc

local cron <const> = require "cron"
local document <const> = require "host.document"
local regex <const> = require "host.regex"
local secrets <const> = require "manifest.secrets"
local text <const> = require "floe.text"
local timezone <const> = require "timezone"

local M = {}

---@class floe.problem
---@field kind "unknown"|"missing"|"type"|"enum"|"pattern"|"range"|"forbidden"|"duplicate"|"rule"|"deprecated"
---@field message string
---@field file string?
---@field line integer?
---@field column integer?
---@field path string the path in the document, such as `governance.policies.naming.layer_prefix.mode`
---@field hint string?
---@field code string?
---@field severity "error"|"warning"
---@field expected string?
---@field actual string?
---@field suggestions string[]
---@field owner any the container it stands in, a view
---@field key any its key there

--- What is wrong with a cron expression, with how far into it that is; nil where nothing is.
local function cron_mistake(expression)
  local read <const>, mistake <const> = cron.parse(expression)
  if not read then
    return {
      message = ("%s (character %d of '%s')"):format(mistake.message, mistake.offset, M.short(expression)),
      hint = mistake.hint,
    }
  end
end

--- What stands behind `format`: a pattern and its words, or `mistake(value)`, which says more than a pattern can.
M.formats = {
  date = { pattern = [[^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$]], says = "a date such as 2026-12-31" },
  semver = {
    pattern = [[^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$]],
    says = "a semantic version such as 1.2.3",
  },
  version = { pattern = [[^\d+\.\d+\.\d+$]], says = "three numbers such as 1.2.3" },
  duration = {
    pattern = [[^(P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?]]
      .. [[|\d+(\.\d+)?\s*(s|m|min|h|d|w))$]],
    says = "a duration such as PT6H, 15m, 6h or 1d",
  },
  cron = {
    pattern = [[^\s*(@[A-Za-z]+|(\S+\s+){4}\S+)\s*$]],
    says = "five cron fields such as '0 6 * * *', or a word such as @daily",
    mistake = cron_mistake,
  },
  timezone = { says = "an IANA time zone such as Europe/Berlin, or UTC", mistake = timezone.mistake },
}

--- A named field made from a shape: `shape.field("tags", shape.texts, { doc = "…" })`.
---@param name string
---@param base table
---@param more table? what differs from the base
---@return table
function M.field(name, base, more)
  local out <const> = {}
  for key, value in pairs(base) do
    out[key] = value
  end
  out.about = base.about or base.doc
  for key, value in pairs(more or {}) do
    out[key] = value
  end
  out[1] = name
  return out
end

--- A list of texts.
M.texts = { type = "list", items = { type = "string" } }

--- A text, or a list of texts.
M.one_or_more = { either = { { type = "string" }, M.texts } }

--- The digest of a file.
M.digest = { type = "string", pattern = "^sha256:[0-9a-f]{64}$", says = "`sha256:` and 64 hexadecimal digits" }

local WORDS <const> = {
  string = "a text",
  integer = "an integer",
  number = "a number",
  boolean = "true or false",
  object = "an object",
  map = "an object",
  list = "a list",
  any = "anything",
}

-- The type of a value in the words of shapes.
local function type_of(value)
  local kind <const> = type(value)
  if kind == "number" then
    return math.type(value) == "integer" and "integer" or "number"
  elseif kind == "string" or kind == "boolean" then
    return kind
  end
  return document.kind(value) == "array" and "list" or "object"
end

--- A text as a message shows it: of a long one the beginning.
---@param value string
---@return string
function M.short(value)
  return #value > 60 and value:sub(1, (utf8.offset(value, 0, 58) or 58) - 1) .. "…" or value
end

--- A value as an error text shows it: "the text 'eighty'", "the number 80", "a list".
---@param value any
---@return string
function M.describe(value)
  local kind <const> = type(value)
  if kind == "string" then
    return ("the text '%s'"):format(M.short(value))
  elseif kind == "number" then
    return ("the number %s"):format(value)
  elseif kind == "boolean" then
    return tostring(value)
  end
  return document.kind(value) == "array" and "a list" or "an object"
end

local function quoted(list)
  local out <const> = {}
  for i, value in ipairs(list) do
    out[i] = type(value) == "string" and "'" .. value .. "'" or tostring(value)
  end
  return table.concat(out, ", ")
end

--- What a shape accepts, in words.
---@param shape table
---@return string
function M.words(shape)
  if shape.either then
    local parts <const> = {}
    for i, choice in ipairs(shape.either) do
      parts[i] = M.words(choice)
    end
    return table.concat(parts, " or ")
  elseif shape.enum then
    return #shape.enum == 1 and quoted(shape.enum) or "one of " .. quoted(shape.enum)
  elseif shape.format then
    return M.formats[shape.format].says
  elseif shape.says then
    return shape.says
  end
  return WORDS[shape.type]
end

local function child_path(path, key)
  if type(key) == "number" then
    return ("%s[%d]"):format(path, key - 1)
  end
  local name <const> = M.short(tostring(key))
  if path == "" then
    return name
  end
  return name:find("^[%w_-]+$") and path .. "." .. name or ('%s["%s"]'):format(path, name)
end

-- A spot is where a value is checked: the container it stands in (`owner`), its key there, and its path.
local function spot(owner, key, path)
  return { owner = owner, key = key, path = key == nil and path or child_path(path, key) }
end

local Checker = {}
Checker.__index = Checker

-- More than anybody repairs at once; a file made to be wrong may have hundreds of thousands.
local MOST_PROBLEMS <const> = 200

local function quotable(value)
  return type(value) == "string" and secrets.shown(value) or value
end

-- Adds a problem at a spot.
function Checker:add(kind, at, message, more)
  more = more or {}
  if #self.problems >= MOST_PROBLEMS then
    self.more = self.more or more.severity ~= "warning"
    return
  end
  local file, line, column
  if at.owner ~= nil then
    file, line, column = document.place(at.owner, at.key)
  end
  self.problems[#self.problems + 1] = {
    kind = kind,
    message = secrets.shown(message),
    file = file or self.file,
    line = line,
    column = column,
    path = at.path,
    hint = quotable(more.hint),
    code = more.code,
    severity = more.severity or "error",
    expected = more.expected,
    actual = quotable(more.actual),
    suggestions = more.suggestions or {},
    owner = at.owner,
    key = at.key,
  }
end

-- The suggestions for a word that is none of `candidates`, and the hint that says them.
local function suggest(word, candidates)
  local near <const> = type(word) == "string" and text.suggest(word, candidates)
  if not near then
    return {}
  end
  return { near }, ("did you mean '%s'?"):format(near)
end

-- Runs a shape's own check. What it reports about a member stands at that member.
function Checker:custom(shape, value, at)
  if not shape.check then
    return
  end
  shape.check(value, function(key, message, more)
    local inner <const> = type(value) == "userdata" and key ~= nil
    self:add(more and more.kind or "rule", inner and spot(value, key, at.path) or at, message, more)
  end, self.context)
end

local function fits(shape, actual)
  local wanted <const> = shape.type
  return wanted == nil
    or wanted == "any"
    or wanted == actual
    or (wanted == "number" and actual == "integer")
    or (wanted == "map" and actual == "object")
end

-- The shape that applies to a value of this type: itself, or the first of its choices that fits; nil for none.
local function choose(shape, actual)
  for _, choice in ipairs(shape.either or { shape }) do
    if fits(choice, actual) then
      return choice
    end
  end
end

local function type_hint(shape, value)
  if shape.type == "string" and (type(value) == "number" or type(value) == "boolean") then
    local rule <const> = M.formats[shape.format] or shape
    local written <const> = tostring(value)
    if rule.pattern and not regex.find(rule.pattern, written) then
      return "write it in quotes, as " .. M.words(shape)
    end
    return ('write it in quotes: "%s"'):format(written)
  elseif shape.type == "list" and type(value) == "string" then
    return ("write a list: [%s]"):format(value)
  elseif (shape.type == "integer" or shape.type == "number") and type(value) == "string" and tonumber(value) then
    return "write it without quotes"
  end
end

function Checker:wrong_type(shape, value, at)
  local words <const>, found <const> = M.words(shape), value == nil and "nothing" or M.describe(value)
  self:add("type", at, ("'%s': expected %s, found %s"):format(at.path, words, found), {
    expected = words,
    actual = found,
    hint = type_hint(shape, value),
    code = shape.code,
  })
end

function Checker:value(shape, value, at)
  local chosen <const> = value ~= nil and choose(shape, type_of(value))
  if not chosen then
    return self:wrong_type(shape, value, at)
  end
  local check <const> = self.checks[chosen.type]
  if check then
    check(self, chosen, value, at)
  end
  self:custom(chosen, value, at)
  if chosen ~= shape then
    self:custom(shape, value, at)
  end
end

-- Checks for each type: Checker.checks[type](self, shape, value, at).
Checker.checks = {}

function Checker:enum(shape, value, at)
  for _, allowed in ipairs(shape.enum) do
    if allowed == value then
      return
    end
  end
  local suggestions <const>, hint <const> = suggest(value, shape.enum)
  self:add("enum", at, ("'%s' must be %s; found %s"):format(at.path, M.words(shape), M.describe(value)), {
    expected = M.words(shape),
    actual = tostring(value),
    suggestions = suggestions,
    hint = hint,
    code = shape.code,
  })
end

-- A value of a format that explains its mistakes.
function Checker:mistake(shape, rule, value, at)
  local mistake <const> = rule.mistake(value)
  if mistake then
    self:add("pattern", at, ("'%s': %s"):format(at.path, mistake.message), {
      expected = rule.says,
      actual = value,
      suggestions = mistake.suggestions,
      hint = mistake.hint,
      code = shape.code,
    })
  end
end

function Checker:pattern(shape, value, at)
  local rule <const> = shape.format and M.formats[shape.format] or shape
  if rule.mistake then
    return self:mistake(shape, rule, value, at)
  elseif not rule.pattern or regex.find(rule.pattern, value) then
    return
  end
  local says <const> = rule.says or ("a text that matches %s"):format(rule.pattern)
  self:add("pattern", at, ("'%s' must be %s; found '%s'"):format(at.path, says, value), {
    expected = says,
    actual = value,
    code = shape.code,
  })
end

-- `noun` is what is counted ("character", "item"); nil where the value itself is compared.
function Checker:range(code, size, low, high, noun, at)
  local bound <const> = (low and size < low) and low or (high and size > high) and high
  if not bound then
    return
  end
  local expected = (bound == low and "at least %s" or "at most %s"):format(bound)
  if noun then
    expected = ("%s %s%s"):format(expected, noun, bound == 1 and "" or "s")
  end
  self:add("range", at, ("'%s' must %s %s; found %s"):format(at.path, noun and "have" or "be", expected, size), {
    expected = expected,
    actual = tostring(size),
    code = code,
  })
end

function Checker:reserved(shape, value, at)
  for _, word in ipairs(shape.reserved or {}) do
    if word == value then
      self:add("rule", at, ("'%s' may not be '%s': that name is reserved"):format(at.path, value), {
        expected = "a name other than " .. quoted(shape.reserved),
        actual = value,
        code = shape.code,
      })
    end
  end
end

function Checker.checks.string(self, shape, value, at)
  if shape.enum then
    return self:enum(shape, value, at)
  end
  self:range(shape.code, #value, shape.min_length, shape.max_length, "character", at)
  self:pattern(shape, value, at)
  self:reserved(shape, value, at)
end

function Checker.checks.number(self, shape, value, at)
  if shape.enum then
    return self:enum(shape, value, at)
  end
  self:range(shape.code, value, shape.minimum, shape.maximum, nil, at)
end
Checker.checks.integer = Checker.checks.number

function Checker.checks.boolean(self, shape, value, at)
  if shape.enum then
    self:enum(shape, value, at)
  end
end

function Checker.checks.list(self, shape, value, at)
  self:range(shape.code, #value, shape.min_items, shape.max_items, "item", at)
  local seen <const> = {}
  for index = 1, #value do
    local item <const> = value[index]
    local item_at <const> = spot(value, index, at.path)
    if item ~= nil or shape.items.type ~= "any" then
      self:value(shape.items, item, item_at)
    end
    if shape.unique then
      self:duplicate(shape, seen, item, item_at)
    end
  end
end

-- Reports an item whose unique member (or the item itself, where `unique` is true) was there before.
function Checker:duplicate(shape, seen, item, at)
  local by_name <const> = shape.unique ~= true
  if by_name and (type(item) ~= "userdata" or document.kind(item) ~= "object") then
    return
  end
  local name <const> = by_name and item[shape.unique] or item
  if name == nil or type(name) == "userdata" then
    return
  end
  local first <const> = seen[name]
  if not first then
    seen[name] = at.key
    return
  end
  local file <const>, line <const> = document.place(at.owner, first)
  local where <const> = by_name and spot(item, shape.unique, at.path) or at
  self:add("duplicate", where, ("'%s': there already is one named '%s'"):format(where.path, name), {
    expected = "a name that no other item has",
    actual = tostring(name),
    hint = line and ("the first is at %s:%d"):format(file, line) or nil,
    code = shape.unique_code or shape.code,
  })
end

-- The fields of an object shape, by name, as a list of names, and those that are required; made once.
local function fields_of(shape)
  if not shape.by_name then
    shape.by_name, shape.names, shape.needed = {}, {}, {}
    for i, field in ipairs(shape.fields or {}) do
      shape.by_name[field[1]] = field
      shape.names[i] = field[1]
      shape.needed[#shape.needed + 1] = field.required and field or nil
    end
  end
  return shape.by_name, shape.names, shape.needed
end

local function unused(names, value)
  local out <const> = {}
  for _, name in ipairs(names) do
    if value[name] == nil then
      out[#out + 1] = name
    end
  end
  return out
end

function Checker:unknown(shape, value, at, path)
  if #self.problems >= MOST_PROBLEMS then
    self.more = true
    return
  end
  local _, names <const> = fields_of(shape)
  local key <const> = M.short(at.key)
  local suggestions <const>, hint <const> = suggest(key, unused(names, value))
  local where <const> = path == "" and "" or (" in '%s'"):format(path)
  local known <const> = #names > 0 and #names <= 12 and "known keys: " .. table.concat(names, ", ") or nil
  self:add("unknown", at, ("unknown key '%s'%s"):format(key, where), {
    expected = #names > 0 and "one of " .. quoted(names) or "no keys",
    actual = key,
    suggestions = suggestions,
    hint = hint or known,
    code = shape.code,
  })
end

-- The rule that forbids a key in this object, or anywhere below the root.
function Checker:rule_against(shape, key)
  for _, rule in ipairs(shape.forbidden or {}) do
    for _, name in ipairs(rule.names) do
      if name == key then
        return rule
      end
    end
  end
  return not shape.own_names and self.deep[key] or nil
end

function Checker:forbid(rule, at)
  self:add("forbidden", at, ("'%s' is not allowed here: %s"):format(at.key, rule.why), {
    expected = ("no key '%s'"):format(at.key),
    actual = at.key,
    hint = rule.hint,
    code = rule.code,
  })
end

function Checker:member(shape, value, key, member, path)
  local at <const> = spot(value, key, path)
  local field <const> = fields_of(shape)[key]
  if field then
    if field.deprecated then
      self:add("deprecated", at, ("'%s' is deprecated: %s"):format(key, field.deprecated), { severity = "warning" })
    end
    return self:value(field.depends and field.depends(value) or field, member, at)
  end
  local rule <const> = self:rule_against(shape, key)
  if rule then
    self:forbid(rule, at)
  elseif type(shape.additional) == "table" then
    self:value(shape.additional, member, at)
  elseif shape.additional or (shape.extensions and key:sub(1, 2) == "x-") then
    if not shape.own_names then
      self:below(member, at.path)
    end
  else
    self:unknown(shape, value, at, path)
  end
end

-- Looks for keys that are forbidden everywhere in what no shape describes.
function Checker:below(value, path)
  if next(self.deep) == nil or type(value) ~= "userdata" then
    return
  end
  local list <const> = document.kind(value) == "array"
  for key, member in pairs(value) do
    local rule <const> = not list and self.deep[key]
    if rule then
      self:forbid(rule, spot(value, key, path))
    else
      self:below(member, child_path(path, key))
    end
  end
end

function Checker.checks.any(self, _, value, at)
  self:below(value, at.path)
end

function Checker.checks.object(self, shape, value, at)
  for key, member in pairs(value) do
    self:member(shape, value, key, member, at.path)
  end
  local _, _, needed <const> = fields_of(shape)
  for _, field in ipairs(needed) do
    if value[field[1]] == nil then
      local path <const> = child_path(at.path, field[1])
      local place <const> = { owner = at.owner or value, key = at.key, path = path }
      self:add("missing", place, ("'%s' is missing"):format(path), {
        expected = M.words(field),
        actual = "nothing",
        hint = field.doc and ("add '%s' (%s): %s"):format(field[1], M.words(field), field.doc) or nil,
        code = field.missing_code or shape.code,
      })
    end
  end
end

function Checker.checks.map(self, shape, value, at)
  for key, member in pairs(value) do
    local member_at <const> = spot(value, key, at.path)
    local rule <const> = not shape.keys and not shape.own_names and self.deep[key]
    if rule then
      self:forbid(rule, member_at)
    else
      if shape.keys then
        self.checks.string(self, shape.keys, key, member_at)
      end
      if shape.values then
        self:value(shape.values, member, member_at)
      end
    end
  end
end

-- The rules of a root shape that hold everywhere below it: key → rule.
local function deep_rules(shape)
  local deep <const> = {}
  for _, rule in ipairs(shape.forbidden or {}) do
    if rule.deep then
      for _, name in ipairs(rule.names) do
        deep[name] = rule
      end
    end
  end
  return deep
end

--- Sorts problems by where they stand in their file; those at one place keep their order.
---@param problems floe.problem[]
---@return floe.problem[]
function M.sort(problems)
  local order <const> = {}
  for index, problem in ipairs(problems) do
    order[problem] = index
  end
  table.sort(problems, function(a, b)
    local line_a <const>, line_b <const> = a.line or 0, b.line or 0
    if line_a ~= line_b then
      return line_a < line_b
    end
    local column_a <const>, column_b <const> = a.column or 0, b.column or 0
    if column_a ~= column_b then
      return column_a < column_b
    end
    return order[a] < order[b]
  end)
  return problems
end

--- Checks a document against a shape.
---@param shape table
---@param value any the document's root; nil for an empty document
---@param options { file: string?, context: any }? `context` is handed to the shapes' own checks
---@return floe.problem[] problems in the order of the document; empty where there are none
function M.check(shape, value, options)
  options = options or {}
  local self <const> = setmetatable({
    problems = {},
    deep = deep_rules(shape),
    context = options.context,
    file = options.file,
  }, Checker)
  local root <const> = { owner = type(value) == "userdata" and value or nil, path = "" }
  if value == nil then
    self:add("type", root, "the file is empty", { expected = M.words(shape), actual = "nothing" })
  elseif not fits(shape, type_of(value)) then
    -- Not the text itself: a reference may lead to any file of the machine.
    local found <const> = type(value) == "string" and "a text" or M.describe(value)
    self:add("type", root, ("expected %s, found %s"):format(M.words(shape), found), {
      expected = M.words(shape),
      actual = found,
    })
  else
    root.owner = nil
    self:value(shape, value, root)
  end
  local sorted <const> = M.sort(self.problems)
  if self.more then
    sorted[#sorted + 1] = {
      kind = "more",
      message = ("more than %d problems: the others are not shown"):format(MOST_PROBLEMS),
      file = self.file or sorted[1].file,
      severity = "error",
      suggestions = {},
    }
  end
  return sorted
end

--- The keys of a table in order: numbers first, then texts.
---@param map table
---@return any[]
function M.sorted_keys(map)
  local keys <const> = {}
  for key in pairs(map) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    if type(a) ~= type(b) then
      return type(a) == "number"
    end
    return a < b
  end)
  return keys
end

--- True where `list` holds `value`.
---@param list any[]
---@param value any
---@return boolean
function M.one_of(list, value)
  for _, item in ipairs(list) do
    if item == value then
      return true
    end
  end
  return false
end

--- True where a list of problems holds an error (not only warnings).
---@param problems floe.problem[]
---@return boolean
function M.has_errors(problems)
  for _, problem in ipairs(problems) do
    if problem.severity == "error" then
      return true
    end
  end
  return false
end

return M
