-- The reference page of what a policy can use beside its subject: ctx, the globals of the sandbox, and the modules it
-- may require. The pages of a bundle's own modules are made here as well.
local comments <const> = require "reference.comments"
local markdown <const> = require "reference.markdown"

local M = {}

-- The modules of floe in the order in which an author meets them. `floe.subjects` is shown as part of `floe.test`, and
-- `floe.facts` only serves it.
local MODULES <const> = {
  "policy", "naming", "coverage", "classification", "contract", "graph", "doubt", "sql", "text", "set", "semver",
  "duration", "window", "check",
}

-- floe.regex is written in C: what a comment says of the others stands here.
local REGEX <const> = [[
-- Regular expressions (PCRE2, in UTF-8) with bounded cost. For simple texts Lua's own patterns (`string.find`) do;
-- these are for params of type `policy.regex`, which people write in manifests.

--- The captures of the first match, or the whole match where the pattern has none; a group that took no part is
--- false. nil where nothing matches; nil and a message for a broken pattern, or one whose search takes too long.
---
--- > { regex.match("^(\\w+)_v(\\d+)$", "orders_v2") }  --> { "orders", "2" }
---@param pattern string
---@param text string
---@return string|false|nil ...
function M.match(pattern, text)

--- Where the first match from `init` on begins and ends, and its captures, as `string.find` gives them.
---
--- > { regex.find("o+", "foo") }  --> { 2, 3 }
---@param pattern string
---@param text string
---@param init? integer where to begin, 1 where absent
---@return integer? start nil where nothing matches
---@return integer? stop
---@return string|false|nil ... the captures
function M.find(pattern, text, init)

--- Whether a pattern can be used; nil, a message and the offset of the mistake where it cannot.
---
--- > regex.check("^[a-z]+$")  --> true
---@param pattern string
---@return boolean?
---@return string? message
---@return integer? offset
function M.check(pattern)
]]

--- What differs from Lua's manual, by the name of the function or library.
M.NOTES = {
  pairs = "the order is fixed: the file's for facts, for tables numbers, then texts by their bytes, then false and "
    .. "true; a table with other keys raises",
  next = "the same order as `pairs`",
  pcall = "a spent budget passes through it: it cannot be caught",
  tostring = "no value shows an address",
  getmetatable = "shared metatables do not show",
  setmetatable = "not for what the host shares, and without `__gc`, `__mode`, `__close`, `__name` and `__metatable`",
  error = "the message reaches the report as text; an error value that is no text is only named by its type",
  string = "patterns, `rep`, `format` and the like count against the budget; one text holds at most 16 MiB",
  table = "`sort` is stable; `concat`, `move`, `insert` and `unpack` count against the budget",
  math = "there is no randomness: the same input gives the same findings",
  utf8 = "as in Lua",
}

local function note(name)
  return M.NOTES[name] and markdown.sentence(M.NOTES[name]) or "As in Lua."
end

