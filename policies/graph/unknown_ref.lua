local policy <const> = require "floe.policy"
local graph <const> = require "floe.graph"
local text <const> = require "floe.text"

-- The name in a unique id: `model.shop.orders` and `model.shop.orders.v2` are both orders.
local function name_in(id)
  return id:match("^[^.]+%.[^.]+%.([^.]+)") or id
end

local function known_names(project)
  local names <const> = {}
  for _, kind in ipairs({ "models", "seeds", "snapshots" }) do
    for _, node in ipairs(project[kind]) do
      names[#names + 1] = node.name
    end
  end
  return names
end

local function check_node(node, ctx)
  local project <const> = node.project
  if not project then
    return
  end
  for _, id in ipairs(graph.missing(project, node)) do
    if id:sub(1, 7) ~= "source." and id:sub(1, 6) ~= "macro." then
      local name <const> = name_in(id)
      local line <const>, column <const> = graph.place_of_call(node.code, "ref", name)
      ctx:report {
        path = "refs." .. name,
        line = line,
        column = column,
        message = ("%s '%s' refers to '%s', which does not exist"):format(node.kind, node.name, name),
        expected = "the name of a model, seed or snapshot",
        actual = id,
        suggest = text.suggest(name, known_names(project)),
      }
    end
  end
end

-- What transforms of a floe.yaml may depend on: other transforms and the project's models, seeds and snapshots.
local function transform_names(product)
  local names <const>, order <const> = {}, {}
  local function add(name)
    if type(name) == "string" and not names[name] then
      names[name] = true
      order[#order + 1] = name
    end
  end
  for _, transform in ipairs(product.transforms) do
    add(transform.name)
  end
  if product.project then
    for _, name in ipairs(known_names(product.project)) do
      add(name)
    end
  end
  return names, order
end

local function check_product(product, ctx)
  local names, order
  for _, transform in ipairs(product.transforms) do
    local wanted <const> = graph.dependencies(transform)
    for _, name in ipairs(wanted) do
      if not names then
        names, order = transform_names(product)
      end
      if not names[name] and not (product.project and not product.project.nodes_known) then
        local owner <const>, shown <const> = tostring(transform.name), tostring(name)
        ctx:report {
          at = wanted,
          path = ("transforms.%s.dependsOn.%s"):format(owner, shown),
          message = ("transform '%s' depends on '%s', which does not exist"):format(owner, shown),
          expected = "the name of another transform or of a dbt model",
          actual = shown,
          suggest = text.suggest(shown, order),
        }
      end
    end
  end
end

return policy.define {
  id = "graph.unknown_ref",
  code = "FLOE-E301",
  title = "Every reference leads to something",
  why = "A reference to what does not exist fails at the latest when the product runs.",
  help = [[
Correct the name in `{{ ref('…') }}`, or in `dependsOn` of the transform in floe.yaml, or add the model. A model that
is disabled does not exist either.]],
  targets = { "product", "model", "snapshot", "analysis" },
  summary = "references resolve",

  check = function(subject, ctx)
    if subject == ctx.product then
      check_product(subject, ctx)
    else
      check_node(subject, ctx)
    end
  end,
}
