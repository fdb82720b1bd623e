-- The lines that tell results of checks.
local lines <const> = require "check.lines"
local test <const> = dofile "tests/lua/support.lua"

local function texts_of(...)
  local out <const> = {}
  for index, line in ipairs(lines.of { ... }) do
    out[index] = line.mark .. " " .. line.text
  end
  return table.concat(out, "\n")
end

local function result(kind, status, message, severity)
  return { type = kind, status = status, message = message, severity = severity, actual = "100%", expected = "99%" }
end

test.case("rules that could not be asked for one reason are one line that counts them", function()
  test.equal(texts_of(result("quality", "skipped", "in use"), result("quality", "skipped", "in use"),
    result("quality", "skipped", "a text rule"), result("quality", "error", "gone"),
    result("quality", "error", "gone")),
    "skip quality: 2 rules not checked: in use\nskip quality: not checked: a text rule\n"
      .. "fail quality: 2 rules could not be checked: gone")
end)

test.case("a rule that is told alone says which it is, and rules about what is not there are told together", function()
  local function gone(rule)
    return { type = "quality", status = "violation", message = "there is no table", actual = "missing", rule = rule }
  end
  local wrong <const> = { type = "quality", status = "error", rule = "sum", message = "no such column\nLINE 1: x" }
  test.equal(texts_of(gone "a", wrong, gone "b"),
    "fail quality: none of 2 rules holds: there is no table\n"
      .. "fail quality: 'sum' could not be checked: no such column")
end)

test.case("passes are counted together, violations and passes near their end stand alone", function()
  test.equal(texts_of(result("quality", "pass", "a"), result("quality", "pass", "b"),
    result("quality", "violation", "c"), result("quality", "violation", "c"),
    result("availability", "pass", "d"), result("availability", "pass", "d", "warning")),
    "pass quality: 2 rules hold\nfail quality: c\nfail quality: c\npass availability: 100%\n"
      .. "warn availability: 100%, near its end")
end)

test.finish()
