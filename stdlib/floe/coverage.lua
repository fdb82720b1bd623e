-- Test coverage: columns that have a test of their own, of all declared columns. Tests on a model as a whole
-- do not count, for they do not say which column they guard.

local M = {}

--- How many declared columns of a model (seed, snapshot, source) have a test of their own, and how many there are.
---
--- > { coverage.columns({ columns = { id = { tests = { "unique" } }, note = { tests = {} } } }) }  --> { 1, 2 }
--- > { coverage.columns({ columns = { id = { tests = {} } } }, { id = true }) }  --> { 0, 0 }
---@param node any
---@param excluded? table<string, true> names of columns that are left out
---@return integer tested
---@return integer total
function M.columns(node, excluded)
  local none_excluded <const> = not excluded or next(excluded) == nil
  if none_excluded and node.tested_columns then
    return node.tested_columns, #node.columns -- counted when the project was read
  end
  local tested, total = 0, 0
  for name, column in pairs(node.columns) do
    if none_excluded or not excluded[name] then
      total = total + 1
      if #column.tests > 0 then
        tested = tested + 1
      end
    end
  end
  return tested, total
end

--- The names of the columns without a test, in the order written, at most `limit` of them.
---
--- > coverage.uncovered({ columns = { note = { tests = {} } } })  --> { "note" }
---@param node any
---@param excluded? table<string, true>
---@param limit? integer
---@return string[]
function M.uncovered(node, excluded, limit)
  local names <const> = {}
  for name, column in pairs(node.columns) do
    if limit and #names >= limit then
      break
    elseif not (excluded and excluded[name]) and #column.tests == 0 then
      names[#names + 1] = name
    end
  end
  return names
end

--- Whether `tested` of `total` is at least `minimum` percent; exact, without rounding. Nothing of nothing is enough.
---
--- > coverage.reaches(4, 5, 80)  --> true
--- > coverage.reaches(79999, 100000, 80)  --> false
--- > coverage.reaches(0, 0, 100)  --> true
---@param tested integer
---@param total integer
---@param minimum number percent
---@return boolean
function M.reaches(tested, total, minimum)
  return tested * 100 >= minimum * total
end

--- The share as text. Rounded down to a tenth, so that what misses a threshold never looks as if it met it.
---
--- > coverage.percent(4, 5)  --> "80%"
--- > coverage.percent(2, 3)  --> "66.6%"
--- > coverage.percent(0, 0)  --> "n/a"
---@param tested integer
---@param total integer
---@return string
function M.percent(tested, total)
  if total == 0 then
    return "n/a"
  end
  local tenths <const> = tested * 1000 // total
  if tenths % 10 == 0 then
    return ("%d%%"):format(tenths // 10)
  end
  return ("%d.%d%%"):format(tenths // 10, tenths % 10)
end

--- The minimum for a layer: its own threshold, nil where it has none.
---
--- > coverage.threshold({ gold = 100 }, "gold")  --> 100
--- > coverage.threshold({ gold = 100 }, nil)  --> nil
---@param layers table<string, number>
---@param layer string?
---@return number?
function M.threshold(layers, layer)
  return layer and layers[layer] or nil
end

return M
