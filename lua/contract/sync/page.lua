-- A YAML file as text: where its lines begin, and which bytes a value takes. The places of keys come from the document;
-- what stands behind a key is found here. Whatever is not plainly one thing (anchors, aliases, tags) is no span.

local document <const> = require "host.document"

local M = {}

---@class floe.page
---@field text string
---@field starts integer[] the first byte of each line
---@field ending "\n"|"\r\n" how its lines end
local page <const> = {}
page.__index = page

--- The bytes of a value.
---@class floe.span
---@field kind "none"|"plain"|"quoted"|"block"|"flow" none: the key has no value
---@field from integer its first byte; of "none" the byte behind the colon, of "block" its header
---@field to integer its last byte; of "none" the colon, of "block" the last of the header
---@field body_from integer? of "block": the line break behind the header, or behind its comment
---@field body_to integer? of "block": the last byte of the last line that is not blank
---@field style string? of "block": "|" or ">"
---@field chomp string? of "block": "", "-" or "+"

local BOM <const> = "\u{feff}"

-- Characters that end a line for some readers of YAML and not for others.
local function odd_break(text)
  if text:find("\r[^\n]") or text:find("\r$") then
    return "a carriage return without a line feed"
  end
  for name, character in pairs { ["U+0085"] = "\u{85}", ["U+2028"] = "\u{2028}", ["U+2029"] = "\u{2029}" } do
    if text:find(character, 1, true) then
      return "the character " .. name
    end
  end
  return nil
end

