-- Versions by Semantic Versioning 2.0.0 (semver.org), and the ranges in which platforms pin them:
-- exact, `>=1.0.0,<2.0.0`, `^1.2.0`, `~1.2.0`, `1.2.*`, `1.x`, `latest`. A leading `v` is read over.

local M = {}

---@class floe.semver.version
---@field major integer
---@field minor integer
---@field patch integer
---@field prerelease string? what stands behind `-`
---@field build string? what stands behind `+`

-- The number of digits without a leading zero, or nil; more digits than an integer holds are refused.
local function number_of(digits)
  if #digits > 15 or (#digits > 1 and digits:byte() == 48) then
    return nil
  end
  return tonumber(digits)
end

local function valid_identifiers(value, numeric_without_zero)
  for part in (value .. "."):gmatch("([^.]*)%.") do
    if part == "" or part:find("[^0-9A-Za-z-]") then
      return false
    elseif numeric_without_zero and part:find("^0%d+$") then
      return false
    end
  end
  return true
end

--- The parts of a version, or nil and what is wrong.
---
--- > semver.parse("v1.2.3-rc.1+7").prerelease  --> "rc.1"
--- > semver.parse("1.2.3").minor  --> 2
--- > semver.parse("1.2")  --> nil
--- > semver.parse("01.2.3")  --> nil
---@param value string
---@return floe.semver.version?
---@return string? message
function M.parse(value)
  local shown <const> = tostring(value)
  local function refuse()
    return nil, ("'%s' is no semantic version; write it like '1.2.3'"):format(shown:sub(1, 64))
  end
  if type(value) ~= "string" or #value > 256 then
    return refuse()
  end
  local major <const>, minor <const>, patch <const>, rest <const> = value:match("^v?(%d+)%.(%d+)%.(%d+)(.*)$")
  if not major then
    return refuse()
  end
  local version <const> = { major = number_of(major), minor = number_of(minor), patch = number_of(patch) }
  if not (version.major and version.minor and version.patch) then
    return refuse()
  end
  local before, build = rest, nil
  local plus <const> = rest:find("+", 1, true)
  if plus then
    before, build = rest:sub(1, plus - 1), rest:sub(plus + 1)
    if not valid_identifiers(build, false) then
      return refuse()
    end
  end
  if before ~= "" then
    version.prerelease = before:match("^%-(.+)$")
    if not version.prerelease or not valid_identifiers(version.prerelease, true) then
      return refuse()
    end
  end
  version.build = build
  return version
end

local function compare_identifiers(a, b)
  local first <const>, second <const> = tonumber(a:match("^%d+$")), tonumber(b:match("^%d+$"))
  if first and second then
    return first < second and -1 or first > second and 1 or 0
  elseif first or second then
    return first and -1 or 1 -- numbers come before words
  end
  return a < b and -1 or a > b and 1 or 0
end

local function compare_prereleases(a, b)
  if a == b then
    return 0
  elseif not a or not b then
    return a and -1 or 1 -- a release comes after its prereleases
  end
  local rest_a, rest_b = a, b
  while rest_a and rest_b do
    local head_a <const>, tail_a <const> = rest_a:match("^([^.]*)%.?(.*)$")
    local head_b <const>, tail_b <const> = rest_b:match("^([^.]*)%.?(.*)$")
    local order <const> = compare_identifiers(head_a, head_b)
    if order ~= 0 then
      return order
    end
    rest_a = tail_a ~= "" and tail_a or nil
    rest_b = tail_b ~= "" and tail_b or nil
  end
  return rest_a and 1 or rest_b and -1 or 0
end

local function compare_parsed(a, b)
  for _, part in ipairs({ "major", "minor", "patch" }) do
    if a[part] ~= b[part] then
      return a[part] < b[part] and -1 or 1
    end
  end
  return compare_prereleases(a.prerelease, b.prerelease)
end

--- -1, 0 or 1 as `a` comes before, with or after `b`. Build metadata does not count. nil and a message
--- where one is no version.
---
--- > semver.compare("1.9.0", "1.10.0")  --> -1
--- > semver.compare("1.0.0-rc.1", "1.0.0")  --> -1
--- > semver.compare("v2.0.0+a", "2.0.0+b")  --> 0
---@param a string
---@param b string
---@return integer?
---@return string? message
function M.compare(a, b)
  local first <const>, first_error <const> = M.parse(a)
  local second <const>, second_error <const> = M.parse(b)
  if not first or not second then
    return nil, first_error or second_error
  end
  return compare_parsed(first, second)
end

