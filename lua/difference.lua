-- The difference of two texts by lines, as `diff -u` shows it.

local M = {}

local CONTEXT <const> = 3

local function lines_of(text)
  local out <const> = {}
  for line in (text:gsub("\n$", "") .. "\n"):gmatch("([^\n]*)\n") do
    out[#out + 1] = line
  end
  return out
end

-- How far each number of differences leads, until `b` is made of `a`: the algorithm of Myers.
local function trace_of(a, b)
  local trace <const>, ends = {}, { [1] = 0 }
  for distance = 0, #a + #b do
    local copy <const> = {}
    for diagonal = -distance, distance, 2 do
      local down <const> = diagonal == -distance
        or diagonal ~= distance and (ends[diagonal - 1] or -1) < (ends[diagonal + 1] or -1)
      local x = down and ends[diagonal + 1] or ends[diagonal - 1] + 1
      while x < #a and x - diagonal < #b and a[x + 1] == b[x - diagonal + 1] do
        x = x + 1
      end
      ends[diagonal] = x
      copy[diagonal] = x
      if x >= #a and x - diagonal >= #b then
        trace[distance] = copy
        return trace, distance
      end
    end
    trace[distance] = copy
  end
end

-- The steps from `a` to `b`, the fewest there are: { " " | "-" | "+", line }.
local function path_of(a, b)
  local trace <const>, distance <const> = trace_of(a, b)
  local out <const>, x, y = {}, #a, #b
  for step = distance, 1, -1 do
    local before <const>, diagonal <const> = trace[step - 1], x - y
    local down <const> = diagonal == -step
      or diagonal ~= step and (before[diagonal - 1] or -1) < (before[diagonal + 1] or -1)
    local from <const> = down and diagonal + 1 or diagonal - 1
    local from_x <const> = before[from]
    local start_x <const> = down and from_x or from_x + 1
    while x > start_x do
      out[#out + 1] = { " ", a[x] }
      x, y = x - 1, y - 1
    end
    out[#out + 1] = down and { "+", b[y] } or { "-", a[x] }
    x, y = from_x, from_x - from
  end
  for index = x, 1, -1 do
    out[#out + 1] = { " ", a[index] }
  end
  for index = 1, #out // 2 do
    out[index], out[#out + 1 - index] = out[#out + 1 - index], out[index]
  end
  return out
end

-- The ranges of steps that are shown: changes with what stands around them.
local function ranges_of(steps)
  local out <const> = {}
  for index, step in ipairs(steps) do
    if step[1] ~= " " then
      local from <const>, to <const> = math.max(1, index - CONTEXT), math.min(#steps, index + CONTEXT)
      local last <const> = out[#out]
      if last and from <= last[2] + 1 then
        last[2] = to
      else
        out[#out + 1] = { from, to }
      end
    end
  end
  return out
end

local function all_new(text, path)
  local lines <const> = lines_of(text)
  local out <const> = { "--- /dev/null", "+++ " .. path, ("@@ -0,0 +1,%d @@"):format(#lines) }
  for index, line in ipairs(lines) do
    out[index + 3] = "+" .. line
  end
  return out
end

--- The lines of a difference; none where the texts are equal.
---@param before string? nil: the file is new
---@param after string
---@param path string
---@return string[]
function M.lines(before, after, path)
  if before == after then
    return {}
  elseif not before then
    return all_new(after, path)
  end
  local steps <const> = path_of(lines_of(before), lines_of(after))
  local out <const> = { "--- " .. path, "+++ " .. path }
  local old, new, at = 1, 1, 1
  for _, range in ipairs(ranges_of(steps)) do
    while at < range[1] do
      old, new, at = old + 1, new + 1, at + 1
    end
    local head <const>, old_start <const>, new_start <const> = #out + 1, old, new
    out[head] = ""
    while at <= range[2] do
      local kind <const> = steps[at][1]
      out[#out + 1] = kind .. steps[at][2]
      old, new, at = old + (kind ~= "+" and 1 or 0), new + (kind ~= "-" and 1 or 0), at + 1
    end
    out[head] = ("@@ -%d,%d +%d,%d @@"):format(old_start, old - old_start, new_start, new - new_start)
  end
  return out
end

return M
