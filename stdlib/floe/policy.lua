-- Policies and their params. `define` checks a definition when its file is loaded, so that a misspelt key,
-- target, phase, mode or option is an error with the policy's line and never a rule that silently does nothing.
-- Definitions are plain tables: apart from their functions they can be written as JSON.

local text <const> = require "floe.text"

local M = {}

--- What a policy may judge, in the order in which a product is walked; `run` and what follows it only while it runs
--- or is monitored.
M.TARGETS = {
  "product", "port", "contract", "file", "project", "model", "seed", "snapshot", "source", "column", "analysis",
  "test", "unit_test", "exposure", "metric", "semantic_model", "saved_query", "group", "macro", "run", "run_node",
  "contract_check",
}

--- The steps of a product's life at which policies run.
M.PHASES = { "init", "validate", "compile", "publish", "deploy", "run", "monitor" }

--- The modes, weakest first. `strict` is read as `block`.
M.MODES = { "off", "warn", "alert_only", "block" }

---@alias floe.param.type "enum"|"integer"|"number"|"boolean"|"string"|"regex"|"timezone"|"window"|"list"|"map"

---@class floe.param
---@field type floe.param.type which function below made it
---@field default any? absent: the param may be left unset
---@field doc string? what it does, for people
---@field values string[]? of an enum
---@field min number? of a number
---@field max number? of a number
---@field of floe.param? what a list or the values of a map hold
---@field stricter any? which change a lower tier may make, see `policy.enum` and the others; absent: none

---@class floe.policy
---@field id string the file's path below `policies/`, with dots
---@field code string the code of its findings, such as `FLOE-E201`; of several, the first of `codes`
---@field codes string[] the codes its findings may have
---@field title string what holds when nothing is found, as a sentence
---@field why string why it is asked for, for the people who are held to it
---@field help string? what to write instead
---@field targets string[] what it judges, of `policy.TARGETS`; one may stand alone, as a text
---@field phases string[] when it runs, of `policy.PHASES`; absent: validate and compile
---@field mode string how strictly, of `policy.MODES`, where nobody says otherwise; absent: alert_only
---@field params table<string, floe.param> what a platform may set, by name
---@field packages boolean? also judge nodes of installed packages
---@field summary string|nil|fun(params: table): string the text behind the category when nothing is found
---@field check fun(subject: any, ctx: table) judges one subject, and reports through ctx

local DEFINITION_KEYS <const> = {
  "id", "code", "codes", "title", "why", "help", "targets", "phases", "mode", "params", "packages", "summary", "check",
}

-- Options every constructor takes; `min` and `max` belong to numbers.
local OPTIONS <const> = { "doc", "stricter" }
local NUMBER_OPTIONS <const> = { "doc", "stricter", "min", "max" }

local PARAM_KEYS <const> = { "type", "default", "doc", "values", "min", "max", "of", "stricter" }
local PARAM_TYPES <const> = {
  "enum", "integer", "number", "boolean", "string", "regex", "timezone", "window", "list", "map",
}

local function contains(list, value)
  for _, item in ipairs(list) do
    if item == value then
      return true
    end
  end
  return false
end

local function fail(message, ...)
  error(message:format(...), 0)
end

-- The keys of a table in one order on every run, so that of several mistakes the same one is always told.
local function sorted_keys(given)
  local keys <const> = {}
  for key in pairs(given) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    if type(a) == type(b) then
      return a < b
    end
    return type(a) < type(b)
  end)
  return keys
end

local function check_keys(what, given, allowed)
  for _, key in ipairs(sorted_keys(given)) do
    if not contains(allowed, key) then
      local name <const> = tostring(key)
      fail("%s has no key '%s'%s", what, name, text.did_you_mean(name, allowed))
    end
  end
end

local function check_member(what, value, allowed)
  if not contains(allowed, value) then
    local shown <const> = tostring(value)
    fail("%s '%s' does not exist%s (there are: %s)", what, shown, text.did_you_mean(shown, allowed),
      text.list(allowed))
  end
end

-- Raises what `build` raises, at the place of the policy that called the public function.
local function at_caller(build, ...)
  local ok <const>, result <const> = pcall(build, ...)
  if not ok then
    error(result, 3)
  end
  return result
end

-- ---- values of params -------------------------------------------------------------------------------------

local accepts -- for lists and maps, whose items are params again