-- The lowest version at or above a partly written one, and how many of its parts are given.
local function read_partial(value)
  local bare <const>, rest <const> = value:gsub("^v", ""):match("^([%dxX*.]+)(.*)$")
  if not bare then
    return nil
  end
  local numbers <const> = {}
  for part in (bare .. "."):gmatch("([^.]*)%.") do
    local number <const> = part:find("^%d+$") and number_of(part) or nil
    if not number and not part:find("^[xX*]$") then
      return nil
    end
    numbers[#numbers + 1] = number or false
  end
  local given = 0
  while given < #numbers and numbers[given + 1] do
    given = given + 1
  end
  if #numbers > 3 or (rest ~= "" and given < 3) then
    return nil
  end
  if rest ~= "" then
    return M.parse(value), 3
  end
  return { major = numbers[1] or 0, minor = numbers[2] or 0, patch = numbers[3] or 0 }, given
end

-- The first version above all those that share the first `parts` parts.
local function ceiling(version, parts)
  if parts == 1 then
    return { major = version.major + 1, minor = 0, patch = 0 }
  elseif parts == 2 then
    return { major = version.major, minor = version.minor + 1, patch = 0 }
  end
  return { major = version.major, minor = version.minor, patch = version.patch + 1 }
end

-- How many leading parts a caret holds fast: up to the first that is not zero.
local function caret_parts(version, given)
  if version.major > 0 or given == 1 then
    return 1
  elseif version.minor > 0 or given == 2 then
    return 2
  end
  return 3
end

-- The half-open interval of one comparator: from (nil: no bound), whether `from` is in, to (nil: no bound).
local function read_comparator(value)
  local operator <const>, rest <const> = value:match("^([<>=^~]*)%s*(.*)$")
  local version <const>, given <const> = read_partial(rest)
  if not version then
    return nil
  elseif operator == "^" and given > 0 then
    return { from = version, to = ceiling(version, caret_parts(version, given)) }
  elseif operator == "~" and given > 0 then
    return { from = version, to = ceiling(version, math.min(given, 2)) }
  elseif operator == ">=" or given == 0 then
    return (operator ~= "<" and operator ~= ">") and { from = version } or nil
  elseif operator == ">" then
    return given == 3 and { above = version } or { from = ceiling(version, given) }
  elseif operator == "<" then
    return { to = version }
  elseif operator == "<=" then
    return given == 3 and { upto = version } or { to = ceiling(version, given) }
  elseif operator == "" or operator == "=" then
    return given == 3 and { from = version, upto = version } or { from = version, to = ceiling(version, given) }
  end
  return nil
end

local function within(version, bounds)
  return not (bounds.from and compare_parsed(version, bounds.from) < 0)
    and not (bounds.above and compare_parsed(version, bounds.above) <= 0)
    and not (bounds.to and compare_parsed(version, bounds.to) >= 0)
    and not (bounds.upto and compare_parsed(version, bounds.upto) > 0)
end

-- A prerelease is only meant by a range that names a prerelease of the same version.
local function names_prerelease(version, comparators)
  for _, bounds in ipairs(comparators) do
    for _, edge in pairs(bounds) do
      if edge.prerelease and edge.major == version.major and edge.minor == version.minor
        and edge.patch == version.patch then
        return true
      end
    end
  end
  return false
end

local function satisfies_all(version, comparators)
  for _, bounds in ipairs(comparators) do
    if not within(version, bounds) then
      return false
    end
  end
  return not version.prerelease or names_prerelease(version, comparators)
end

--- Whether a version lies in a range. Comparators joined by `,` or a blank must all hold, alternatives are
--- joined by `||`. A prerelease lies only in a range that names one of the same version. nil and a message
--- where the version or the range cannot be read.
---
--- > semver.satisfies("1.4.2", "^1.2.0")  --> true
--- > semver.satisfies("2.0.0", ">=v1.0.0,<v2.0.0")  --> false
--- > semver.satisfies("1.2.9", "v1.2.*")  --> true
--- > semver.satisfies("0.3.0", "^0.2.1")  --> false
--- > semver.satisfies("1.2.3-rc1", ">=1.0.0")  --> false
--- > semver.satisfies("1.2.3", "about 1")  --> nil
---@param version string
---@param range string
---@return boolean?
---@return string? message
function M.satisfies(version, range)
  local parsed <const>, message <const> = M.parse(version)
  if not parsed then
    return nil, message
  elseif type(range) ~= "string" or #range > 256 then
    return nil, ("'%s' is no version range"):format(tostring(range):sub(1, 64))
  elseif range == "latest" then
    return not parsed.prerelease
  end
  local satisfied = false
  for alternative in (range:gsub("||", "\n") .. "\n"):gmatch("([^\n]*)\n") do
    local comparators <const> = {}
    for part in alternative:gsub("([<>=^~])%s+", "%1"):gmatch("[^%s,]+") do
      local bounds <const> = read_comparator(part)
      if not bounds then
        return nil, ("'%s' in the version range '%s' cannot be read; write it like '^1.2.0', '~1.2.0', '1.2.*' or "
          .. "'>=1.0.0,<2.0.0'"):format(part, range)
      end
      comparators[#comparators + 1] = bounds
    end
    if #comparators == 0 then
      return nil, ("the version range '%s' is empty"):format(range)
    end
    satisfied = satisfied or satisfies_all(parsed, comparators)
  end
  return satisfied
end

return M
