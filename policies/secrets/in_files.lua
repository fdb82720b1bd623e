local policy <const> = require "floe.policy"
local regex <const> = require "floe.regex"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

local ENTROPY <const> = 4.0 -- bits a character
local LONG_ENOUGH <const> = 20 -- characters, for the entropy to mean something
local LONGEST_VALUE <const> = 512
local LONGEST_KEY <const> = 64
local MASK <const> = "********"

-- ---- what a value is --------------------------------------------------------------------------------------

-- Words that stand where a secret is to be filled in, or that are no value at all.
local NO_SECRET <const> = set.of {
  "", "none", "null", "nil", "true", "false", "yes", "no", "empty", "required", "optional", "string", "text", "varchar",
  "secret", "password", "passwd", "pwd", "token", "masked", "hidden", "hashed", "todo", "tbd", "sample", "undefined",
  "not_null", "unique", "pii", "restricted", "confidential",
}

local PLACEHOLDER_PARTS <const> = {
  "example", "changeme", "change_me", "change-me", "replace_me", "replace-me", "replaceme", "placeholder", "your_",
  "your-", "dummy", "redacted", "xxxx", "****",
}

-- How a value looks that is looked up elsewhere: in Jinja, in the environment, in a template, in a vault.
local LOOKUPS <const> = {
  "{{", "{%%", "env_var%(", "%${", "^%$[A-Z_(]", "^%%[%w_]+%%$", "^<.*>$", "^!%a", "^ref%+", "^vault:", "^arn:aws:",
}

local function is_lookup(value)
  for index = 1, #LOOKUPS do
    if value:find(LOOKUPS[index]) then
      return true
    end
  end
  return false
end

local function is_placeholder(value)
  local lower <const> = value:lower()
  if NO_SECRET[lower] or is_lookup(value) then
    return true
  end
  for index = 1, #PLACEHOLDER_PARTS do
    if lower:find(PLACEHOLDER_PARTS[index], 1, true) then
      return true
    end
  end
  return value:find("[^" .. value:sub(1, 1):gsub("%W", "%%%0") .. "]") == nil -- one character again and again
end

-- Shannon's entropy in bits a character.
local function entropy(value)
  local counts <const> = {}
  for index = 1, #value do
    local byte <const> = value:byte(index)
    counts[byte] = (counts[byte] or 0) + 1
  end
  local bits, length <const> = 0, #value
  for byte = 0, 255 do
    local count <const> = counts[byte]
    if count then
      bits = bits - count / length * math.log(count / length, 2)
    end
  end
  return bits
end

-- A random token: long, of one alphabet, letters and digits mixed, and no name of several words.
local function is_random(value)
  if #value < LONG_ENOUGH or value:find("[^%w+/=_-]") or not (value:find("%d") and value:find("%a")) then
    return false
  end
  local mixed_case <const> = value:find("%l") ~= nil and value:find("%u") ~= nil
  return (mixed_case or not value:find("[_/-]")) and entropy(value) >= ENTROPY
end

-- ---- what a key asks for ----------------------------------------------------------------------------------

local SECRET_KEYS <const> = {
  { "password", "FLOE-E602" }, { "passwd", "FLOE-E602" }, { "pwd", "FLOE-E602" }, { "passphrase", "FLOE-E602" },
  { "apikey", "FLOE-E603" }, { "secret", "FLOE-E603" }, { "token", "FLOE-E603" }, { "accesskey", "FLOE-E603" },
  { "secretkey", "FLOE-E603" }, { "authkey", "FLOE-E603" }, { "privatekey", "FLOE-E603" },
  { "signingkey", "FLOE-E603" }, { "encryptionkey", "FLOE-E603" },
}

