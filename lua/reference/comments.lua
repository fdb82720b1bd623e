-- Reads the LuaCATS comments of a Lua module: what it is for, its public functions with their params, results and
-- examples, its values, and the tables it describes as classes.

local M = {}

---@class reference.module
---@field doc string what stands above the code
---@field table string the name of the table that it returns
---@field functions reference.function[]
---@field values { name: string, doc: string, code: string }[]
---@field classes { name: string, doc: string, fields: reference.value[] }[]

---@class reference.function
---@field name string
---@field method boolean? it is called with a colon
---@field arguments string as written: "items, limit"
---@field doc string
---@field examples string[]
---@field params reference.value[]
---@field returns reference.value[]

---@class reference.value
---@field name string?
---@field type string
---@field doc string

local OPEN <const> = { ["("] = true, ["{"] = true, ["<"] = true }
local CLOSE <const> = { [")"] = true, ["}"] = true, [">"] = true }

-- Splits "fun(a: string): T what it is" into the type and what follows it.
local function split_type(text)
  local depth, index = 0, 1
  while index <= #text do
    local character <const> = text:sub(index, index)
    if OPEN[character] then
      depth = depth + 1
    elseif CLOSE[character] then
      depth = depth - 1
    elseif character == " " and depth == 0 and not text:sub(1, index - 1):find(":$") then
      break
    end
    index = index + 1
  end
  local kind <const> = text:sub(1, index - 1)
  return kind ~= "" and kind or "any", text:sub(index + 1)
end

local TAGS <const> = {}

-- A tag that names nothing is passed over: what an author left half done breaks no page.
function TAGS.param(block, text)
  local name <const>, rest <const> = text:match("^(%S+)%s*(.*)$")
  if not name then
    return
  end
  local kind <const>, doc <const> = split_type(rest)
  table.insert(block.params, { name = name, type = kind, doc = doc })
end

function TAGS.field(block, text)
  local name <const>, rest <const> = text:match("^(%S+)%s*(.*)$")
  if name and name ~= "package" and name ~= "private" then
    local kind <const>, doc <const> = split_type(rest)
    table.insert(block.fields, { name = name, type = kind, doc = doc })
  end
end

TAGS["return"] = function(block, text)
  if text == "" then
    return
  end
  local kind <const>, rest <const> = split_type(text)
  local name <const>, doc <const> = rest:match("^(%S*)%s*(.*)$")
  table.insert(block.returns, { name = name ~= "" and name or nil, type = kind, doc = doc })
end

function TAGS.class(block, text)
  local name <const>, doc <const> = text:match("^(%S+)%s*(.*)$")
  if name then
    block.class, block.doc = name, { doc }
  end
end

function TAGS.package(block)
  block.hidden = true
end

local function new_block()
  return { doc = {}, examples = {}, params = {}, returns = {}, fields = {} }
end

-- A line of a block: its text, an example, or a tag.
local function read_line(block, line)
  local tag <const>, rest <const> = line:match("^@(%l+)%s*(.*)$")
  if tag then
    local read <const> = TAGS[tag]
    if read then
      read(block, rest)
    end
  elseif line:find("^ > ") then
    table.insert(block.examples, line:sub(4))
  elseif line:find("^   %-%-> ") and #block.examples > 0 then
    block.examples[#block.examples] = block.examples[#block.examples] .. "\n" .. line:sub(2)
  else
    table.insert(block.doc, line:sub(2))
  end
end

local function text_of(lines)
  return (table.concat(lines, "\n"):gsub("^%s+", ""):gsub("%s+$", ""))
end

-- The assignment that begins at a line: to the line that closes its table.
local function assignment(lines, index)
  local taken <const> = { lines[index] }
  while not taken[1]:find("[}\"%d]$") and not taken[#taken]:find("^}") and lines[index + 1] do
    index = index + 1
    taken[#taken + 1] = lines[index]
  end
  return table.concat(taken, "\n")
end

-- What stands below a block decides what it is about.
local function finish(module, block, lines, number)
  local line <const> = lines[number]
  if block.class then
    table.insert(module.classes, { name = block.class, doc = text_of(block.doc), fields = block.fields })
    return
  end
  local owner <const>, sign <const>, name <const>, arguments <const> = line:match(
    "^function ([%w_]+)([.:])([%w_]+)%((.-)%)")
  local of <const>, value <const>, right <const> = line:match("^([%w_]+)%.([%w_]+) = (.*)$")
  local public <const> = name and sign == ":" or (owner or of) == module.table
  if block.hidden or not public then
    return
  end
  local builder <const> = value and not right:find("^[{\"%d]")
  local names <const> = {}
  for index, param in ipairs(block.params) do
    names[index] = param.name:gsub("%?$", "")
  end
  if name or builder then
    table.insert(module.functions, {
      name = name or value, method = sign == ":", doc = text_of(block.doc),
      arguments = arguments or table.concat(names, ", "), examples = block.examples, params = block.params,
      returns = block.returns,
    })
  else
    table.insert(module.values, { name = value, doc = text_of(block.doc), code = assignment(lines, number) })
  end
end

--- Reads a module.
---@param source string
---@return reference.module
function M.read(source)
  local module <const> = { functions = {}, values = {}, classes = {} }
  module.table = source:match("\nreturn ([%a_][%w_]*)%s*$") or "M"
  local lines <const>, head <const> = {}, {}
  for line in (source .. "\n"):gmatch("(.-)\r?\n") do
    lines[#lines + 1] = line
  end
  local index = 1
  while (lines[index] or ""):find("^%-%-$") or (lines[index] or ""):find("^%-%-[^-]") do
    head[index] = lines[index]:sub(4)
    index = index + 1
  end
  local block
  for number = index, #lines do
    local comment <const> = lines[number]:match("^%-%-%-(.*)$")
    if comment then
      block = block or new_block()
      read_line(block, comment)
    elseif block then
      finish(module, block, lines, number)
      block = nil
    end
  end
  module.doc = text_of(head)
  return module
end

return M
