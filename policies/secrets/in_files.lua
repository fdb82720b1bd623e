local policy <const> = require "floe.policy"
local regex <const> = require "floe.regex"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

local find <const> = string.find

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
  if #value < LONG_ENOUGH or value:find("^sha%d+[-:]") or value:find("[^%w+/=_-]")
    or not (value:find("%d") and value:find("%a")) then
    return false
  end
  local mixed_case <const> = value:find("%l") ~= nil and value:find("%u") ~= nil
  return (mixed_case or not value:find("[_/-]")) and entropy(value) >= ENTROPY
end

-- ---- what a key asks for ----------------------------------------------------------------------------------

local SECRET_KEYS <const> = {
  { "password", "FLOE-E602" }, { "passwd", "FLOE-E602" }, { "pwd", "FLOE-E602" }, { "passphrase", "FLOE-E602" },
  { "dbpass", "FLOE-E602" }, { "userpass", "FLOE-E602" }, { "apikey", "FLOE-E603" }, { "secret", "FLOE-E603" },
  { "token", "FLOE-E603" }, { "accesskey", "FLOE-E603" },
  { "secretkey", "FLOE-E603" }, { "authkey", "FLOE-E603" }, { "privatekey", "FLOE-E603" },
  { "signingkey", "FLOE-E603" }, { "encryptionkey", "FLOE-E603" },
}

-- What the keys above end with, to find them by.
local WORDS <const> = { "pass", "pwd", "secret", "token", "key" }

