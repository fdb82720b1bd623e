local document <const> = require "host.document"
local files <const> = require "host.files"
local json <const> = require "host.json"
local recognise <const> = require "manifest.recognise"
local shape <const> = require "manifest.shape"
local shapes <const> = require "contract.shape"
local test <const> = dofile "tests/lua/support.lua"

local EXAMPLES <const> = "../shared/data/odcs/examples"

local GONE <const> = {}

-- What a member becomes, one after the other: every kind of value, and none.
local WRONG <const> = { "", "word", 5, 2.5, -1, true, false, {}, json.array {}, json.array { 1, 1 },
  json.array { "a", "a" }, json.array { {} }, json.null, GONE }

local function has_errors(form, plain)
  return shape.has_errors(shape.check(form, document.build(plain)))
end

local function compare(form, plain, what)
  test.equal(recognise.accepts(form, plain), not has_errors(form, plain), what)
end

-- Changes each member of a tree to each of some values and back, and calls `see` between.
local function mutate(root, part, path, see)
  local keys <const> = {}
  for key in next, part do
    keys[#keys + 1] = key
  end
  for _, key in ipairs(keys) do
    local value <const>, here <const> = part[key], ("%s/%s"):format(path, key)
    for index, wrong in ipairs(WRONG) do
      -- Items of a list do not go, and a plain tree has no member that is null.
      if wrong ~= (math.type(key) == "integer" and GONE or json.null) then
        part[key] = wrong
        if wrong == GONE then
          part[key] = nil
        end
        see(("%s as number %d"):format(here, index))
      end
    end
    part[key] = value
    if math.type(key) ~= "integer" then
      part[key .. "s"] = value
      see(here .. " misspelt")
      part[key .. "s"] = nil
    end
    if type(value) == "table" then
      mutate(root, value, here, see)
    end
  end
end

test.case("a format that explains its mistakes is looked at", function()
  local formats <const> = { ["0 6 * * *"] = "cron", ["0 25 * * *"] = "cron", UTC = "timezone", ["A/B"] = "timezone" }
  for text, format in pairs(formats) do
    local form <const> = { type = "object", name = "Form", fields = { { "x", type = "string", format = format } } }
    compare(form, { x = text }, text)
  end
end)

test.case("a shape's rules are all recognised", function()
  local inner <const> = { type = "object", name = "Inner", fields = {
    { "name", type = "string", required = true, min_length = 1, max_length = 4, reserved = { "word" } },
    { "kind", type = "string", enum = { "a", "word" } },
    { "size", type = "integer", minimum = 0, maximum = 5 },
    { "share", type = "number", maximum = 2.5 },
    { "day", type = "string", format = "date" },
    { "either", either = { { type = "boolean" }, { type = "list", items = { type = "string" }, unique = true } } },
    { "more", depends = function(owner)
      return owner.kind == "a" and { type = "string" } or { type = "integer" }
    end, type = "any" },
  }, forbidden = { { names = { "days" }, why = "no" } }, extensions = true }
  table.insert(inner.fields, { "inner", type = "list", items = inner, unique = "name", min_items = 1 })
  local root <const> = { type = "object", additional = { type = "string" }, fields = {
    { "map", type = "map", keys = { type = "string", pattern = "^[a-z]+$" }, values = inner },
    { "checked", type = "object", additional = true, check = function(value, report)
      if value.one == 5 then
        report("one", "not five")
      end
    end },
    { "open", type = "any" },
  } }
  local plain <const> = {
    map = { x = { name = "one", kind = "a", size = 3, share = 1, day = "2026-01-31", either = json.array { "q" },
      more = "text", inner = json.array { { name = "two", more = 7 }, { name = "six", either = true } } } },
    checked = { one = 1 }, open = json.array { 1 }, rest = "text",
  }
  test.truthy(recognise.accepts(root, plain))
  local count = 0
  mutate(plain, plain, "", function(what)
    count = count + 1
    compare(root, plain, what)
  end)
  test.truthy(count > 200, "only " .. count)
end)

test.case("a shape that forbids a key everywhere below is never recognised", function()
  test.equal(recognise.accepts({ type = "object", additional = true,
    forbidden = { { names = { "password" }, why = "no", deep = true } } }, {}), false)
end)

local WITH_EXAMPLES <const> = "contracts and contracts with mistakes are recognised as the checks find them"
local case <const> = files.is_dir(EXAMPLES) and test.case or function(name)
  test.skip(name, "the examples of ODCS are not there")
end

case(WITH_EXAMPLES, function()
  local count = 0
  for _, file in ipairs(files.walk(EXAMPLES, {})) do
    local root <const> = document.read(files.join(EXAMPLES, file.path), { format = "yaml" })
    local plain <const> = document.plain(root, true)
    local form <const> = shapes.odcs(shapes.version_of(root.apiVersion) or 31)
    compare(form, plain, file.path)
    if file.size < 2500 then
      mutate(plain, plain, file.path, function(what)
        count = count + 1
        compare(form, plain, what)
      end)
    end
  end
  test.truthy(count > 1000, "only " .. count)
end)

test.finish()