local function accepts_number(param, value, path)
  if type(value) ~= "number" or (param.type == "integer" and math.type(value) ~= "integer") then
    return nil, ("%s must be %s, not %s"):format(path, param.type == "integer" and "an integer" or "a number",
      type(value) == "number" and tostring(value) or "a " .. type(value))
  elseif value ~= value or (param.min and value < param.min) or (param.max and value > param.max) then
    return nil, ("%s is %s; it must be %s"):format(path, tostring(value),
      param.min and param.max and ("between %s and %s"):format(param.min, param.max)
      or param.min and ("at least %s"):format(param.min) or ("at most %s"):format(tostring(param.max)))
  end
  return true
end

local function accepts_items(param, value, path)
  if type(value) ~= "table" then
    return nil, ("%s must be a %s, not a %s"):format(path, param.type, type(value))
  end
  for _, key in ipairs(sorted_keys(value)) do
    local item <const> = value[key]
    if param.type == "list" and math.type(key) ~= "integer" then
      return nil, ("%s must be a list; it has the key '%s'"):format(path, tostring(key))
    elseif param.type == "map" and type(key) ~= "string" then
      return nil, ("%s must map names to values; it is a list"):format(path)
    end
    local place <const> = param.type == "list" and ("%s[%d]"):format(path, key) or ("%s.%s"):format(path, key)
    local ok <const>, message <const> = accepts(param.of, item, place)
    if not ok then
      return nil, message
    end
  end
  return true
end

--- Whether a value fits a param; nil and a sentence where it does not. `path` names it in the sentence.
---
--- > policy.accepts(policy.integer(80, { min = 0, max = 100 }), 90)  --> true
--- > { policy.accepts(policy.boolean(true), "yes", "strict_names") }
---   --> { nil, "strict_names must be a boolean, not a string" }
---@param param floe.param
---@param value any
---@param path? string
---@return boolean?
---@return string? message
function M.accepts(param, value, path)
  return accepts(param, value, path or "the value")
end

function accepts(param, value, path)
  if param.type == "integer" or param.type == "number" then
    return accepts_number(param, value, path)
  elseif param.type == "list" or param.type == "map" then
    return accepts_items(param, value, path)
  elseif param.type == "enum" then
    if contains(param.values, value) then
      return true
    end
    local shown <const> = tostring(value)
    return nil, ("%s is '%s'; it must be one of: %s%s"):format(path, shown, text.list(param.values),
      text.did_you_mean(shown, param.values))
  end
  local wanted <const> = param.type == "boolean" and "boolean" or "string"
  if type(value) ~= wanted then
    return nil, ("%s must be a %s, not a %s"):format(path, wanted, type(value))
  end
  if param.type == "timezone" and not value:find("^%a[%w_+/-]*$") then
    return nil, ("%s is '%s', which names no time zone; write one such as 'Europe/Berlin'"):format(path, value)
  elseif param.type == "window" then
    local wrong <const> = require("floe.window").mistake(value)
    if wrong then
      return nil, ("%s: %s"):format(path, wrong)
    end
  elseif param.type == "regex" then
    local ok <const>, message <const> = require("floe.regex").check(value)
    if not ok then
      return nil, ("%s: %s"):format(path, message)
    end
  end
  return true
end

-- ---- constructors -----------------------------------------------------------------------------------------

local function check_stricter(param)
  local stricter <const> = param.stricter
  local kind <const> = param.type
  if stricter == nil then
    return
  elseif kind == "boolean" then
    if type(stricter) ~= "boolean" then
      fail("stricter of a boolean is the stricter value, true or false")
    end
  elseif kind == "integer" or kind == "number" then
    check_member("stricter", stricter, { "higher", "lower" })
  elseif kind == "list" or kind == "map" then
    check_member("stricter", stricter, { "superset", "subset" })
  elseif kind == "enum" then
    if type(stricter) ~= "table" or #stricter ~= #param.values then
      fail("stricter of an enum is the list of all its values, laxest first")
    end
    for _, value in ipairs(stricter) do
      check_member("the value in stricter", value, param.values)
    end
  else
    fail("a %s has no stricter direction", kind)
  end
end

