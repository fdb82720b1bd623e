-- Masks secrets in what other programs say and in what becomes evidence: values that are known to be secrets, because a
-- variable or a setting is named so, and texts that look like one. dbt and databases quote what they were given.
--
-- A value is known where it is as long as a secret and no plain word: names of tables and columns stay what they are
-- where somebody's password is `customer`.

local document <const> = require "host.document"
local files <const> = require "host.files"
local json <const> = require "host.json"
local percent <const> = require "evidence.percent"
local secrets <const> = require "manifest.secrets"
local system <const> = require "host.system"

local M = {}

local SHORTEST <const> = 6 -- characters of a value
local WORD <const> = 12 -- characters that a value of letters alone needs
local MOST_FILE <const>, PIECE <const> = 64 << 20, 1 << 18 -- bytes of a log, and of what of it is looked at at once
local LINE <const> = 16 -- characters of one line of a value with several, such as a private key

---@class floe.redact.value
---@field plain string
---@field quoted string as it stands in JSON
---@field number string? a pattern that finds it, where it is all digits: not within a longer number
---@field bare string? the same where it may stand in JSON without quotes

local known, seen -- values, the longest first; nil until they were looked for

local function is_telling(value)
  return #value >= SHORTEST and (#value >= WORD or not value:find("^%a+$"))
end

-- A pattern that finds in JSON what looks like a number with a sign, a point or an exponent, where it is not within a
-- longer number or a moment. nil for what looks like none.
local function bare_of(value)
  if not value:find("^[%d.eE+-]*%d[%d.eE+-]*$") then
    return nil
  end
  local front <const> = value:find("^%d") and "%f[%d]" or value:find("^[+-]") and "" or "%f[%w.+-]"
  return front .. value:gsub("%p", "%%%0") .. (value:find("%d$") and "%f[%W]" or "%f[^%w.+-]")
end

local function insert(value)
  if seen[value] or not is_telling(value) then
    return
  end
  seen[value] = true
  local number <const> = value:find("^%d+$") and "%f[%d]" .. value .. "%f[%D]" or nil
  known[#known + 1] = {
    plain = value, quoted = json.encode(value):sub(2, -2), number = number, bare = number or bare_of(value),
  }
  table.sort(known, function(a, b)
    return #a.plain > #b.plain
  end)
end