local function ends_with(value, ending)
  return value:sub(-#ending) == ending
end

-- E602 or E603 where a key announces a secret, otherwise nil. Separators and capitals do not count.
local function code_of_key(key)
  local bare <const> = key:lower():gsub("[_.-]", "")
  if bare == "pass" then
    return "FLOE-E602" -- as some adapters of dbt call it
  end
  for index = 1, #SECRET_KEYS do
    if ends_with(bare, SECRET_KEYS[index][1]) then
      return SECRET_KEYS[index][2]
    end
  end
  return nil
end

-- ---- where secrets stand ----------------------------------------------------------------------------------

-- Every function below takes a search: { content, file, found, taken }, and adds { code, from, path, shown } to its
-- `found`.
-- Each begins with a plain search for a few letters and looks closer only there.

-- What was found once at a place is not told again under another name.
local function add(search, code, from, path, shown)
  if not search.taken[from] then
    search.taken[from] = true
    search.found[#search.found + 1] = { code = code, from = from, path = path, shown = shown }
  end
end

-- Calls `visit(from, to)` for every plain occurrence of `word`, and goes on behind what it returns (or the word).
local function each(text_to_search, word, visit)
  local at = 1
  while true do
    local from <const>, to <const> = find(text_to_search, word, at, true)
    if not from then
      return
    end
    at = (visit(from, to) or to) + 1
  end
end

local function begins_word(content, at)
  return at == 1 or not content:find("^[%w_]", at - 1)
end

-- Access keys of AWS: those that last, and those that expire.
local function find_aws_keys(search)
  local content <const> = search.content
  for _, prefix in ipairs({ "AKIA", "ASIA" }) do
    each(content, prefix, function(from)
      local key <const> = content:sub(from, from + 19)
      if #key == 20 and not key:find("[^0-9A-Z]") and not content:find("^[%w_]", from + 20)
        and begins_word(content, from) then
        add(search, "FLOE-E601", from, "aws_access_key", prefix .. MASK)
      end
    end)
  end
end

-- Tokens that say by their first letters who issued them: what to search for, how the token goes on from there, the
-- least length of all of it, and a name.
local TOKENS <const> = {
  { "ghp_", "^ghp_%w+", 40, "github_token" }, { "gho_", "^gho_%w+", 40, "github_token" },
  { "ghs_", "^ghs_%w+", 40, "github_token" }, { "github_pat_", "^github_pat_[%w_]+", 40, "github_token" },
  { "glpat-", "^glpat%-[%w_-]+", 26, "gitlab_token" }, { "xox", "^xox[abprs]%-[%w-]+", 24, "slack_token" },
  { "sk_live_", "^sk_live_%w+", 24, "stripe_key" }, { "AIza", "^AIza[%w_-]+", 39, "google_api_key" },
  { "dapi", "^dapi%x+", 36, "databricks_token" }, { "npm_", "^npm_%w+", 40, "npm_token" },
  { "eyJ", "^eyJ[%w_-]+%.eyJ[%w_-]+%.[%w_-]+", 40, "json_web_token" },
}

local TOKEN_BEGINNINGS <const> = {}

for index, token in ipairs(TOKENS) do
  TOKEN_BEGINNINGS[index] = token[1]
end

-- Where no token begins, the search goes on behind the whole word, so that a long one is read once.
local function find_tokens(search)
  local content <const> = search.content
  for _, token in ipairs(TOKENS) do
    each(content, token[1], function(from)
      local _, behind <const> = content:find("^[%w_-]+", from)
      local value <const> = begins_word(content, from) and content:match(token[2], from)
      if not value or #value < token[3] or not value:find("%d") or is_placeholder(value) then
        return behind
      end
      add(search, "FLOE-E603", from, token[4], token[1] .. MASK)
      return math.max(behind, from + #value - 1)
    end)
  end
end

-- Passwords in addresses: scheme://user:password@host.
local function find_addresses(search)
  local content <const> = search.content
  each(content, "://", function(_, last)
    local user <const>, password <const> = content:match("^([^%s:/@\"'`<>{}]*):([^%s/@\"'`<>]+)@[%w%[]", last + 1)
    if user and not is_placeholder(password) and not password:find("^[%%{$:]") then
      local shown <const> = ("%s:%s@"):format(user, MASK)
      add(search, "FLOE-E602", last + #user + 2, "address", shown)
    end
  end)
end

local function find_private_keys(search)
  local content <const> = search.content
  each(content, "PRIVATE KEY-----", function(from)
    local low <const> = math.max(1, from - 40)
    local start <const>, _, kind <const> = content:sub(low, from - 1):find("%-%-%-%-%-BEGIN ([A-Z ]*)$")
    if start then
      local shown <const> = ("-----BEGIN %sPRIVATE KEY----- %s"):format(kind, MASK)
      add(search, "FLOE-E604", low + start - 1, "private_key", shown)
    end
  end)
end

-- The name in front of `=` or `:` at `at` without quotes around it, and what stands before it in its line, turned
-- round: from the sign backwards a pattern need not try every place to begin at. nil where there is no name.
local function key_before(content, at)
  local backwards <const> = content:sub(math.max(1, at - LONGEST_KEY), at - 1):reverse()
  local key <const>, rest <const> = backwards:match("^[ \t]*%]?[\"'`]?([%w_.-]+)([^\n]*)")
  if not key then
    return nil
  end
  return key:reverse(), rest
end

-- Whether a name opens a line or an item, as a key of YAML does, or follows `export`; `rest` is from key_before.
local function opens_item(rest)
  return find(rest, "^[\"']?[ \t-]*$") ~= nil or find(rest, "^[\"']?[ \t]*[{,]") ~= nil
    or find(rest, "^[ \t]+tropxe[ \t]*$") ~= nil
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

-- A value without quotes must look less like a word of the file's own language to be taken for a secret. In SQL
-- `token = 'signed_up'` compares.
local function is_secret_value(code, value, quoted, is_sql)
  if is_placeholder(value) then
    return false
  elseif is_sql and code == "FLOE-E603" then
    return #value >= 16 and not value:find("%s") and value:find("%d") ~= nil and value:find("%a") ~= nil
  elseif code == "FLOE-E602" then
    return #value >= (quoted and 4 or 6) and (quoted or not value:find("^[{&*|>!(%[]") and not value:find("^%d*$"))
  end
  return #value >= 8 and not value:find("%s") and (quoted or value:find("%d") ~= nil)
    and not value:find("^[{&*|>!(%[/]")
end

-- The places of `=` and `:` behind a word with which the name of a secret ends, in their order.
local function signs_behind_words(content)
  local lower <const> = content:lower()
  local signs <const>, seen <const> = {}, {}
  for _, word in ipairs(WORDS) do
    each(lower, word, function(from)
      local _, last <const> = lower:sub(from, from + LONGEST_KEY):find("^[a-z]*[\"'`]?%]?[ \t]*[:=]")
      local sign <const> = last and from + last - 1
      if sign and not seen[sign] then
        seen[sign] = true
        signs[#signs + 1] = sign
      end
    end)
  end
  table.sort(signs)
  return signs
end

local function find_assignments(search)
  local content <const> = search.content
  local plain <const> = holds_plain_values(search.file.name)
  local is_sql <const> = search.file.name:find("%.sql$") ~= nil
  for _, sign in ipairs(signs_behind_words(content)) do
    local key <const>, rest <const> = key_before(content, sign)
    local code <const> = key and code_of_key(key)
    if code then
      local value <const>, quoted <const>, from <const> = value_after(content, sign + 1, plain)
      local judged <const> = value and (quoted or opens_item(rest)) and not value:find("^AKIA")
      if judged and is_secret_value(code, value, quoted, is_sql) then
        add(search, code, from, key, ("%s = %s"):format(key, MASK))
      end
    end
  end
end

-- The name to which a value in quotes is given, where the quote opens at `at`; nil where it is given to none, or to
-- one that is judged as the name of a secret.
local function key_of_quote(content, at)
  local sign <const> = content:sub(math.max(1, at - 16), at - 1):match("()[:=][ \t]*$")
  local key <const> = sign and key_before(content, math.max(1, at - 16) + sign - 1)
  return key and not code_of_key(key) and key or nil
end

-- What a random token may be made of, as often as it must be, between quotes.
local LETTER <const> = "[%w+/=_-]"
local QUOTED_TOKEN <const> = LETTER:rep(LONG_ENOUGH) .. LETTER .. "*"

local function find_random_values(search, quote)
  local content <const>, token <const> = search.content, quote .. QUOTED_TOKEN .. quote
  local from, to = find(content, token)
  while from do
    local value <const> = content:sub(from + 1, to - 1)
    local key <const> = to - from <= LONGEST_VALUE and is_random(value) and not is_placeholder(value)
      and not value:find("^AKIA") and key_of_quote(content, from)
    if key then
      add(search, "FLOE-E605", from + 1, key, ("%s = %s"):format(key, MASK))
    end
    from, to = find(content, token, key and to + 1 or to) -- what closes no token may open the next one
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

local function find_custom(search, params)
  local content <const> = search.content
  for _, name in ipairs(custom_names(params)) do
    local at = 1
    while at <= #content do
      local from <const>, to <const> = regex.find(params.custom_patterns[name], content, at)
      if not from then
        if to then
          error(("the custom pattern '%s' cannot be used: %s"):format(name, tostring(to)), 0)
        end
        break
      end
      add(search, "FLOE-E600", from, name, MASK)
      at = math.max(to, from) + 1
    end
  end
end

-- ---- all of them ------------------------------------------------------------------------------------------

-- The searches by what their secrets begin with, in the order in which they tell: what one has found at a place is not
-- told by the next.
local SEARCHES <const> = {
  { find_aws_keys, { "AKIA", "ASIA" } }, { find_private_keys, { "PRIVATE KEY-----" } }, { find_assignments, WORDS },
  { find_tokens, TOKEN_BEGINNINGS }, { find_addresses, { "://" } },
}

-- All beginnings, and by their numbers the searches. None of them begins as one of another search does.
local BEGINNINGS <const>, SEARCH_OF <const> = {}, {}

for _, search in ipairs(SEARCHES) do
  for _, beginning in ipairs(search[2]) do
    BEGINNINGS[#BEGINNINGS + 1] = beginning
    SEARCH_OF[#BEGINNINGS] = search
  end
end

local find_beginning <const> = text.finder(BEGINNINGS, { caseless = true })

-- The searches that may find something in a text. Files are many and long, and most hold no beginning of a secret.
local function promising(content)
  local found <const> = {}
  local from, _, which = find_beginning(content)
  while from do
    found[SEARCH_OF[which]] = true
    from, _, which = find_beginning(content, from + 1)
  end
  return found
end

-- ---- findings ---------------------------------------------------------------------------------------------

local WHAT <const> = {
  ["FLOE-E601"] = "an AWS access key", ["FLOE-E602"] = "a password", ["FLOE-E603"] = "an API key, token or secret",
  ["FLOE-E604"] = "a private key", ["FLOE-E605"] = "a random token",
}

local MOST_IN_A_FILE <const> = 100 -- a file with more is a list of secrets; its first hundred say so

-- What is shown stands for the value: the value itself never enters a finding.
local function report(search, ctx)
  local found <const> = search.found
  table.sort(found, function(a, b)
    if a.from ~= b.from then
      return a.from < b.from
    end
    return a.code .. a.path < b.code .. b.path
  end)
  local place_of <const> = text.places(search.content)
  for index = 1, math.min(#found, MOST_IN_A_FILE) do
    local one <const> = found[index]
    local line <const>, column <const> = place_of(one.from)
    ctx:report {
      code = one.code,
      path = one.path,
      line = line,
      column = column,
      message = ("%s stands in '%s'"):format(WHAT[one.code] or "what pattern " .. one.path .. " looks for",
        search.file.unique_id),
      expected = "no secret in a file that is committed",
      actual = one.shown,
      suggest = "take it out, make it invalid where it was issued, and read it at run time: {{ env_var('NAME') }}",
    }
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

E601: an AWS access key; E602: a password, also one in an address such as `postgres://user:…@host`; E603: an API key,
token or secret; E604: a private key; E605: a quoted value of at least 20 characters that looks random (4 bits a
character or more); E600: a pattern of the organisation's own.
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
    local search <const> = { content = file.text, file = file, found = {}, taken = {} }
    local found <const> = promising(search.content)
    for index = 1, #SEARCHES do
      if found[SEARCHES[index]] then
        SEARCHES[index][1](search)
      end
    end
    find_random_values(search, "'")
    find_random_values(search, '"')
    find_custom(search, ctx.params)
    if #search.found > 0 then
      report(search, ctx)
    end
  end,
}