local function check_param(param)
  if type(param) ~= "table" then
    fail("a param is made by a function of floe.policy, such as policy.integer(80)")
  end
  check_keys("a param", param, PARAM_KEYS)
  check_member("the param type", param.type, PARAM_TYPES)
  if param.doc ~= nil and type(param.doc) ~= "string" then
    fail("doc of a param must be a string")
  end
  if param.of ~= nil then
    check_param(param.of)
  elseif param.type == "list" or param.type == "map" then
    fail("a %s needs to know what it holds, such as policy.%s(policy.string())", param.type, param.type)
  end
  if param.type == "enum" and (type(param.values) ~= "table" or #param.values == 0) then
    fail("an enum needs the list of its values")
  end
  check_stricter(param)
  if param.default ~= nil then
    local ok <const>, message <const> = accepts(param, param.default, "the default")
    if not ok then
      fail("%s", message)
    end
  end
end

local function build(param, options, allowed)
  if options ~= nil then
    if type(options) ~= "table" then
      fail("options are a table, such as { doc = \"…\" }")
    end
    check_keys(("a param of type %s"):format(param.type), options, allowed)
    for key, value in pairs(options) do
      param[key] = value
    end
  end
  check_param(param)
  return param
end

--- A param that is one of several words. `stricter` lists all of them, laxest first.
---
--- > policy.enum({ "medallion", "kimball" }, "medallion").default  --> "medallion"
---@param values string[]
---@param default? string
---@param options? { doc: string?, stricter: string[]? }
---@return floe.param
function M.enum(values, default, options)
  return at_caller(build, { type = "enum", values = values, default = default }, options, OPTIONS)
end

--- A whole number. `stricter` is "higher" or "lower".
---
--- > policy.integer(80, { min = 0, max = 100, stricter = "higher" }).stricter  --> "higher"
---@param default? integer
---@param options? { doc: string?, min: integer?, max: integer?, stricter: "higher"|"lower"|nil }
---@return floe.param
function M.integer(default, options)
  return at_caller(build, { type = "integer", default = default }, options, NUMBER_OPTIONS)
end

--- A number. `stricter` is "higher" or "lower".
---
--- > policy.number(99.9, { max = 100 }).default  --> 99.9
---@param default? number
---@param options? { doc: string?, min: number?, max: number?, stricter: "higher"|"lower"|nil }
---@return floe.param
function M.number(default, options)
  return at_caller(build, { type = "number", default = default }, options, NUMBER_OPTIONS)
end

--- A switch. `stricter` is the stricter of both values.
---
--- > policy.boolean(false, { stricter = true }).default  --> false
---@param default? boolean
---@param options? { doc: string?, stricter: boolean? }
---@return floe.param
function M.boolean(default, options)
  return at_caller(build, { type = "boolean", default = default }, options, OPTIONS)
end

--- A text.
---
--- > policy.string("*", { doc = "which models" }).doc  --> "which models"
---@param default? string
---@param options? { doc: string? }
---@return floe.param
function M.string(default, options)
  return at_caller(build, { type = "string", default = default }, options, OPTIONS)
end

--- A regular expression (PCRE2), for `floe.regex`.
---
--- > policy.regex("^[a-z]+$").type  --> "regex"
---@param default? string
---@param options? { doc: string? }
---@return floe.param
function M.regex(default, options)
  return at_caller(build, { type = "regex", default = default }, options, OPTIONS)
end

--- A time zone by its IANA name. What clocks show there at the moment that is judged stands in `clocks` of the run.
---
--- > policy.timezone("UTC").default  --> "UTC"
---@param default? string
---@param options? { doc: string? }
---@return floe.param
function M.timezone(default, options)
  return at_caller(build, { type = "timezone", default = default }, options, OPTIONS)
end

--- A window of time as people write it, for `floe.window`: days, moments, or parts of every week.
---
--- > policy.window("sat/sun").type  --> "window"
---@param default? string
---@param options? { doc: string? }
---@return floe.param
function M.window(default, options)
  return at_caller(build, { type = "window", default = default }, options, OPTIONS)
end

--- A list of params of one kind. `stricter`: "superset" where more items demand more, "subset" where more
--- items excuse more.
---
--- > policy.list(policy.string(), { "pii" }, { stricter = "superset" }).of.type  --> "string"
---@param of floe.param
---@param default? any[]
---@param options? { doc: string?, stricter: "superset"|"subset"|nil }
---@return floe.param
function M.list(of, default, options)
  return at_caller(build, { type = "list", of = of, default = default }, options, OPTIONS)
end

--- Names mapped to params of one kind. `stricter` tells about the names as for a list; what is stricter in
--- the values is told by `of`.
---
--- > policy.map(policy.integer(nil, { stricter = "higher" }), { gold = 100 }).default.gold  --> 100
---@param of floe.param
---@param default? table<string, any>
---@param options? { doc: string?, stricter: "superset"|"subset"|nil }
---@return floe.param
function M.map(of, default, options)
  return at_caller(build, { type = "map", of = of, default = default }, options, OPTIONS)
end

--- A function of the params that is worked out once and not for every subject: `build_value(params)` is called
--- again only for other params than the last time.
---
--- > policy.once(function(params) return params.minimum + 1 end)({ minimum = 1 })  --> 2
---@generic T
---@param build_value fun(params: table): T
---@return fun(params: table): T
function M.once(build_value)
  local last, value
  return function(params)
    if value == nil or not rawequal(params, last) then
      value, last = build_value(params), params
    end
    return value
  end
end

-- ---- definitions ------------------------------------------------------------------------------------------

local function check_text(definition, key, required)
  local value <const> = definition[key]
  if value == nil and not required then
    return
  elseif type(value) ~= "string" or not value:find("%S") then
    fail("a policy needs a %s, as text", key)
  end
end

local function check_codes(definition)
  local codes <const> = definition.codes or { definition.code }
  if type(codes) ~= "table" or #codes == 0 then
    fail("a policy needs a code, such as 'FLOE-E201'")
  end
  for _, code in ipairs(codes) do
    if type(code) ~= "string" or not code:find("^[A-Z][A-Z0-9]*%-[A-Z]+%d+$") then
      fail("the code '%s' is not of the form 'FLOE-E201'", tostring(code))
    end
  end
  if definition.code ~= nil and not contains(codes, definition.code) then
    fail("the code '%s' is missing in codes", tostring(definition.code))
  end
  definition.codes, definition.code = codes, definition.code or codes[1]
end

-- `value` as a list whose items are all in `allowed`.
local function read_list(what, value, allowed)
  local list <const> = type(value) == "string" and { value } or value
  if type(list) ~= "table" or #list == 0 then
    fail("a policy needs %ss: one or a list of: %s", what, text.list(allowed))
  end
  for _, item in ipairs(list) do
    check_member("the " .. what, item, allowed)
  end
  return list
end

local function check_params(definition)
  local params <const> = definition.params or {}
  if type(params) ~= "table" then
    fail("params is a table of names and what floe.policy makes for them")
  end
  for _, name in ipairs(sorted_keys(params)) do
    local param <const> = params[name]
    if type(name) ~= "string" or not name:find("^[a-z][a-z0-9_]*$") then
      fail("the param name '%s' is not a word in small letters", tostring(name))
    end
    local ok <const>, message <const> = pcall(check_param, param)
    if not ok then
      fail("param '%s': %s", name, message)
    end
  end
  definition.params = params
end

local function check_definition(definition)
  if type(definition) ~= "table" then
    fail("policy.define takes a table")
  end
  check_keys("a policy", definition, DEFINITION_KEYS)
  check_text(definition, "id", true)
  if not definition.id:find("^[a-z][a-z0-9_]*%.[a-z0-9_.]*[a-z0-9_]$") or definition.id:find("..", 1, true) then
    fail("the id '%s' is not of the form 'category.rule' in small letters", definition.id)
  end
  check_text(definition, "title", true)
  check_text(definition, "why", true)
  check_text(definition, "help", false)
  check_codes(definition)
  definition.targets = read_list("target", definition.targets, M.TARGETS)
  definition.phases = read_list("phase", definition.phases or { "validate", "compile" }, M.PHASES)
  if definition.mode == "strict" then
    definition.mode = "block"
  end
  definition.mode = definition.mode or "alert_only"
  check_member("the mode", definition.mode, M.MODES)
  check_params(definition)
  if definition.packages ~= nil and type(definition.packages) ~= "boolean" then
    fail("packages is true or false")
  elseif type(definition.check) ~= "function" then
    fail("a policy needs a function check(subject, ctx)")
  end
  local summary <const> = type(definition.summary)
  if summary ~= "nil" and summary ~= "string" and summary ~= "function" then
    fail("summary is a text or a function of the params")
  end
  return definition
end

--- Checks a policy's definition and returns it, with `codes`, `targets`, `phases`, `mode` and `params` filled in.
--- Raises, at the policy's line, where something is unknown, missing or of the wrong kind.
---
--- > policy.define({ id = "a.b", code = "X-E1", title = "T", why = "W", targets = "model", check = print }).mode
---   --> "alert_only"
---@param definition table see `floe.policy`
---@return floe.policy
function M.define(definition)
  local ok <const>, message <const> = pcall(check_definition, definition)
  if not ok then
    local id <const> = type(definition) == "table" and type(definition.id) == "string" and definition.id
    error(id and ("policy '%s': %s"):format(id, message) or message, 2)
  end
  return definition
end

return M
