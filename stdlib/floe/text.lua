-- Small operations on text that policies need again and again: names into words, globs, did-you-mean,
-- and the wording of counts and lists in messages.

local search <const> = require "floe.text_search"

local M = {}

--- The text without white space at its ends.
---
--- > text.trim("  a b\n")  --> "a b"
---@param value string
---@return string
function M.trim(value)
  local from <const> = value:find("%S")
  if not from then
    return ""
  end
  local to = #value
  while value:find("^%s", to) do
    to = to - 1
  end
  return value:sub(from, to)
end

--- The parts between a separator, which is taken literally. Empty parts are kept.
---
--- > text.split("gold.sales.orders", ".")  --> { "gold", "sales", "orders" }
--- > text.split("a,,b", ",")  --> { "a", "", "b" }
--- > text.split("", ",")  --> { "" }
---@param value string
---@param separator string must not be empty
---@return string[]
function M.split(value, separator)
  if separator == "" then
    error("text.split needs a separator of at least one character", 2)
  end
  local parts <const> = {}
  local from = 1
  while true do
    local first <const>, last <const> = value:find(separator, from, true)
    if not first then
      parts[#parts + 1] = value:sub(from)
      return parts
    end
    parts[#parts + 1] = value:sub(from, first - 1)
    from = last + 1
  end
end

--- What stands behind the last dot of a name, all of it where there is none.
---
--- > text.last_part("gold.my_product.customers")  --> "customers"
--- > text.last_part("customers")  --> "customers"
---@param name string
---@return string
function M.last_part(name)
  return name:match("([^.]+)$") or name
end

--- The lines of a text without their line ends (`\n` or `\r\n`). A line end at the very end opens no line.
---
--- > text.lines("a\r\nb\n")  --> { "a", "b" }
--- > text.lines("")  --> {}
---@param value string
---@return string[]
function M.lines(value)
  local lines <const> = {}
  local from = 1
  while from <= #value do
    local stop <const> = value:find("\n", from, true) or #value + 1
    local last = stop - 1
    if value:byte(last) == 13 and last >= from then
      last = last - 1
    end
    lines[#lines + 1] = value:sub(from, last)
    from = stop + 1
  end
  return lines
end

--- The words of a name in lower case: `_`, `-`, `.`, blanks, a change from small to capital letters and a
--- change between letters and digits all separate words.
---
--- > text.words("customer_emailAddress2")  --> { "customer", "email", "address", "2" }
--- > text.words("IPAddress")  --> { "ip", "address" }
---@param name string
---@return string[]
function M.words(name)
  local words <const> = {}
  for run in name:gmatch("[A-Za-z0-9\128-\255]+") do
    local from = 1
    while from <= #run do
      local _, to = run:find("^[A-Z]*[a-z\128-\255]+", from)
      if to then
        -- "IPAddress": the last capital of a run opens the next word
        local _, capitals <const> = run:find("^[A-Z]+", from)
        if capitals and capitals > from then
          words[#words + 1] = run:sub(from, capitals - 1):lower()
          from = capitals
        end
      else
        _, to = run:find("^%d+", from)
        if not to then
          _, to = run:find("^[A-Z]+", from)
        end
      end
      words[#words + 1] = run:sub(from, to):lower()
      from = to + 1
    end
  end
  return words
end

local LONGEST_COMPARED <const> = 128

--- How many letters must be added, dropped, replaced or swapped with their neighbour to make `b` of `a`.
--- Texts of more than 128 bytes are not compared letter by letter: they are as far apart as they are long.
---
--- > text.distance("descripton", "description")  --> 1
--- > text.distance("form", "from")  --> 1
--- > text.distance("same", "same")  --> 0
---@param a string
---@param b string
---@return integer
function M.distance(a, b)
  if a == b then
    return 0
  end
  local rows <const>, columns <const> = #a, #b
  if rows == 0 or columns == 0 or rows > LONGEST_COMPARED or columns > LONGEST_COMPARED then
    return math.max(rows, columns)
  end
  local before, above, row = {}, {}, {}
  for column = 0, columns do
    above[column] = column
  end
  for index = 1, rows do
    row[0] = index
    local letter <const> = a:byte(index)
    for column = 1, columns do
      local other <const> = b:byte(column)
      local best = above[column - 1] + (letter == other and 0 or 1)
      best = math.min(best, above[column] + 1, row[column - 1] + 1)
      if index > 1 and column > 1 and letter == b:byte(column - 1) and a:byte(index - 1) == other then
        best = math.min(best, before[column - 2] + 1)
      end
      row[column] = best
    end
    before, above, row = above, row, before
  end
  return above[columns]
end

--- The candidate that was probably meant: the nearest one, if it is near enough (a third of the word's
--- letters, at least one). Capitals do not count. Of two that are equally near, the first.
---
--- > text.suggest("descripton", { "name", "description" })  --> "description"
--- > text.suggest("Mode", { "mode" })  --> "mode"
--- > text.suggest("zebra", { "name", "description" })  --> nil
---@param word string
---@param candidates string[]
---@return string?
function M.suggest(word, candidates)
  local wanted <const> = word:lower()
  if #wanted > 64 then
    return nil -- no name, and dear to compare
  end
  local best, best_distance = nil, math.max(1, #word // 3) + 1
  for _, candidate in ipairs(candidates) do
    local distance <const> = M.distance(wanted, candidate:lower())
    if distance < best_distance then
      best, best_distance = candidate, distance
    end
  end
  return best
end

--- The ending of an error text: `; did you mean 'x'?` where something near exists, otherwise nothing.
---
--- > text.did_you_mean("targts", { "targets", "title" })  --> "; did you mean 'targets'?"
--- > text.did_you_mean("q", { "targets" })  --> ""
---@param word string
---@param candidates string[]
---@return string
function M.did_you_mean(word, candidates)
  local near <const> = M.suggest(word, candidates)
  return near and ("; did you mean '%s'?"):format(near) or ""
end

--- Whether the whole of `value` matches a glob: `*` any run of characters but `/`, `**` also across `/`
--- (`**/` also nothing), `?` one character but `/`, `[a-z]` and `[!a-z]` one of or none of, `\` the next
--- character itself.
---
--- > text.glob("legacy_*", "legacy_orders")  --> true
--- > text.glob("model.*.stg_*", "model.shop.stg_orders")  --> true
--- > text.glob("models/*.sql", "models/silver/a.sql")  --> false
--- > text.glob("models/**/*.sql", "models/silver/a.sql")  --> true
--- > text.glob("**/*.env", "prod.env")  --> true
---@param pattern string
---@param value string
---@return boolean
function M.glob(pattern, value)
  return search.glob(pattern, value)
end

--- Whether a value matches one of several globs.
---
--- > text.glob_any({ "tmp_*", "legacy_*" }, "legacy_orders")  --> true
--- > text.glob_any({}, "legacy_orders")  --> false
---@param patterns string[]
---@param value string
---@return boolean
function M.glob_any(patterns, value)
  for index = 1, #patterns do
    if M.glob(patterns[index], value) then
      return true
    end
  end
  return false
end

--- A function that finds several words in one pass: `find(value, init)` gives where the first of them begins and ends
--- from `init` on (the beginning, where it is left out) and which it is in the list; nil where there is none. Of words
--- that begin at one place, the one that stands first in the list. Up to 64 words of up to 64 bytes, taken literally.
---
--- > { text.finder { "token", "key" }("primary_key, token") }  --> { 9, 11, 2 }
--- > { text.finder { "token", "key" }("primary_key, token", 10) }  --> { 14, 18, 1 }
--- > text.finder { "todo" }("TODO")  --> nil
--- > { text.finder({ "todo" }, { caseless = true })("TODO") }  --> { 1, 4, 1 }
---@param words string[]
---@param options? { caseless: boolean? } capitals of ASCII do not count
---@return fun(value: string, init: integer?): integer?, integer?, integer?
function M.finder(words, options)
  return search.finder(words, options and options.caseless)
end

-- How many characters of UTF-8 begin in a part of a text.
local function count_characters(value, from, to)
  local _, count <const> = value:sub(from, to):gsub("[^\128-\191]", "")
  return count
end

--- A function that gives line and column for byte indices, asked for in ascending order: a text is walked once,
--- however many places in it are wanted. See `text.position`.
---
--- > { text.places("a\nbcd")(4) }  --> { 2, 2 }
---@param value string
---@return fun(index: integer): integer, integer
function M.places(value)
  local line, at, column = 1, 1, 1
  return function(index)
    local stop = value:find("\n", at, true)
    while stop and stop < index do
      line, at, column = line + 1, stop + 1, 1
      stop = value:find("\n", at, true)
    end
    column = column + count_characters(value, at, index - 1)
    at = math.max(at, index)
    return line, column
  end
end

--- Line and column, both from 1, of a byte index (from 1, as `string.find` gives it). Columns count
--- characters of UTF-8, not bytes.
---
--- > { text.position("a\nbcd", 4) }  --> { 2, 2 }
---@param value string
---@param index integer
---@return integer line
---@return integer column
function M.position(value, index)
  return M.places(value)(index)
end

--- A number with its noun.
---
--- > text.count(1, "column")  --> "1 column"
--- > text.count(2, "column")  --> "2 columns"
--- > text.count(0, "category", "categories")  --> "0 categories"
---@param number integer
---@param singular string
---@param plural? string
---@return string
function M.count(number, singular, plural)
  return ("%d %s"):format(number, number == 1 and singular or plural or singular .. "s")
end

--- The items of a list in one line, the rest of a long one counted.
---
--- > text.list({ "a", "b", "c" })  --> "a, b, c"
--- > text.list({ "a", "b", "c" }, 2)  --> "a, b and 1 more"
---@param items string[]
---@param limit? integer
---@return string
function M.list(items, limit)
  local shown <const> = {}
  local count <const> = #items
  for index = 1, math.min(count, limit or count) do
    shown[index] = tostring(items[index])
  end
  local line <const> = table.concat(shown, ", ")
  if #shown == count then
    return line
  end
  return ("%s and %d more"):format(line, count - #shown)
end

return M