local function ends_with(value, ending)
  return value:sub(-#ending) == ending
end

-- E602 or E603 where a key announces a secret, otherwise nil. Separators and capitals do not count.
local function code_of_key(key)
  local bare <const> = key:lower():gsub("[_.-]", "")
  for index = 1, #SECRET_KEYS do
    if ends_with(bare, SECRET_KEYS[index][1]) then
      return SECRET_KEYS[index][2]
    end
  end
  return nil
end

-- ---- findings ---------------------------------------------------------------------------------------------

local WHAT <const> = {
  ["FLOE-E601"] = "an AWS access key", ["FLOE-E602"] = "a password", ["FLOE-E603"] = "an API key, token or secret",
  ["FLOE-E604"] = "a private key", ["FLOE-E605"] = "a random token",
}

local MOST_IN_A_FILE <const> = 100 -- a file with more is a list of secrets; its first hundred say so
local reported = 0

-- `shown` stands for the value: the value itself never enters a finding.
local function report(file, ctx, found)
  reported = reported + 1
  if reported > MOST_IN_A_FILE then
    return
  end
  local line <const>, column <const> = text.position(file.text, found.from)
  ctx:report {
    code = found.code,
    path = found.path,
    line = line,
    column = column,
    message = ("%s stands in '%s'"):format(found.what or WHAT[found.code], file.unique_id),
    expected = "no secret in a file that is committed",
    actual = found.shown,
    suggest = {
      "take it out, make it invalid where it was issued, and read it from the environment: {{ env_var('NAME') }}",
    },
  }
end

-- Every plain occurrence of `anchor`; `judge(text, from)` returns the path and what to show, or nil.
local function check_anchor(file, content, ctx, code, anchor, judge)
  local at = 1
  while true do
    local from <const>, to <const> = content:find(anchor, at, true)
    if not from then
      return
    end
    local shown <const>, path <const> = judge(content, from)
    if shown then
      report(file, ctx, { code = code, from = from, path = path, shown = shown })
    end
    at = to + 1
  end
end

local function judge_aws_key(content, from)
  local key <const> = content:sub(from, from + 19)
  if #key < 20 or key:find("[^0-9A-Z]") or content:find("^[%w_]", from + 20)
    or (from > 1 and content:find("^[%w_]", from - 1)) then
    return nil
  end
  return "AKIA" .. MASK, "aws_access_key"
end

local function judge_private_key(content, from)
  local line_start = from
  while line_start > 1 and from - line_start < 40 and content:byte(line_start - 1) ~= 10 do
    line_start = line_start - 1
  end
  local kind <const> = content:sub(line_start, from - 1):match("%-%-%-%-%-BEGIN ([A-Z ]*)$")
  if not kind then
    return nil
  end
  return ("-----BEGIN %sPRIVATE KEY----- %s"):format(kind, MASK), "private_key"
end

-- The name in front of `=` or `:` at `at` without quotes around it, and whether it opens a line or an item, as a
-- key of YAML does; nil where there is no name.
local function key_before(content, at)
  local before <const> = content:sub(math.max(1, at - LONGEST_KEY), at - 1)
  local from <const>, _, key <const> = before:find("([%w_.-]+)[\"'`]?%]?[ \t]*$")
  if not key then
    return nil
  end
  local opening <const> = before:sub(1, from - 1):match("([^\n]*)$")
  return key, opening:find("^[ \t-]*[\"']?$") ~= nil or opening:find("[{,][ \t]*[\"']?$") ~= nil
    or opening:find("^[ \t]*export[ \t]+$") ~= nil
end

-- Files whose values are written without quotes.
local PLAIN_VALUES <const> = set.of {
  "yml", "yaml", "env", "ini", "cfg", "conf", "properties", "toml", "tfvars", "envrc", "netrc",
}

local function holds_plain_values(name)
  local extension <const> = name:match("%.([%w]+)$")
  return (extension ~= nil and PLAIN_VALUES[extension:lower()] == true) or name:find("^%.env") ~= nil
end

-- The value behind `=` or `:`, whether it stands in quotes, and where it begins; nil where there is none.
local function value_after(content, at, plain)
  local from <const>, _, quote <const> = content:find("^[ \t]*([\"'])", at)
  if from then
    local start <const> = content:find(quote, at, true) + 1
    local stop <const> = content:find("[\"'\n]", start)
    if stop and content:sub(stop, stop) == quote and stop - start <= LONGEST_VALUE then
      return content:sub(start, stop - 1), true, start
    end
    return nil
  elseif not plain then
    return nil
  end
  local start <const> = content:find("[^ \t]", at)
  if not start or start - at > 64 then
    return nil
  end
  local value <const> = content:sub(start, start + LONGEST_VALUE):match("^[^%s,;#}%]]+")
  return value, false, start
end

-- A value without quotes must look less like a word of the file's own language to be taken for a secret.
local function is_secret_value(code, value, quoted)
  if is_placeholder(value) then
    return false
  elseif code == "FLOE-E602" then
    return #value >= (quoted and 4 or 6) and (quoted or not value:find("^[{&*|>!(%[]") and not value:find("^%d*$"))
  end
  return #value >= 8 and not value:find("%s") and (quoted or value:find("%d") ~= nil)
    and not value:find("^[{&*|>!(%[/]")
end

local function check_assignments(file, content, ctx)
  local plain <const> = holds_plain_values(file.name)
  local at = 1
  while true do
    local sign <const> = content:find("[:=]", at)
    if not sign then
      return
    end
    at = sign + 1
    local value <const>, quoted <const>, from <const> = value_after(content, at, plain)
    local key, opens
    if value then
      key, opens = key_before(content, sign)
    end
    if key and (quoted or opens) then
      local code = code_of_key(key)
      if code and not is_secret_value(code, value, quoted) then
        code = nil
      elseif not code and quoted and is_random(value) and not is_placeholder(value) then
        code = "FLOE-E605"
      end
      if code and not value:find("^AKIA") then
        report(file, ctx, { code = code, from = from, path = key, shown = ("%s = %s"):format(key, MASK) })
        at = from + #value
      end
    end
  end
end

local custom_names <const> = policy.once(function(params)
  local names <const> = {}
  for name in pairs(params.custom_patterns) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end)

local function check_custom(file, content, ctx)
  local patterns <const> = ctx.params.custom_patterns
  for _, name in ipairs(custom_names(ctx.params)) do
    local at = 1
    while at <= #content do
      local from <const>, to <const> = regex.find(patterns[name], content, at)
      if not from then
        if to then
          error(("the custom pattern '%s' cannot be used: %s"):format(name, tostring(to)), 0)
        end
        break
      end
      local what <const> = ("what the pattern '%s' looks for"):format(name)
      report(file, ctx, { code = "FLOE-E600", from = from, path = name, shown = MASK, what = what })
      at = math.max(to, from) + 1
    end
  end
end

local function is_excluded(file, patterns)
  for _, pattern in ipairs(patterns) do
    local subject <const> = pattern:find("/", 1, true) and file.unique_id or file.name
    if text.glob(pattern, subject) then
      return true
    end
  end
  return false
end

return policy.define {
  id = "secrets.in_files",
  code = "FLOE-E601",
  codes = { "FLOE-E600", "FLOE-E601", "FLOE-E602", "FLOE-E603", "FLOE-E604", "FLOE-E605" },
  title = "No secret stands in the product's files",
  why = "What was committed once stays readable in the history of every clone; only a new secret closes that door.",
  help = [[
Take the value out, make it invalid where it was issued, and read it at run time:

    password: "{{ env_var('WAREHOUSE_PASSWORD') }}"

E601: an AWS access key; E602: a password; E603: an API key, token or secret; E604: a private key; E605: a quoted value
of at least 20 characters that looks random (4 bits a character or more); E600: a pattern of the organisation's own.
Look-ups such as `env_var(…)` and placeholders such as `<password>`, `changeme` or `your_token` are not reported, and a
finding never shows the value.]],
  targets = "file",
  phases = { "validate", "compile", "publish" },
  params = {
    exclude_patterns = policy.list(policy.string(), { "package-lock.yml", "*.lock" }, {
      doc = "globs of files that are not searched: of the name, or of the whole path where they hold a `/`",
      stricter = "subset",
    }),
    custom_patterns = policy.map(policy.regex(), {}, {
      doc = "name → regular expression of what must not stand in a file either",
      stricter = "superset",
    }),
  },
  summary = "no secrets in files",

  check = function(file, ctx)
    if is_excluded(file, ctx.params.exclude_patterns) then
      return
    end
    local content <const> = file.text
    reported = 0
    check_anchor(file, content, ctx, "FLOE-E601", "AKIA", judge_aws_key)
    check_anchor(file, content, ctx, "FLOE-E604", "PRIVATE KEY-----", judge_private_key)
    check_assignments(file, content, ctx)
    check_custom(file, content, ctx)
  end,
}