-- A value, as it is and as an address may hold it; each line of one that has several.
local function learn(value)
  local text <const> = value:match("^%s*(.-)%s*$")
  insert(text)
  insert(percent.decode(text))
  insert(percent.decode(text):match("^%a+%s+(%S+)$") or "") -- "Bearer …"
  if text:find("\n", 1, true) then
    for line in text:gmatch("[^\n]+") do
      insert(#line >= LINE and line:match("^%s*(.-)%s*$") or "")
    end
  end
end

-- What of a value is a secret although the whole is none: passwords of addresses, members of connection strings.
local function learn_parts(value)
  for user in value:gmatch "://([^/%s]*)@" do
    learn(user:match("^[^:]*:(.*)$") or user)
  end
  for part in value:gsub("%s*=%s*", "="):gmatch "[^;&,%s]+" do -- each once: values may be long
    local key <const>, member <const> = part:match "^([^=]+)=(.+)$"
    if key and secrets.is_variable(key) then
      learn(member)
      learn(percent.decode(member))
    end
  end
end

-- A variable of the environment. One that names a file holds no secret.
local function learn_variable(name)
  local value <const> = system.env(name)
  if not value or value == "" or files.exists(value:match("^[^%z\n]*") or "") then
    return
  elseif secrets.is_variable(name) then
    learn(value)
    for pair in value:gmatch("[^,]+") do -- headers: "a=b,c=d"
      learn(pair:match("^[^=%s]+=(.+)$") or "")
    end
  end
  learn_parts(value)
end

local function prepare()
  if not known then
    known, seen = {}, {}
    for _, name in ipairs(system.variables()) do
      learn_variable(name)
    end
  end
end

--- Tells a secret that was handed out or read.
---@param value string
function M.add(value)
  prepare()
  learn(value)
end

--- Tells the secrets of settings: what stands under keys that name one, and what is in the variables that keys ending
--- in `_env` name.
---@param settings any plain
---@param key any? under which it stands
function M.add_settings(settings, key)
  prepare()
  if type(settings) == "table" then
    for name, member in pairs(settings) do
      M.add_settings(member, type(name) == "number" and key or name)
    end
  elseif type(settings) == "string" then
    if tostring(key):find("_env$") then
      local value <const> = system.env(settings)
      if value and value ~= "" then
        learn(value)
      end
    elseif secrets.is_key(key) then
      learn(settings)
    end
    learn_parts(settings)
  elseif math.type(settings) == "integer" and secrets.is_key(key) then
    learn(tostring(settings))
  end
end

--- The same for settings that are written as YAML, such as dbt's variables.
---@param text string
function M.add_yaml(text)
  local view <const> = document.parse(text, "settings", { format = "yaml" })
  M.add_settings(view and document.plain(view) or text)
end

-- A text with what `find(text, wanted, start)` finds replaced.
local function replace(text, wanted, to, find)
  local first, last = find(text, wanted, 1)
  if not first then
    return text
  end
  local parts <const>, start = {}, 1
  while first do
    parts[#parts + 1] = text:sub(start, first - 1)
    parts[#parts + 1] = to
    start = last + 1
    first, last = find(text, wanted, start)
  end
  parts[#parts + 1] = text:sub(start)
  return table.concat(parts)
end

local function find_known(text, value, start)
  return text:find(value.number or value.plain, start, not value.number)
end

-- Whether a place of a text that is JSON stands behind a backslash that begins an escape.
local function is_escaped(text, at)
  local first = at
  while text:byte(first - 1) == 0x5C do
    first = first - 1
  end
  return (at - first) % 2 == 1
end

-- "n1d" is not in "\n1d", nor "00e9" in "\u00e9".
local function is_within_escape(text, at)
  if is_escaped(text, at) then
    return true
  end
  for digits = 0, 3 do
    local letter <const> = at - digits - 1
    if text:byte(letter) == 0x75 and is_escaped(text, letter) then
      return true
    end
  end
  return false
end

local function find_in_json(text, value, start)
  local first, last
  repeat
    first, last = text:find(value.bare or value.quoted, start, not value.bare)
    start = first and first + 1
  until not first or not is_within_escape(text, first)
  return first, last
end

--- A text without secrets that are known.
---@param text string
---@return string
function M.known(text)
  prepare()
  for _, value in ipairs(known) do
    text = replace(text, value, secrets.redacted, find_known)
  end
  return text
end

--- The same for a text that is JSON, which stays JSON.
---@param text string
---@return string
function M.json(text)
  prepare()
  for _, value in ipairs(known) do
    -- What is a number may stand without quotes, where nothing but a number may.
    text = replace(text, value, value.bare and "0" or secrets.redacted, find_in_json)
  end
  return text
end

-- "password=…", "token: …": what stands behind a name of a secret.
local function without_pairs(text)
  return (text:gsub("%f[%w_-]([%w_-]+)(%s*[=:]%s*['\"]?)([^%s'\",;&)]+)", function(key, between, value)
    if value ~= secrets.redacted and secrets.is_key(key) and not value:find("^{{") then
      return key .. between .. secrets.redacted
    end
    return nil
  end))
end

--- What somebody said, for people: without secrets that are known, and without what looks like one.
---@param text string
---@return string
function M.text(text)
  return without_pairs(secrets.shown(M.known(text)))
end

local function holds(text)
  for _, value in ipairs(known) do
    if find_known(text, value, 1) then
      return true
    end
  end
  return false
end

-- Whether a known secret stands in a file, which is looked through piece by piece: each with the end of the one before
-- it, as far as the longest secret reaches.
local function stands_in(path)
  prepare()
  local file <close> = known[1] and io.open(path, "rb") or nil
  local text = ""
  for piece in file and file:lines(PIECE) or function() end do
    text = text:sub(-#known[1].plain) .. piece
    if holds(text) then
      return true
    end
  end
  return false
end

--- Masks known secrets in a file that another program wrote, such as its log.
---@param path string
function M.file(path)
  local text <const> = files.is_file(path) and stands_in(path) and files.read(path, MOST_FILE)
  local masked <const> = text and M.known(text)
  if masked and masked ~= text then
    files.write(path, masked)
  end
end

--- Forgets what is known: the environment is looked at anew.
function M.forget()
  known, seen = nil, nil
end

return M
