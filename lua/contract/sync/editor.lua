-- Edits a YAML file as text, at the places of its nodes: comments, quotes, blank lines and order stay as they are. What
-- the text becomes is read again and compared with what it should say; an edit that does not come out so is not made.

local document <const> = require "host.document"
local json <const> = require "host.json"
local pages <const> = require "contract.sync.page"
local yaml <const> = require "yaml"

local M = {}

---@class floe.step one edit, at a path of keys and indices
---@field kind "set"|"add"|"prepend"|"append"|"extend"
---@field path any[] the object or list that is edited
---@field key string? set, add, extend: the member
---@field value any the member's value; prepend, append: the item; extend: a list of objects
---@field after string[]? add: behind the last of these members that is there, else before the first
---@field order string[]? the order of the keys in what is written

---@class floe.edit steps that are made together, or not at all
---@field steps floe.step[]

---@class floe.editor
---@field path string
---@field root any the document as it was
---@field tree any what it should become, plain
---@field page floe.page
local editor <const> = {}
editor.__index = editor

--- Opens a file's text.
---@param path string
---@param text string
---@return floe.editor?
---@return table? error
function M.open(path, text)
  local page <const>, why <const> = pages.new(text)
  if not page then
    return nil, { code = "invalid", file = path, message = ("'%s' cannot be edited safely: %s"):format(path, why) }
  end
  local root <const>, err <const> = document.parse(text, path, { format = "yaml", dialect = "dbt" })
  if err then
    return nil, err
  end
  return setmetatable({ path = path, root = root, tree = document.plain(root, true), page = page, edits = {} }, editor)
end

