-- What floe prints, and how: streams, colours, and the cleaning of text that came from other people's files.
-- Nothing else in the trusted Lua writes to a terminal, so that no control character reaches one unescaped.
local system <const> = require "host.system"

local M = {}

local STANDARD_OUTPUT <const>, STANDARD_ERROR <const> = 1, 2

local NARROWEST <const> = 20 -- columns that a wrapped text gets in any case

local STYLES <const> = {
  bold = "1", dim = "2", red = "31", green = "32", yellow = "33", blue = "34", magenta = "35", cyan = "36",
}

-- Characters that are not controls and still change how a terminal shows what stands around them.
local function reorders(code)
  return code >= 0x200B and code <= 0x200F or code >= 0x2028 and code <= 0x202E
    or code >= 0x2060 and code <= 0x206F or code == 0x061C or code == 0x180E or code == 0xFEFF
    or code >= 0xFFF9 and code <= 0xFFFB or code >= 0xE0000 and code <= 0xE007F
end

local NAMED <const> = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function clean_character(character)
  if #character == 1 then
    local byte <const> = character:byte()
    if byte < 32 or byte == 127 then
      return NAMED[character] or ("\\x%02x"):format(byte)
    end
    return nil
  end
  local code <const> = utf8.codepoint(character)
  if code < 0xA0 or reorders(code) then
    return ("\\u{%x}"):format(code)
  end
  return nil
end

