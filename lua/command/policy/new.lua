-- floe policy new: a policy that works and its test that passes, to be changed into what is wanted.
local files <const> = require "host.files"

local M = {
  name = "new",
  summary = "begin a policy with its test",
  description = [[
Writes policies/CATEGORY/RULE.lua and its test into a bundle, and a bundle.yaml where there is none. The policy works
and its test passes at once: change both into what you want, running 'floe policy test' in between.]],
  arguments = {
    { name = "id", label = "ID", required = true, help = "category.rule, such as ownership.model_owner" },
  },
  options = {
    { name = "bundle", value = "DIR", default = ".", complete = "directory", help = "the bundle's folder" },
    { name = "code", value = "CODE", help = "the code of its findings (default: <CATEGORY>-E001)" },
  },
  examples = {
    { "floe policy new ownership.model_owner --bundle governance", "in the folder governance" },
    { "cd governance && floe policy test", "and its test passes" },
  },
  exits = { [0] = "created", [2] = "misuse, or a file that is in the way" },
}

local POLICY <const> = [[
-- What this policy asks for, and of whom. A policy reads facts and reports what it finds; it changes nothing.
local policy <const> = require "floe.policy"

return policy.define {
  id = "${id}",
  code = "${code}",
  title = "Models say who owns them",
  why = "Who reads a table must know whom to ask about it.",
  help = "Add `meta: { owner: <team> }` to the model's entry in its properties file.",
  targets = "model",
  mode = "alert_only",
  params = {
    key = policy.string("owner", { doc = "the member of `meta` that must be set" }),
  },

  check = function(model, ctx)
    local key <const> = ctx.params.key
    if model.meta[key] == nil then
      ctx:report {
        field = "meta",
        message = ("model '%s' has no meta.%s"):format(model.name, key),
        expected = "meta." .. key,
        suggest = ("meta: { %s: <team> }"):format(key),
      }
    end
  end,
}
]]

local TEST <const> = [[
local test <const> = require "floe.test"

return test.suite("${id}", {
  test.case("a model without an owner is reported", function(t)
    local model <const> = test.model { name = "silver_orders" }
    t:judge(model)
    t:finds { code = "${code}", subject = model, field = "meta" }
  end),

  test.case("a model with an owner passes", function(t)
    t:judge(test.model { name = "silver_orders", meta = { owner = "sales-team" } })
    t:passes()
  end),

  test.case("the platform chooses the key", function(t)
    t:judge(test.model { name = "silver_orders", meta = { owner = "sales-team" } }, { key = "steward" })
    t:finds { field = "meta", expected = "meta.steward" }
  end),
})
]]

local BUNDLE <const> = [[
name: ${bundle}
version: 0.1.0
]]

local function misuse(...)
  require("usage.parser").misuse(...)
end

local function fill(template, values)
  return (template:gsub("%${(%w+)}", values))
end

local function check_id(id)
  if not id:find("^[a-z][a-z0-9_]*%.[a-z0-9_.]*[a-z0-9_]$") or id:find("..", 1, true) then
    misuse(("'%s' is not the id of a policy"):format(id),
      "An id is CATEGORY.RULE in small letters, digits and underscores, such as ownership.model_owner.")
  end
end

local function check_code(code)
  if not code:find("^[A-Z][A-Z0-9]*%-[A-Z]+%d+$") then
    misuse(("--code cannot be '%s'"):format(code), "A code is like ACME-E001.")
  end
end

local function bundle_name(folder)
  local name <const> = files.basename(files.absolute(folder)):lower():gsub("[^a-z0-9]+", "-"):gsub("^[^a-z]+", "")
    :gsub("%-+$", "")
  return name ~= "" and name or "policies"
end

local function list_files(options)
  local id <const> = options.id
  local code <const> = options.code or id:match("^[a-z0-9]+"):upper() .. "-E001"
  check_code(code)
  local values <const> = { id = id, code = code, bundle = bundle_name(options.bundle) }
  local path <const> = "policies/" .. id:gsub("%.", "/")
  local list <const> = {
    { path = path .. ".lua", text = fill(POLICY, values) },
    { path = path .. "_test.lua", text = fill(TEST, values) },
  }
  if not files.exists(files.join(options.bundle, "bundle.yaml")) then
    table.insert(list, 1, { path = "bundle.yaml", text = fill(BUNDLE, values) })
  end
  return list
end

---@return integer
function M.run(options, terminal)
  check_id(options.id)
  local clean <const> = require("terminal").clean
  local argument <const> = options.bundle == "." and "" or " " .. clean(options.bundle)
  return require("create").run(terminal, options.bundle, list_files(options), "floe policy test" .. argument)
end

return M