-- Text is put at a byte in the place of so many bytes. What is put at one byte stands in the order of the calls.
local function put(self, at, length, text)
  text = self.page.ending == "\n" and text or text:gsub("\n", "\r\n")
  self.edits[#self.edits + 1] = { at = at, length = length, text = text, order = #self.edits }
end

local function at_path(value, path)
  for _, key in ipairs(path) do
    value = value ~= nil and value[key] or nil
  end
  return value
end

-- ---- scalars ----------------------------------------------------------------------------------------------

-- A scalar as it may stand in a file, between braces where `flow`.
local function shown(value, flow)
  local text <const> = yaml.scalar(value)
  return flow and type(value) == "string" and text:find("[,%[%]{}:#]") and text:sub(1, 1) ~= '"' and json.encode(value)
    or text
end

local WIDTH <const> = 100

-- Lines of words, none wider than WIDTH where that is possible. A line breaks at a single blank, so that folding gives
-- the text back; nil for a text that would not come back.
local function wrapped(text, indent)
  if text:find("^ ") or text:find(" $") or text:find("[%c\u{85}\u{2028}\u{2029}]") then
    return nil
  end
  local lines <const>, line = {}, ""
  for word, blanks in text:gmatch("([^ ]+)( *)") do
    if line ~= "" and line:sub(-2, -2) ~= " " and #indent + #line + #word > WIDTH then
      lines[#lines + 1] = line:sub(1, -2)
      line = ""
    end
    line = line .. word .. blanks
  end
  lines[#lines + 1] = line
  return lines
end

-- How a text is written in a block of lines: header, body, and the value that it has there. nil where it cannot be.
local function block_of(text, indent, old)
  local chomp <const> = old and old.chomp ~= "+" and old.chomp or "-"
  local value <const> = chomp == "" and text .. "\n" or text
  if not text:find("\n", 1, true) and old and old.style == ">" then
    local lines <const> = wrapped(text, indent)
    if lines then
      return ">" .. chomp, "\n" .. indent .. table.concat(lines, "\n" .. indent), value
    end
  end
  local block <const> = yaml.block(value, indent)
  if not block then
    return nil
  end
  return block:match("^[^\n]*"), block:match("\n.*$"), value
end

-- The indent of the lines of a block.
local function body_indent(page, span, column)
  if span.kind == "block" and span.body_to >= span.body_from and not page.text:find("^[|>][%+%-]?%d", span.from) then
    for line in page.text:sub(span.body_from, span.body_to):gmatch("[^\r\n]+") do
      if line:find("%S") then
        return line:match("^ *")
      end
    end
  end
  return (" "):rep(column + 1)
end

-- Puts lines in the place of a value: the header where it stood, what they hold below it.
local function put_block(self, span, header, body)
  local page <const> = self.page
  if span.kind == "block" then
    put(self, span.from, span.to - span.from + 1, header)
    put(self, span.body_from, span.body_to - span.body_from + 1, body)
    return
  end
  put(self, span.from, span.to - span.from + 1, (span.kind == "none" and " " or "") .. header)
  put(self, page:line_end(span.to), 0, body)
end

local function put_line(self, span, text)
  put(self, span.from, span.to - span.from + 1, (span.kind == "none" and " " or "") .. text)
  if span.kind == "block" then
    put(self, span.body_from, span.body_to - span.body_from + 1, "")
  end
end

-- Whether a text is written as a block of lines: one of several lines, or one that stood in a block.
local function wants_block(value, span)
  return type(value) == "string" and (value:find("\n", 1, true) ~= nil or span.kind == "block")
end

-- What edits do: STEPS[kind](self, view, plain, step) → ok.
local STEPS <const> = {}

-- Replaces the value of a member that is there, be it null.
function STEPS.set(self, view, plain, step)
  local page <const> = self.page
  local span <const> = page:value(view, step.key)
  if not span or span.kind == "flow" or type(step.value) == "table" then
    return false
  end
  local _, _, column <const> = page:begin(view, step.key)
  if not page:is_flow(view) and wants_block(step.value, span) then
    local header <const>, body <const>, value <const> = block_of(step.value, body_indent(page, span, column),
      span.kind == "block" and span or nil)
    if header then
      put_block(self, span, header, body)
      plain[step.key] = value
      return true
    end
  end
  put_line(self, span, shown(step.value, page:is_flow(view)))
  plain[step.key] = step.value
  return true
end

-- ---- members ----------------------------------------------------------------------------------------------

local function indented(text, indent)
  return (text:gsub("\n$", ""):gsub("\n([^\n])", "\n" .. indent .. "%1"))
end

-- A value between braces.
local function flow_text(value, order)
  if type(value) ~= "table" then
    return shown(value, true)
  end
  local parts <const> = {}
  if #value > 0 then
    for index, item in ipairs(value) do
      parts[index] = flow_text(item, order)
    end
    return "[" .. table.concat(parts, ", ") .. "]"
  end
  for index, key in ipairs(yaml.keys(value, order)) do
    parts[index] = shown(key, true) .. ": " .. flow_text(value[key], order)
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

-- Where the last of some members ends.
local function anchor_of(page, view, names)
  for index = #names, 1, -1 do
    local span <const> = page:value(view, names[index])
    if span then
      return span.kind == "block" and math.max(span.to, span.body_to) or span.to
    end
  end
  return nil
end

local function has_tabs(page, line)
  return page:line(line):find("^ *\t") ~= nil
end

-- Adds a member to an object: behind the last of `after` that is there, else before its first member.
function STEPS.add(self, view, plain, step)
  local page <const> = self.page
  local at <const>, line <const>, column <const> = page:begin(view)
  if not at or plain[step.key] ~= nil or next(plain) == nil then
    return false
  end
  local span <const> = page:value(view, step.key)
  if span then
    return STEPS.set(self, view, plain, step) -- it is null
  end
  local anchor <const> = anchor_of(page, view, step.after or {})
  if page:is_flow(view) then
    local member <const> = ("%s: %s"):format(step.key, flow_text(step.value, step.order))
    put(self, anchor and anchor + 1 or at + 1, 0, anchor and ", " .. member or member .. ", ")
  elseif has_tabs(page, line) then
    return false
  else
    local indent <const> = (" "):rep(column - 1)
    local member <const> = indented(yaml.write({ [step.key] = step.value }, step.order), indent)
    if anchor then
      put(self, page:line_end(anchor), 0, "\n" .. indent .. member)
    else
      put(self, at, 0, member .. "\n" .. indent)
    end
  end
  plain[step.key] = step.value
  return true
end

-- ---- lists ------------------------------------------------------------------------------------------------

-- Adds an item before the first of a list.
function STEPS.prepend(self, view, plain, step)
  local page <const> = self.page
  local at <const> = page:begin(view)
  if not at or document.kind(view) ~= "array" then
    return false
  elseif page:is_flow(view) then
    put(self, at + 1, 0, flow_text(step.value, step.order) .. (#plain > 0 and ", " or ""))
  elseif #plain == 0 then
    return false
  else
    local dash <const> = page:line(page:line_of(at)):match("^( *%- +)%S")
    if not dash then
      return false
    end
    local text <const> = type(step.value) == "table" and flow_text(step.value, step.order):match("^{(.*)}$")
      or shown(step.value)
    put(self, page.starts[page:line_of(at)], 0, dash .. text .. "\n")
  end
  table.insert(plain, 1, step.value)
  return true
end

-- Lines at the end of an entry.
local function put_behind(self, view, text)
  local page <const> = self.page
  local at <const> = page:entry_end(view)
  local broken <const> = page.text:sub(at - 1, at - 1) ~= "\n"
  put(self, at, 0, broken and "\n" .. text or text .. "\n")
end

-- Adds an item behind the last of a list of objects.
function STEPS.append(self, view, plain, step)
  local page <const> = self.page
  local last <const> = document.kind(view) == "array" and #view > 0 and view[#view] or nil
  if last == nil or document.kind(last) ~= "object" then
    return false
  elseif page:is_flow(last) then
    local at <const> = page:begin(last)
    local stop <const> = page:flow_end(at)
    local dash <const> = not page:is_flow(view) and page:line(page:line_of(at)):match("^( *%- +){")
    if not stop or not dash and not page:is_flow(view) then
      return false
    end
    put(self, dash and page:line_end(stop) or stop + 1, 0,
      (dash and "\n" .. dash or ", ") .. flow_text(step.value, step.order))
  else
    local indent <const> = page:line(page:line_of((page:begin(view)))):match("^( *)%-")
    if not indent then
      return false
    end
    put_behind(self, last, indent .. indented(yaml.write({ step.value }, step.order), indent))
  end
  plain[#plain + 1] = step.value
  return true
end

-- Adds a member with a list of objects behind all others of an object, or fills one that is empty.
function STEPS.extend(self, view, plain, step)
  local page <const> = self.page
  local at <const>, line <const>, column <const> = page:begin(view)
  local list <const> = plain[step.key]
  if not at or list ~= nil and (type(list) ~= "table" or next(list) ~= nil) or has_tabs(page, line) then
    return false
  end
  local span <const>, flow <const> = page:value(view, step.key), page:is_flow(view)
  local indent <const> = (" "):rep(column - 1)
  local text <const> = indented(yaml.write({ [step.key] = step.value }, step.order), indent)
  if span and span.kind ~= "none" and span.kind ~= "flow" then
    return false
  elseif flow then
    local member <const> = flow_text(step.value, step.order)
    if span then
      put_line(self, span, member)
    else
      put(self, page:flow_end(at), 0, (", %s: %s"):format(step.key, member))
    end
  elseif span then
    put(self, span.from, span.to - span.from + 1, "")
    put(self, page:line_end(span.to), 0, text:match("\n.*$"))
  else
    put_behind(self, view, indent .. text)
  end
  plain[step.key] = step.value
  return true
end

-- ---- all of it --------------------------------------------------------------------------------------------

-- Makes the steps of an edit; where one cannot be made, none is.
local function make(self, edit)
  local count <const> = #self.edits
  for _, step in ipairs(edit.steps) do
    local view <const>, plain <const> = at_path(self.root, step.path), at_path(self.tree, step.path)
    if document.kind(view) == nil or type(plain) ~= "table" or not STEPS[step.kind](self, view, plain, step) then
      for index = #self.edits, count + 1, -1 do
        self.edits[index] = nil
      end
      return false
    end
  end
  return true
end

local function edited(self)
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
    parts[#parts + 1] = self.page.text:sub(at, edit.at - 1)
    parts[#parts + 1] = edit.text
    at = edit.at + edit.length
  end
  parts[#parts + 1] = self.page.text:sub(at)
  return table.concat(parts)
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b or a ~= a and b ~= b
  end
  for key, value in next, a do
    if not same(value, b[key]) then
      return false
    end
  end
  for key in next, b do
    if a[key] == nil then
      return false
    end
  end
  return true
end

-- The text with all edits; nil where it would not say what it should.
local function finish(self)
  local text <const> = edited(self)
  local root <const> = text and document.parse(text, self.path, { format = "yaml", dialect = "dbt" })
  return root ~= nil and same(document.plain(root, true), self.tree) and text or nil
end

-- Edits of which each is made alone, so that one that cannot be made does not spoil the others.
local function one_by_one(path, text, edits)
  local refused <const> = {}
  for _, edit in ipairs(edits) do
    local self <const> = M.open(path, text)
    local after <const> = self and make(self, edit) and finish(self)
    text = after or text
    refused[#refused + 1] = not after and edit or nil
  end
  return text, refused
end

--- Makes edits in a text.
---@param path string what it is called in errors
---@param text string
---@param edits floe.edit[]
---@return string? text nil where it cannot be read
---@return floe.edit[]|table refused those that cannot be made safely; or the error
function M.apply(path, text, edits)
  local self <const>, err <const> = M.open(path, text)
  if not self then
    return nil, err
  end
  local made = true
  for _, edit in ipairs(edits) do
    made = made and make(self, edit)
  end
  local after <const> = made and finish(self)
  if after then
    return after, {}
  end
  return one_by_one(path, text, edits)
end

return M
