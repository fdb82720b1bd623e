-- Edits a YAML file as text, at the places of its nodes: comments, quotes, blank lines and order stay as they are. What
-- the text becomes is read again and compared with what it should be; where the two differ, nothing is changed.

local document <const> = require "host.document"
local json <const> = require "host.json"
local yaml <const> = require "yaml"

local M = {}

---@class floe.editor
---@field path string
---@field root any the document as it was
---@field tree any what it should become, plain
---@field text string
local editor <const> = {}
editor.__index = editor

--- Opens a file's text.
---@param path string
---@param text string
---@return floe.editor?
---@return table? error
function M.open(path, text)
  local root <const>, err <const> = document.parse(text, path, { format = "yaml", dialect = "dbt" })
  if root == nil then
    return nil, err
  end
  local starts <const> = { 1 }
  for at in text:gmatch("\n()") do
    starts[#starts + 1] = at
  end
  return setmetatable({ path = path, root = root, tree = document.plain(root, true), text = text, starts = starts,
    edits = {} }, editor)
end

-- The byte of a line and a column, which counts characters.
local function offset_of(self, line, column)
  local start <const> = self.starts[line]
  local stop <const> = (self.starts[line + 1] or #self.text + 1) - 1
  return start and utf8.offset(self.text:sub(start, stop), column) and start
    + utf8.offset(self.text:sub(start, stop), column) - 1
end

-- Where a container, or the key of a member, begins: byte, line, column.
local function begin_of(self, view, key)
  local _, line <const>, column <const> = document.place(view, key)
  if not line then
    return nil
  end
  return offset_of(self, line, column), line, column
end

local function is_flow(self, view)
  local at <const> = begin_of(self, view)
  return at ~= nil and self.text:find("^[%[{]", at) ~= nil
end

-- Text is put at a byte in the place of so many bytes. What is put at one byte stands in the order of the calls.
local function put(self, at, length, text)
  self.edits[#self.edits + 1] = { at = at, length = length, text = text, order = #self.edits }
end

local function line_of(self, at)
  local low, high = 1, #self.starts
  while low < high do
    local middle <const> = (low + high + 1) // 2
    if self.starts[middle] <= at then
      low = middle
    else
      high = middle - 1
    end
  end
  return low
end

local function line_text(self, line)
  local start <const> = self.starts[line]
  return start and self.text:sub(start, (self.starts[line + 1] or #self.text + 2) - 2) or nil
end

-- ---- scalars ----------------------------------------------------------------------------------------------

-- The last byte of the scalar that begins at `at`; nil where it is none that stands on one line.
local function scalar_end(self, at, flow)
  local first <const> = self.text:sub(at, at)
  if first == '"' then
    local index = at + 1
    while true do
      local found <const> = self.text:find('["\\\n]', index)
      local letter <const> = found and self.text:sub(found, found)
      if not found or letter == "\n" then
        return nil
      elseif letter == '"' then
        return found
      end
      index = found + 2
    end
  elseif first == "'" then
    local index = at + 1
    while true do
      local found <const> = self.text:find("['\n]", index)
      if not found or self.text:sub(found, found) == "\n" then
        return nil
      elseif self.text:sub(found + 1, found + 1) ~= "'" then
        return found
      end
      index = found + 2
    end
  elseif first == "" or first:find("[|>&*!%%@`{%[\n,%]}#]") then
    return nil
  end
  local stop = (self.text:find("\n", at, true) or #self.text + 1) - 1
  local line = self.text:sub(at, stop)
  line = line:gsub("%s+#.*$", "")
  if flow then
    line = line:match("^[^,%]}]*")
  end
  line = line:gsub("%s+$", "")
  return #line > 0 and at + #line - 1 or nil
end

-- Whether a plain scalar goes on in the lines below.
local function goes_on(self, stop, column)
  local line = line_of(self, stop) + 1
  local text = line_text(self, line)
  while text and text:find("^%s*$") do
    line = line + 1
    text = line_text(self, line)
  end
  return text ~= nil and #text:match("^ *") >= column and not text:find("^%s*#")
end

-- The bytes of a member's value, where that is a scalar on the line of its key.
local function value_span(self, view, key)
  local at <const>, _, column <const> = begin_of(self, view, key)
  local flow <const> = is_flow(self, view)
  if not at or self.text:sub(at, at + #key - 1) ~= key then
    return nil
  end
  local start <const> = self.text:match("^:[ ]+()", at + #key)
  local stop <const> = start and scalar_end(self, start, flow)
  if not stop or type(view[key]) == "userdata" then
    return nil
  end
  local rest <const> = self.text:match("^[^\n]*", stop + 1)
  if not flow and not (rest:find("^%s*$") or rest:find("^%s+#")) then
    return nil
  elseif not flow and not self.text:find("^[\"']", start) and goes_on(self, stop, column) then
    return nil
  end
  return start, stop
end

-- A scalar as it may stand in a file, between braces where `flow`.
local function shown(value, flow)
  local text <const> = yaml.scalar(value)
  return flow and type(value) == "string" and text:find("[,%[%]{}:#]") and text:sub(1, 1) ~= '"' and json.encode(value)
    or text
end

--- Whether a member's value can be replaced.
---@param view any
---@param key string
---@return boolean
function editor:can_replace(view, key)
  return value_span(self, view, key) ~= nil
end

--- Replaces a member's value.
---@param view any an object of the document
---@param plain table the same object in `tree`
---@param key string
---@param value string
---@return boolean ok false where it does not stand on one line
function editor:replace(view, plain, key, value)
  local start <const>, stop <const> = value_span(self, view, key)
  if not start then
    return false
  end
  put(self, start, stop - start + 1, shown(value, is_flow(self, view)))
  plain[key] = value
  return true
end

-- ---- members ----------------------------------------------------------------------------------------------

local function indented(text, indent)
  return (text:gsub("\n$", ""):gsub("\n", "\n" .. indent))
end

-- A value between braces.
local function flow_text(value)
  if type(value) ~= "table" then
    return shown(value, true)
  end
  local parts <const> = {}
  if #value > 0 then
    for index, item in ipairs(value) do
      parts[index] = flow_text(item)
    end
    return "[" .. table.concat(parts, ", ") .. "]"
  end
  local keys <const> = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for index, key in ipairs(keys) do
    parts[index] = shown(key, true) .. ": " .. flow_text(value[key])
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

-- The last of some members whose value stands on its key's line.
local function anchor_of(self, view, names)
  for index = #names, 1, -1 do
    local start <const>, stop <const> = value_span(self, view, names[index])
    if start then
      return stop
    end
  end
  return nil
end

--- Adds a member to an object: behind the last of `after` that stands on one line, else before its first member.
---@param view any
---@param plain table
---@param key string
---@param value any
---@param after string[]
---@return boolean ok
function editor:add(view, plain, key, value, after)
  local at <const>, line <const>, column <const> = begin_of(self, view)
  if not at or plain[key] ~= nil or next(plain) == nil then
    return false
  end
  local anchor <const> = anchor_of(self, view, after)
  if is_flow(self, view) then
    local member <const> = ("%s: %s"):format(key, flow_text(value))
    put(self, anchor and anchor + 1 or at + 1, 0, anchor and ", " .. member or member .. ", ")
  else
    local indent <const> = (" "):rep(column - 1)
    if line_text(self, line):find("\t") then
      return false
    end
    local member <const> = indented(yaml.write({ [key] = value }), indent)
    if anchor then
      local stop <const> = self.starts[line_of(self, anchor) + 1]
      if not stop then
        put(self, #self.text + 1, 0, "\n" .. indent .. member)
      else
        put(self, stop, 0, indent .. member .. "\n")
      end
    else
      put(self, at, 0, member .. "\n" .. indent)
    end
  end
  plain[key] = value
  return true
end

-- ---- lists ------------------------------------------------------------------------------------------------

--- Adds an item before the first of a list.
---@param view any the list
---@param plain table
---@param item any
---@return boolean ok
function editor:prepend(view, plain, item)
  local at <const> = begin_of(self, view)
  if not at or #plain == 0 then
    return false
  elseif is_flow(self, view) then
    put(self, at + 1, 0, flow_text(item) .. ", ")
  else
    local line <const> = line_of(self, at)
    local dash <const> = line_text(self, line):match("^( *%- +)%S")
    if not dash then
      return false
    end
    local text <const> = type(item) == "table" and flow_text(item):match("^{(.*)}$") or shown(item)
    put(self, self.starts[line], 0, dash .. text .. "\n")
  end
  table.insert(plain, 1, item)
  return true
end

-- The byte behind the last line of a block entry: lines that are indented as deep as its keys, or deeper, belong to it.
local function end_of(self, view)
  local _, line <const>, column <const> = begin_of(self, view)
  local last, index = line, line + 1
  local text = line_text(self, index)
  while text do
    local depth <const> = #text:match("^ *")
    if text:find("%S") then
      if depth < column - 1 then
        break
      end
      last = index
    end
    index = index + 1
    text = line_text(self, index)
  end
  return self.starts[last + 1] or #self.text + 1
end

-- Lines at the end of an entry.
local function put_behind(self, view, text)
  local at <const> = end_of(self, view)
  local broken <const> = self.text:sub(at - 1, at - 1) ~= "\n"
  put(self, at, 0, broken and "\n" .. text or text .. "\n")
end

--- Adds an item behind the last of a list of objects.
---@param view any the list
---@param plain table
---@param item table
---@param order string[] the order of its keys
---@return boolean ok
function editor:append(view, plain, item, order)
  local last <const> = #plain > 0 and view[#view]
  if not last or document.kind(last) ~= "object" or is_flow(self, view) or is_flow(self, last) then
    return false
  end
  local at <const> = begin_of(self, view)
  local indent <const> = line_text(self, line_of(self, at)):match("^( *)%-")
  if not indent then
    return false
  end
  put_behind(self, last, indent .. indented(yaml.write({ item }, order), indent))
  plain[#plain + 1] = item
  return true
end

--- Adds a member with a list of objects behind all others of an object.
---@param view any
---@param plain table
---@param key string
---@param list table[]
---@param order string[]
---@return boolean ok
function editor:add_list(view, plain, key, list, order)
  local _, _, column <const> = begin_of(self, view)
  if not column or plain[key] ~= nil or is_flow(self, view) then
    return false
  end
  local indent <const> = (" "):rep(column - 1)
  put_behind(self, view, indent .. indented(yaml.write({ [key] = list }, order), indent))
  plain[key] = list
  return true
end

-- ---- the end ----------------------------------------------------------------------------------------------

--- The text with all edits; nil where it would not say what it should.
---@return string?
function editor:finish()
  table.sort(self.edits, function(a, b)
    if a.at ~= b.at then
      return a.at < b.at
    end
    return a.order < b.order
  end)
  local parts <const>, at = {}, 1
  for _, edit in ipairs(self.edits) do
    if edit.at < at then
      return nil
    end
    parts[#parts + 1] = self.text:sub(at, edit.at - 1)
    parts[#parts + 1] = edit.text
    at = edit.at + edit.length
  end
  parts[#parts + 1] = self.text:sub(at)
  local text <const> = table.concat(parts)
  local root <const> = document.parse(text, self.path, { format = "yaml", dialect = "dbt" })
  if root == nil or json.encode(document.plain(root, true)) ~= json.encode(self.tree) then
    return nil
  end
  return text
end

return M