local function clean_bytes(text)
  local parts, start = {}, 1
  while start <= #text do
    local _, bad <const> = utf8.len(text, start)
    local stop <const> = bad and bad - 1 or #text
    parts[#parts + 1] = text:sub(start, stop):gsub(utf8.charpattern, clean_character)
    if bad then
      parts[#parts + 1] = ("\\x%02x"):format(text:byte(bad))
    end
    start = (bad or #text) + 1
  end
  return table.concat(parts)
end

--- One line of printable text: controls, escape sequences, characters that reorder a line and bytes that are
--- not UTF-8 become visible escapes.
---@param text any
---@return string
function M.clean(text)
  local value <const> = tostring(text)
  return value:find("[^ -~]") and clean_bytes(value) or value
end

--- The lines of a text, each cleaned. An empty text has no lines.
---@param text any
---@return string[]
function M.lines(text)
  local lines <const> = {}
  text = tostring(text)
  if not text:find("\n", 1, true) then
    return text ~= "" and { M.clean(text) } or lines
  end
  text = text:gsub("\r\n", "\n")
  local last = #text
  while text:byte(last) == 10 do -- not by a pattern, which would try every line's end
    last = last - 1
  end
  for line in text:sub(1, last):gmatch("([^\n]*)\n?") do
    lines[#lines + 1] = M.clean(line)
  end
  if lines[#lines] == "" then
    lines[#lines] = nil
  end
  return lines
end

--- The lines of a cleaned text that stands behind an indent, broken between words where it is wider than the width; one
--- line where no width is given.
---@param text string
---@param width integer? of the terminal
---@param indent integer
---@return string[]
function M.wrap(text, width, indent)
  local most <const> = width and math.max(width - indent, NARROWEST)
  if not most or (utf8.len(text) or #text) <= most then
    return { text }
  end
  local lines <const>, line, used = {}, "", 0
  for word in text:gmatch("%S+") do
    local length <const> = utf8.len(word) or #word
    if used > 0 and used + 1 + length > most then
      lines[#lines + 1] = line
      line, used = "", 0
    end
    line, used = used == 0 and word or line .. " " .. word, used + length + (used > 0 and 1 or 0)
  end
  lines[#lines + 1] = line
  return lines
end

--- A line that no runner of CI jobs takes for a command. GitHub's obeys lines that begin with `::`, white space
--- before it or not; it and others obey `##name[` anywhere.
---@param line string
---@return string
function M.inert(line)
  if not line:find("::", 1, true) and not line:find("##", 1, true) then
    return line
  end
  return (line:gsub("^([%s\128-\255]*):(:)", "%1\\x3a%2"):gsub("##(%w*%[)", "\\x23#%1"))
end

--- "file:line:column", as much of it as is known.
---@param place { file: string?, line: integer?, column: integer? }
---@return string
function M.place(place)
  local text = M.clean(place.file or "")
  if place.line and place.line > 0 then
    text = text .. ":" .. place.line
    if place.column and place.column > 0 then
      text = text .. ":" .. place.column
    end
  end
  return text
end

--- "1 finding", "2 findings", "2 policies".
---@param count integer
---@param noun string
---@param plural string?
---@return string
function M.count(count, noun, plural)
  return ("%d %s"):format(count, count == 1 and noun or plural or noun .. "s")
end

--- Seconds as a reader says them: "8 ms", "1.2 s", "2m 15s".
---@param seconds number
---@return string
function M.duration(seconds)
  if seconds < 1 then
    return ("%d ms"):format(math.floor(seconds * 1000 + 0.5))
  elseif seconds < 60 then
    return ("%.1f s"):format(seconds)
  end
  return ("%dm %ds"):format(seconds // 60, seconds % 60 // 1)
end

--- A document as JSON. What runners of CI jobs would obey stays text: in JSON "##" stands in strings only, and there it
--- may be written as an escape.
---@param value any what host.json encodes
---@return string
function M.json(value)
  local text <const> = require("host.json").encode(value, { indent = 2 }):gsub("##+", function(run)
    return ("\\u0023"):rep(#run - 1) .. "#"
  end)
  return text .. "\n"
end

---@class terminal
---@field quiet boolean
---@field verbose boolean
---@field closed boolean the reader of standard output went away
---@field width integer? columns of the terminal, where standard output is one
---@field begun boolean? something was written to standard output
---@field held string[] what is not written yet
---@field held_bytes integer
---@field showing boolean? a transient line is shown
---@field failure table? why standard output could not be written
local terminal <const> = {}
terminal.__index = terminal

-- Standard output is written in blocks of about this many bytes, and whenever somebody may be waiting for it.
local BLOCK <const> = 32768

local function write_out(self, text)
  if self.closed or self.failure then
    return
  end
  local ok <const>, err <const> = system.write(STANDARD_OUTPUT, text)
  if ok then
    return
  elseif err.message:find("Broken pipe", 1, true) then
    self.closed = true
  else
    self.failure = err
  end
end

--- Writes what is still held back.
function terminal:flush()
  if #self.held > 0 then
    local text <const> = table.concat(self.held)
    self.held, self.held_bytes = {}, 0
    write_out(self, text)
  end
end

--- Writes text to standard output as it is; what came from a file must have been cleaned.
---@param text string
function terminal:write(text)
  self.begun = true
  self.held[#self.held + 1] = text
  self.held_bytes = self.held_bytes + #text
  if self.held_bytes > BLOCK then
    self:flush()
  end
end

--- Writes a line to standard output.
---@param text string?
function terminal:line(text)
  self:write(M.inert(text or "") .. "\n")
end

--- Writes a cleaned text behind a prefix, and what does not fit into the line below it.
---@param prefix string which may be painted
---@param indent integer columns that the prefix takes
---@param text string
function terminal:hanging(prefix, indent, text)
  for index, line in ipairs(M.wrap(text, self.width, indent)) do
    self:line((index == 1 and prefix or (" "):rep(indent)) .. line)
  end
end

--- Writes a document as JSON to standard output.
---@param value any what host.json encodes
function terminal:json(value)
  self:write(M.json(value))
end

--- An empty line between what was written and what follows; none at the very beginning.
function terminal:gap()
  if self.begun then
    self:line()
  end
end

--- Writes a line to standard error.
---@param text string?
function terminal:complain(text)
  self:flush()
  system.write(STANDARD_ERROR, M.inert(text or "") .. "\n")
end

--- Shows a line on the terminal that the next one replaces; nil takes it away. Nothing is shown where nobody looks:
--- where standard error is no terminal, or where --quiet was given.
---@param text string?
function terminal:transient(text)
  if self.quiet or not system.is_terminal(STANDARD_ERROR) or not text and not self.showing then
    return
  end
  self:flush()
  local width <const> = (system.columns(STANDARD_ERROR) or 80) - 1
  local shown = M.clean(text or "")
  if (utf8.len(shown) or #shown) > width then
    shown = shown:sub(1, (utf8.offset(shown, width) or width) - 1) .. "…"
  end
  self.showing = text ~= nil
  system.write(STANDARD_ERROR, "\r\27[K" .. shown)
end

--- Text in a style, where standard output shows colours.
---@param style "bold"|"dim"|"red"|"green"|"yellow"|"blue"|"magenta"|"cyan"
---@param text string
---@return string
function terminal:paint(style, text)
  if not self.coloured then
    return text
  end
  return "\27[" .. STYLES[style] .. "m" .. text .. "\27[0m"
end

--- Prints an error on standard error: what, where, and what to do next.
---@param problem { message: string, hint: string?, file: string?, line: integer?, column: integer? }
function terminal:fail(problem)
  local head <const> = self.coloured_errors and "\27[31mERROR:\27[0m " or "ERROR: "
  local lines <const> = M.lines(problem.message)
  self:complain(head .. (lines[1] or ""))
  for index = 2, #lines do
    self:complain("  | " .. lines[index])
  end
  if problem.file and problem.file ~= "" then
    self:complain("    at " .. M.place(problem))
  end
  for _, line in ipairs(M.lines(problem.hint or "")) do
    self:complain("    " .. line)
  end
end

--- Prints errors, one after the other.
---@param problems { message: string }[]
function terminal:fail_all(problems)
  for _, problem in ipairs(problems) do
    self:fail(problem)
  end
end

local function set(name)
  local value <const> = system.env(name)
  return value ~= nil and value ~= ""
end

local function shows_colours(descriptor, wanted)
  if wanted == "always" or wanted == "never" then
    return wanted == "always"
  end
  if set("NO_COLOR") then
    return false
  elseif set("FORCE_COLOR") then
    return system.env("FORCE_COLOR") ~= "0"
  end
  return system.is_terminal(descriptor) and system.env("TERM") ~= "dumb"
end

--- The program's terminal.
---@param options { quiet: boolean?, verbose: boolean?, color: "auto"|"always"|"never"|nil }
---@return terminal
function M.open(options)
  return setmetatable({
    quiet = options.quiet or false,
    verbose = options.verbose or false,
    closed = false,
    width = system.is_terminal(STANDARD_OUTPUT) and system.columns(STANDARD_OUTPUT) or nil,
    held = {},
    held_bytes = 0,
    coloured = shows_colours(STANDARD_OUTPUT, options.color),
    coloured_errors = shows_colours(STANDARD_ERROR, options.color),
  }, terminal)
end

--- A terminal that keeps what is written to it, without colours; `text()` gives it back. For files.
---@param options { quiet: boolean?, verbose: boolean? }
---@return terminal, fun(): string
function M.buffer(options)
  local self <const> = M.open({ quiet = options.quiet, verbose = options.verbose, color = "never" })
  local parts <const> = {}
  self.width = nil
  self.write = function(_, text)
    self.begun = true
    parts[#parts + 1] = text
  end
  return self, function()
    return table.concat(parts)
  end
end

return M