local function function_rows(names)
  local rows <const>, plain <const> = {}, {}
  for _, name in ipairs(names) do
    if M.NOTES[name] then
      rows[#rows + 1] = { markdown.code(name), note(name) }
    else
      plain[#plain + 1] = markdown.code(name)
    end
  end
  rows[#rows + 1] = { table.concat(plain, ", "), "As in Lua." }
  return rows
end

-- What a library of Lua's own has and the sandbox's does not.
local function left_out(library, names)
  local has <const>, missing <const> = require("floe.set").of(names), {}
  for _, name in ipairs(require("floe.set").list(_G[library])) do
    if not has[name] then
      missing[#missing + 1] = name
    end
  end
  return missing
end

local function library_rows(libraries)
  local rows <const> = {}
  for _, library in ipairs(require("floe.set").list(libraries)) do
    local missing <const> = left_out(library, libraries[library])
    rows[#rows + 1] = {
      markdown.code(library), markdown.codes(libraries[library]), markdown.codes(missing), note(library),
    }
  end
  return rows
end

local function absent_rows(absent)
  local rows <const> = {}
  for _, name in ipairs(require("floe.set").list(absent)) do
    rows[#rows + 1] = { markdown.code(name), markdown.sentence(absent[name]) }
  end
  return rows
end

local SANDBOX <const> = [[
A policy is Lua 5.4 that floe does not trust. It runs in a process of its own that can reach no file and no network,
in a state that holds only what is listed here, and on a budget: %d ms of processor time and %d MiB of memory for one
`check` of one subject, at most %d findings in it, and %d KiB of source a file. A policy that raises, or spends its
budget, is named with its line; the others go on, and floe ends with exit code 3.

Globals cannot be assigned, so every variable is `local`; a name that is neither below nor a `local` raises with a
suggestion. Nothing that a policy writes to is seen by another policy.]]

local function add_sandbox(parts, globals)
  local limits <const> = require("host.system").limits()
  parts[#parts + 1] = "## The sandbox"
  parts[#parts + 1] = SANDBOX:format(limits.milliseconds, limits.memory >> 20, limits.findings_a_check,
    limits.policy_bytes >> 10)
  parts[#parts + 1] = "### Functions"
  parts[#parts + 1] = markdown.table({ "function", "difference" }, function_rows(globals.functions))
  parts[#parts + 1] = "`require` finds the modules below and those in `stdlib/` of the policy's own bundle, nothing "
    .. "else. Each policy gets an instance of its own."
  parts[#parts + 1] = "### Libraries"
  parts[#parts + 1] = markdown.table({ "library", "holds", "left out", "difference" }, library_rows(globals.libraries))
  parts[#parts + 1] = "### What is not there"
  parts[#parts + 1] = markdown.table({ "name", "what to do instead" }, absent_rows(globals.absent))
end

local REPORT <const> = [[
`ctx:report { … }` makes a finding. Nothing else does: a `check` that returns without a report has passed. Keys that are
not listed raise.]]

local EXAMPLE <const> = [[
```lua
ctx:report {
  at       = column,
  field    = "description",
  message  = ("column '%s' has no description"):format(column.name),
  expected = "a description",
  actual   = "none",
}
```]]

local NOTE <const> = [[
`ctx:note(text)` says a measured fact for the line that sums the policy up, such as "test coverage 80% (required: 80%)",
also where nothing is found.]]

local function value_rows(values)
  local rows <const> = {}
  for index, value in ipairs(values) do
    local doc <const> = value.doc ~= "" and markdown.sentence(value.doc) or ""
    rows[index] = { markdown.code(value.name), markdown.code(value.type), doc }
  end
  return rows
end

local function add_ctx(parts, ctx)
  parts[#parts + 1] = "## ctx"
  parts[#parts + 1] = "The second argument of `check`: what surrounds the subject, and where findings go. It is "
    .. "read-only, and only there while the check runs. Types such as `product` are [facts](facts.md)."
  parts[#parts + 1] = markdown.table({ "field", "type", "meaning" }, value_rows(ctx.fields))
  parts[#parts + 1] = "### ctx:report"
  parts[#parts + 1] = REPORT
  parts[#parts + 1] = markdown.table({ "key", "type", "meaning" }, value_rows(ctx.report))
  parts[#parts + 1] = EXAMPLE
  parts[#parts + 1] = "### ctx:note"
  parts[#parts + 1] = NOTE
end

-- ---- modules ----------------------------------------------------------------------------------------------

local function last_part(name)
  return name:match("[^.]+$")
end

local function call_of(short, item)
  if item.method then
    return ("t:%s(%s)"):format(item.name, item.arguments)
  end
  return ("%s.%s(%s)"):format(short, item.name, item.arguments)
end

local function value_line(value, fallback)
  local name <const> = value.name and markdown.code(value.name) .. " " or fallback or ""
  local doc <const> = value.doc ~= "" and ": " .. value.doc or ""
  return ("%s(%s)%s"):format(name, markdown.code(value.type), doc)
end

local function add_function(parts, short, item)
  parts[#parts + 1] = "#### " .. call_of(short, item)
  parts[#parts + 1] = item.doc
  local lines <const> = {}
  for _, param in ipairs(item.params) do
    lines[#lines + 1] = "- " .. value_line(param)
  end
  for _, result in ipairs(item.returns) do
    lines[#lines + 1] = "- returns " .. value_line(result)
  end
  parts[#parts + 1] = #lines > 0 and table.concat(lines, "\n") or nil
  if #item.examples > 0 then
    parts[#parts + 1] = "```lua\n" .. table.concat(item.examples, "\n") .. "\n```"
  end
end

local function add_class(parts, class)
  parts[#parts + 1] = "#### " .. class.name
  parts[#parts + 1] = class.doc ~= "" and markdown.sentence(class.doc) or nil
  parts[#parts + 1] = markdown.table({ "field", "type", "meaning" }, value_rows(class.fields))
end

--- One module: its functions, values and classes.
---@param parts string[] the page so far
---@param name string as `require` knows it
---@param module reference.module
function M.add_module(parts, name, module)
  local short <const> = last_part(name)
  parts[#parts + 1] = "### " .. name
  parts[#parts + 1] = module.doc
  for _, item in ipairs(module.functions) do
    add_function(parts, short, item)
  end
  for _, value in ipairs(module.values) do
    parts[#parts + 1] = ("#### %s.%s"):format(short, value.name)
    parts[#parts + 1] = value.doc
    parts[#parts + 1] = "```lua\n" .. value.code:gsub("^[%w_]+", short) .. "\n```"
  end
  for _, class in ipairs(module.classes) do
    if #class.fields > 0 then
      add_class(parts, class)
    end
  end
end

local function read_module(name)
  return comments.read(assert(require("host.embedded").read(("stdlib/floe/%s.lua"):format(name))))
end

-- floe.test and the builders that it hands on.
local function test_module()
  local module <const> = read_module "test"
  local functions <const>, methods <const> = {}, {}
  for _, item in ipairs(module.functions) do
    table.insert(item.method and methods or functions, item)
  end
  for _, item in ipairs(read_module("subjects").functions) do
    table.insert(methods, item)
  end
  module.functions = table.move(methods, 1, #methods, #functions + 1, functions)
  return module
end

local function add_modules(parts)
  local links <const> = {}
  local function add(name, module)
    links[#links + 1] = markdown.link(name)
    M.add_module(parts, name, module)
  end
  parts[#parts + 1] = "## Modules"
  local place <const> = #parts + 1
  parts[place] = ""
  for _, name in ipairs(MODULES) do
    add("floe." .. name, read_module(name))
  end
  add("floe.regex", comments.read(REGEX))
  add("floe.test", test_module())
  parts[place] = "A policy names what it uses at its top: `local naming <const> = require \"floe.naming\"`. All of "
    .. "them are pure: nothing reads a file, and nothing is changed but what is returned. floe's own tests run the "
    .. "examples.\n\n"
    .. table.concat(links, " · ")
end

--- The page of what floe gives to policies.
---@return string
function M.page()
  local docs <const> = require("host.engine").docs()
  local parts <const> = {
    "# What a policy can use",
    "Beside its subject, one of the [facts](facts.md), a policy has `ctx`, part of Lua, and the modules it requires. "
      .. markdown.link("ctx") .. " · " .. markdown.link("The sandbox") .. " · " .. markdown.link("Modules"),
  }
  add_ctx(parts, docs.ctx)
  add_sandbox(parts, docs.globals)
  add_modules(parts)
  return markdown.page(parts)
end

--- The pages of a bundle's own modules, as parts of a page; empty where it has none.
---@param bundle floe.bundle
---@return string[]
function M.of_bundle(bundle)
  local parts <const> = {}
  for _, module in ipairs(bundle.stdlib) do
    parts[1] = parts[1] or "## Modules"
    M.add_module(parts, module.name, comments.read(module.source))
  end
  return parts
end

return M