--- A page of a text; nil with a sentence where nobody can say where its lines end.
---@param text string
---@return floe.page?
---@return string? why
function M.new(text)
  local odd <const> = odd_break(text)
  if odd then
    return nil, ("it holds %s, which ends a line for some readers and not for others"):format(odd)
  end
  local starts <const> = { 1 }
  for at in text:gmatch("\n()") do
    starts[#starts + 1] = at
  end
  local _, wide <const> = text:gsub("\r\n", "")
  return setmetatable({
    text = text,
    starts = starts,
    ending = wide * 2 > #starts - 1 and "\r\n" or "\n",
  }, page)
end

--- The text of a line, without what ends it; nil behind the last.
---@param line integer
---@return string?
function page:line(line)
  local start <const>, next_start <const> = self.starts[line], self.starts[line + 1]
  return start and (self.text:sub(start, next_start and next_start - 2 or nil):gsub("\r$", "")) or nil
end

--- The line in which a byte stands.
---@param at integer
---@return integer
function page:line_of(at)
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

--- The byte behind the last character of the line in which a byte stands: the first of what ends it.
---@param at integer
---@return integer
function page:line_end(at)
  local line <const> = self:line_of(at)
  return self.starts[line] + #self:line(line)
end

--- Where a container, or the key of a member, begins: byte, line, column. A member that is null has a place as well.
---@param view any
---@param key any?
---@return integer? at
---@return integer? line
---@return integer? column
function page:begin(view, key)
  local _, line <const>, column <const> = document.place(view, key)
  local start <const> = line and self.starts[line]
  if not start then
    return nil
  end
  local first <const> = line == 1 and self.text:sub(1, #BOM) == BOM and #BOM or 0
  local offset <const> = utf8.offset(self:line(line):sub(1 + first), column)
  if not offset then
    return nil
  end
  return start + first + offset - 1, line, column
end

--- Whether a container is written between brackets or braces.
---@param view any
---@return boolean
function page:is_flow(view)
  local at <const> = self:begin(view)
  return at ~= nil and self.text:find("^[%[{]", at) ~= nil
end

-- The byte of the quote that ends the text beginning at `at`.
local function quote_end(text, at)
  local quote <const> = text:sub(at, at)
  local index = at + 1
  while true do
    local found <const> = text:find(quote == '"' and '["\\]' or "'", index)
    if not found then
      return nil
    elseif text:sub(found, found) == "\\" or quote == "'" and text:sub(found + 1, found + 1) == "'" then
      index = found + 2
    else
      return found
    end
  end
end

--- The byte of the bracket or brace that ends the container beginning at `at`.
---@param at integer
---@return integer?
function page:flow_end(at)
  local text <const>, depth, index = self.text, 0, at
  while true do
    local found <const> = text:find("[%[%]{}\"'#]", index)
    local letter <const> = found and text:sub(found, found)
    if not found then
      return nil
    elseif letter == "[" or letter == "{" then
      depth = depth + 1
    elseif letter == "]" or letter == "}" then
      depth = depth - 1
      if depth == 0 then
        return found
      end
    elseif letter == "#" then
      index = text:find("^%s", found - 1) and text:find("\n", found, true) or found
    elseif text:find("^[%s,:%[{]", found - 1) then -- elsewhere a quote is a letter
      index = quote_end(text, found)
    end
    index = math.max(index or #text + 1, found) + 1
  end
end

-- The last byte of a plain scalar within its line.
local function plain_end(self, at, flow)
  local line = self.text:sub(at, self:line_end(at) - 1)
  line = line:gsub("%s+#.*$", "")
  if flow then
    line = line:match("^[^,%]}]*")
  end
  line = line:gsub("%s+$", "")
  return #line > 0 and at + #line - 1 or nil
end

-- The last byte of a plain scalar that may go on in the lines below: those that are indented and are no comments.
local function folded_end(self, stop, column)
  local line = self:line_of(stop)
  if self.text:sub(stop + 1, self:line_end(stop) - 1):find("%S") then
    return stop -- a comment ends it
  end
  while true do
    line = line + 1
    local text <const> = self:line(line)
    if not text or text:find("^%s*#") or text:find("%S") and #text:match("^ *") < column then
      return stop
    elseif text:find("%S") then
      local first <const> = self.starts[line] + #text:match("^ *")
      stop = plain_end(self, first, false)
      if self.text:sub(stop + 1, self:line_end(stop) - 1):find("%S") then
        return stop
      end
    end
  end
end

-- The block of lines whose header stands at `at`; `column` is that of its key.
local function block_span(self, at, column)
  local style <const>, rest <const> = self.text:match("^([|>])([%d%+%-]*)", at)
  local to <const> = at + #rest
  if not self.text:sub(to + 1, self:line_end(at) - 1):find("^%s*$")
    and not self.text:sub(to + 1, self:line_end(at) - 1):find("^%s+#") then
    return nil
  end
  local span <const> = { kind = "block", from = at, to = to, style = style, chomp = rest:match("[%+%-]") or "",
    body_from = self:line_end(at), body_to = self:line_end(at) - 1 }
  local line = self:line_of(at) + 1
  local text = self:line(line)
  while text and (not text:find("%S") or #text:match("^ *") >= column) do
    if text:find("%S") then
      span.body_to = self.starts[line] + #text - 1
    end
    line = line + 1
    text = self:line(line)
  end
  return span
end

-- The first byte of a value on one of the lines below its key; nil where there is none.
local function value_below(self, at, column)
  local line = self:line_of(at) + 1
  local text = self:line(line)
  while text and (not text:find("%S") or text:find("^%s*#")) do
    line = line + 1
    text = self:line(line)
  end
  local depth <const> = text and #text:match("^ *")
  return depth and depth >= column and self.starts[line] + depth or nil
end

-- What stands at the first byte of a value.
local function span_at(self, at, flow, column)
  local first <const> = self.text:sub(at, at)
  if first == '"' or first == "'" then
    local stop <const> = quote_end(self.text, at)
    return stop and { kind = "quoted", from = at, to = stop }
  elseif first == "[" or first == "{" then
    local stop <const> = self:flow_end(at)
    return stop and { kind = "flow", from = at, to = stop }
  elseif (first == "|" or first == ">") and not flow then
    return block_span(self, at, column)
  elseif first:find("[|>&*!%%@`%,#%]}]") then
    return nil
  end
  local stop <const> = plain_end(self, at, flow)
  if not stop then
    return nil
  end
  return { kind = "plain", from = at, to = flow and stop or folded_end(self, stop, column) }
end

--- The bytes of a member's value; nil where they cannot be told, or where the value is a block of members or items.
---@param view any an object
---@param key string
---@return floe.span?
function page:value(view, key)
  local at <const>, _, column <const> = self:begin(view, key)
  if not at or document.kind(view) ~= "object" then
    return nil
  end
  local colon <const> = self.text:match("^[\"']?()", at)
  if self.text:sub(colon, colon + #key - 1) ~= key then
    return nil
  end
  local after <const> = self.text:match("^[\"']?[ ]*:()", colon + #key)
  if not after then
    return nil
  end
  local flow <const> = self:is_flow(view)
  local start = self.text:match("^[ \t]*()", after)
  local here <const> = self.text:sub(start, start)
  local is_end <const> = here == "" or here:find("[\r\n]") or here == "#" and start > after
    or flow and here:find("[,}]")
  if not is_end and start == after and not flow then
    return nil -- the colon belongs to the key
  elseif is_end then
    start = not flow and value_below(self, after, column) or nil
    local member <const> = view[key]
    if not start or member == nil or document.kind(member) then
      return member == nil and { kind = "none", from = after, to = after - 1 } or nil
    end
  end
  return span_at(self, start, flow, column)
end

--- The byte behind the last line of a block entry: lines that are indented as deep as its keys, or deeper, belong to
--- it.
---@param view any an object in block style
---@return integer
function page:entry_end(view)
  local _, line <const>, column <const> = self:begin(view)
  local last, index = line, line + 1
  local text = self:line(index)
  while text do
    if #text:match("^ *") >= column - 1 then
      last = text:find("%S") and index or last
    elseif text:find("^%s*[^%s#]") then
      break
    end
    index = index + 1
    text = self:line(index)
  end
  return self.starts[last + 1] or #self.text + 1
end

return M
