-- Runs the examples in the comments of stdlib/: a line `--- > expression  --> value` above a function is a
-- promise, and both sides are evaluated with the module under its own name (a long value may stand on the next
-- line, behind `---   -->`).

local MODULES <const> = {
  "classification", "contract", "coverage", "doubt", "duration", "graph", "naming", "policy", "semver", "set", "text",
}

local function show(value)
  if type(value) ~= "table" then
    return type(value) == "string" and ("%q"):format(value) or tostring(value)
  end
  local keys <const> = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    return tostring(a) < tostring(b)
  end)
  local parts <const> = {}
  for _, key in ipairs(keys) do
    parts[#parts + 1] = ("[%s] = %s"):format(show(key), show(value[key]))
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function evaluate(expression, name, module)
  local environment <const> = setmetatable({ [name] = module }, { __index = _G })
  local chunk <const>, message <const> = load("return " .. expression, "=example", "t", environment)
  if not chunk then
    return nil, message
  end
  local ok <const>, value <const> = pcall(chunk)
  return value, not ok and tostring(value) or nil
end

local run, failed = 0, 0
for _, name in ipairs(MODULES) do
  local path <const> = ("stdlib/floe/%s.lua"):format(name)
  local module <const> = require("floe." .. name)
  local documented <const> = {}
  local number, example_above, pending = 0, false, nil
  for line in io.lines(path) do
    number = number + 1
    local expression, expected = line:match("^%s*%-%-%- > (.-)  %-%-> (.+)$")
    if not expression and pending then
      expression, expected = pending, line:match("^%s*%-%-%-   %-%-> (.+)$")
    end
    pending = not expression and line:match("^%s*%-%-%- > (.+)$") or nil
    if expression then
      run, example_above = run + 1, true
      local actual <const>, message <const> = evaluate(expression, name, module)
      local wanted <const> = evaluate(expected, name, module)
      if message or show(actual) ~= show(wanted) then
        failed = failed + 1
        print(("%s:%d: %s\n  expected %s\n  actual   %s"):format(path, number, expression, show(wanted),
          message or show(actual)))
      end
    else
      local exported <const> = line:match("^function M%.([%w_]+)")
      if exported then
        documented[exported] = example_above
        example_above = false
      end
    end
  end
  for key, value in pairs(module) do
    if type(value) == "function" and not documented[key] then
      failed = failed + 1
      print(("%s: function '%s' has no example in its comment"):format(path, key))
    end
  end
end
print(("%d examples, %d failures"):format(run, failed))
assert(failed == 0, "examples that are not true")
