-- Facts made by hand, for tests of policies: a builder for every type, with sensible defaults, and the walk over
-- a subject that the host makes over a product. `floe.test` hands the builders on.
--
-- The facts are real ones: `floe.facts` (the host's) makes records, lists and maps, and `facts.set` closes the circles
-- in which facts refer to one another.

local facts <const> = require "floe.facts"

local M = {}

local PACKAGE <const> = "shop"

local type_of <const> = {} -- every fact built here → its type
local columns_of <const> = {} -- every node with columns → the list of them
local children_of <const> = {} -- every node that was named as a parent → the list of its children

local function list(items)
  return facts.list(items or {})
end

local function build(type_name, fields)
  local record <const> = facts.record(type_name, fields)
  type_of[record] = type_name
  return record
end

-- A copy of `given` with `defaults` where it says nothing.
local function with_defaults(given, defaults)
  local fields <const> = {}
  for key, value in pairs(defaults) do
    fields[key] = value
  end
  for key, value in pairs(given) do
    fields[key] = value
  end
  return fields
end

-- Where a node's doubts are given, what they leave open is its edges, unless the test says otherwise.
local function edges_known(given)
  return given.partial == nil or #given.partial == 0
end

-- Named entries as a list in a fixed order: `{ { name = "id" } }` as written, `{ id = {} }` by name.
local function entries_of(given)
  local entries <const> = {}
  for _, entry in ipairs(given or {}) do
    entries[#entries + 1] = type(entry) == "string" and { name = entry } or entry
  end
  local names <const> = {}
  for name in pairs(given or {}) do
    if type(name) == "string" then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    entries[#entries + 1] = with_defaults(given[name], { name = name })
  end
  return entries
end

-- Records by name, in the order of `records`.
local function by_name(records)
  local entries <const> = {}
  for index, record in ipairs(records) do
    entries[index] = { record.name, record }
  end
  return facts.map(entries)
end

local function append(items, more)
  for _, item in ipairs(more) do
    items[#items + 1] = item
  end
end

-- The tests of a node or of one of its columns; an entry is a name or a table of fields.
local function build_tests(given, node_name, column_name)
  local tests <const> = {}
  for index, entry in ipairs(given or {}) do
    local fields <const> = type(entry) == "string" and { test_name = entry } or entry
    tests[index] = M.test(with_defaults(fields, {
      name = table.concat({ fields.test_name or fields.name, node_name, column_name }, "_"),
      column_name = column_name,
    }))
  end
  return tests
end

--- A dbt test.
---@param given table fields of the fact `test`
function M.test(given)
  local name <const> = given.name or given.test_name or "a_test"
  return build("test", with_defaults(given, {
    unique_id = ("test.%s.%s"):format(PACKAGE, name), name = name, kind = "test", package = PACKAGE, own = true,
    file = "models/schema.yml", generic = true, test_name = name, arguments = {}, severity = "error",
    depends_on = list(), partial = list(), conditional = list(), edges_known = edges_known(given),
    description = "", tags = list(), meta = {}, config = {},
  }))
end

local function build_column(given, node_id, node_name)
  local tests <const> = build_tests(given.tests, node_name, given.name)
  local fields <const> = with_defaults(given, {
    unique_id = ("%s.%s"):format(node_id, given.name), description = "", meta = {}, tags = list(), constraints = list(),
  })
  fields.tests = list(tests)
  return build("column", fields), tests
end

-- The columns of a node and all tests on it, its columns' tests first.
local function build_columns(given, node_id, node_name)
  local columns <const>, tests <const> = {}, {}
  for index, entry in ipairs(entries_of(given.columns)) do
    local column <const>, of_column <const> = build_column(entry, node_id, node_name)
    columns[index] = column
    append(tests, of_column)
  end
  append(tests, build_tests(given.tests, node_name))
  return columns, tests
end

local HAS_CHILDREN <const> = { model = true, seed = true, snapshot = true, analysis = true, source = true }

local function link_children(node, parents)
  for _, parent in ipairs(parents or {}) do
    if HAS_CHILDREN[type_of[parent]] then
      local children <const> = children_of[parent] or {}
      children[#children + 1] = node
      children_of[parent] = children
      facts.set(parent, "children", list(children))
    end
  end
end

-- The parents of a node: those it has, and those it has only perhaps, which are told so and make its conditional edges.
local function with_perhaps(given)
  if given.perhaps == nil then
    return given
  end
  local parents <const>, edges <const> = {}, {}
  append(parents, given.parents or {})
  append(parents, given.perhaps)
  for index, parent in ipairs(given.perhaps) do
    edges[index] = {
      unique_id = parent.unique_id, reason = "only a run tells", file = given.file or "", line = 1, column = 1,
      taken = true,
    }
  end
  local fields <const> = with_defaults({ parents = parents, conditional = list(edges) }, given)
  fields.perhaps = nil
  return fields
end

local function link_perhaps(node, parents)
  for _, parent in ipairs(parents or {}) do
    local children <const> = {}
    append(children, parent.possible_children)
    children[#children + 1] = node
    facts.set(parent, "possible_children", list(children))
  end
end

local function ids_of(nodes)
  local ids <const> = {}
  for index, node in ipairs(nodes or {}) do
    ids[index] = node.unique_id
  end
  return list(ids)
end

-- Builds a node with columns, and lets its columns, tests and parents know it.
local function build_node(type_name, given, defaults)
  local fields <const> = with_defaults(given, defaults)
  local columns <const>, tests <const> = build_columns(given, fields.unique_id, fields.name)
  fields.columns, fields.tests = by_name(columns), list(tests)
  local node <const> = build(type_name, fields)
  for _, column in ipairs(columns) do
    facts.set(column, "node", node)
  end
  for _, test in ipairs(tests) do
    facts.set(test, "node", node)
  end
  link_children(node, given.parents)
  columns_of[node] = columns
  return node
end

local function node_builder(type_name, folder, materialized)
  return function(written)
    local given <const> = with_perhaps(written)
    local name <const> = given.name or "orders"
    local package <const> = given.package or PACKAGE
    local file <const> = ("%s/%s.sql"):format(folder, name)
    local node <const> = build_node(type_name, given, {
      unique_id = ("%s.%s.%s"):format(type_name, package, name), name = name, kind = type_name, package = package,
      own = package == PACKAGE, fqn = list { package, name }, path = name .. ".sql", file = file, description = "",
      tags = list(), meta = {}, config = {}, unit_tests = list(), parents = list(given.parents), children = list(),
      depends_on = ids_of(given.parents), refs = list(), source_calls = list(), macro_ids = list(),
      materialized = materialized, schema = "main", alias = name, constraints = list(), contract_enforced = false,
      primary_key = list(), language = "sql", code = "select 1", catalog = {}, partial = list(), conditional = list(),
      unresolved = list(), possible_children = list(), edges_known = edges_known(given),
    })
    link_perhaps(node, written.perhaps)
    return node
  end
end

--- A dbt model. `columns` is a list of `{ name = "id", tests = { "unique" } }` (or of names) or a map by name;
--- `tests` are the tests on the model as a whole; `parents` are facts built before;
--- `perhaps` are such that it depends on only where a run of dbt says so. With `partial = { { about = "edges", reason =
--- "…" } }` it is not known what it depends on; `edges_known = true` says that it is, whatever else is in doubt.
---@param given table fields of the fact `model`
M.model = node_builder("model", "models", "table")

--- A dbt seed, as `test.model`.
---@param given table
M.seed = node_builder("seed", "seeds", "seed")

--- A dbt snapshot, as `test.model`.
---@param given table
M.snapshot = node_builder("snapshot", "snapshots", "snapshot")

--- A dbt analysis, as `test.model`.
---@param given table
M.analysis = node_builder("analysis", "analyses", nil)

--- A table of a dbt source, its columns and tests as in `test.model`.
---@param given table fields of the fact `source`
function M.source(given)
  local name <const>, source_name <const> = given.name or "accounts", given.source_name or "crm"
  return build_node("source", given, {
    unique_id = ("source.%s.%s.%s"):format(PACKAGE, source_name, name), name = name, kind = "source", package = PACKAGE,
    own = true, fqn = list { PACKAGE, source_name, name }, file = "models/sources.yml", source_name = source_name,
    source_description = "", description = "", tags = list(), meta = {}, source_meta = {}, config = {},
    children = list(), schema = source_name, identifier = name, freshness = {}, catalog = {}, partial = list(),
    unresolved = list(), possible_children = list(),
  })
end

--- One column, in a model of its own unless `node` is given with more fields of the model.
---@param given table fields of the fact `column`; `node` holds fields of its model
function M.column(given)
  local fields <const> = with_defaults(given, { name = "email" })
  local node <const> = with_defaults(given.node or {}, {})
  fields.node = nil
  node.columns = { fields }
  return columns_of[M[node.kind or "model"](node)][1]
end

local function resource_builder(type_name)
  return function(written)
    local given <const> = with_perhaps(written)
    local name <const> = given.name or "a_" .. type_name
    local resource <const> = build(type_name, with_defaults(given, {
      unique_id = ("%s.%s.%s"):format(type_name, PACKAGE, name), name = name, kind = type_name, package = PACKAGE,
      own = true, file = "models/schema.yml", description = "", owner = {}, tags = list(), meta = {}, config = {},
      depends_on = ids_of(given.parents), parents = list(given.parents), spec = {}, partial = list(),
      conditional = list(), edges_known = edges_known(given),
    }))
    if type_name ~= "unit_test" then
      link_children(resource, given.parents)
      link_perhaps(resource, written.perhaps)
    end
    return resource
  end
end

--- A dbt exposure; `parents` are facts built before, here as in all that follow.
---@param given table fields of the fact `exposure`
M.exposure = resource_builder("exposure")

--- A metric.
---@param given table fields of the fact `metric`
M.metric = resource_builder("metric")

--- A semantic model.
---@param given table fields of the fact `semantic_model`
M.semantic_model = resource_builder("semantic_model")

--- A saved query.
---@param given table fields of the fact `saved_query`
M.saved_query = resource_builder("saved_query")

--- A dbt unit test.
---@param given table fields of the fact `unit_test`
M.unit_test = resource_builder("unit_test")

--- A dbt group.
---@param given table fields of the fact `group`
M.group = resource_builder("group")

--- A macro.
---@param given table fields of the fact `macro`
function M.macro(given)
  local name <const> = given.name or "cents_to_euros"
  return build("macro", with_defaults(given, {
    unique_id = ("macro.%s.%s"):format(PACKAGE, name), name = name, package = PACKAGE, own = true,
    file = ("macros/%s.sql"):format(name), description = "", meta = {}, arguments = list(), depends_on = list(),
    code = "{% macro %}{% endmacro %}",
  }))
end

-- Lists of a project, in the order in which its nodes are walked, and whether they hold tests and know the project.
local PROJECT_LISTS <const> = {
  "models", "seeds", "snapshots", "sources", "analyses", "unit_tests", "exposures", "metrics", "semantic_models",
  "saved_queries", "groups", "macros",
}
local EDGES <const> = {
  models = true, seeds = true, snapshots = true, analyses = true, exposures = true, metrics = true,
  semantic_models = true, saved_queries = true,
}
local KNOWS_PROJECT <const> = { model = true, seed = true, snapshot = true, source = true, analysis = true }

-- Whether every file and package of a project was read: no problem says otherwise.
local function nodes_known(given)
  for _, problem in ipairs(given.problems or {}) do
    if problem.severity == "error" or problem.severity == "unread" then
      return false
    end
  end
  return true
end

-- Whether a project's graph is only partly known.
local function is_partial(given)
  if given.nodes_known == false or not nodes_known(given) then
    return true
  end
  for _, key in ipairs(PROJECT_LISTS) do
    for _, node in ipairs(EDGES[key] and given[key] or {}) do
      if not node.edges_known or #node.conditional > 0 then
        return true
      end
    end
  end
  return false
end

--- Something that dbt would refuse or warn of.
---@param given table fields of the fact `dbt_problem`
function M.dbt_problem(given)
  return build("dbt_problem", with_defaults(given, {
    severity = "error", code = "invalid_yaml", message = "a problem", file = "models/schema.yml", line = 1, column = 1,
  }))
end

--- A dbt project of nodes built before: `models`, `seeds`, `sources`, … are lists of facts. With `problems` (see
--- `test.dbt_problem`), or nodes in doubt, its graph is only partly known.
---@param given table fields of the fact `project`
function M.project(given)
  local fields <const> = with_defaults(given, {
    unique_id = "project." .. PACKAGE, name = PACKAGE, dbt_version = "1.10.0", adapter = "duckdb", schema_version = 12,
    root = ".", file = "target/manifest.json", facts_from = "manifest", disabled = list(),
    partial = is_partial(given), nodes_known = nodes_known(given), has_catalog = false, has_run_results = false,
    problems = list(given.problems),
  })
  local nodes <const>, tests <const> = {}, {}
  for _, key in ipairs(PROJECT_LISTS) do
    for _, node in ipairs(given[key] or {}) do
      nodes[#nodes + 1] = { node.unique_id, node }
      if KNOWS_PROJECT[type_of[node]] then
        append(tests, node.tests)
      end
    end
    fields[key] = list(given[key])
  end
  append(tests, given.tests or {})
  fields.nodes, fields.tests = facts.map(nodes), list(tests)
  local project <const> = build("project", fields)
  for _, entry in ipairs(nodes) do
    if KNOWS_PROJECT[type_of[entry[2]]] then
      facts.set(entry[2], "project", project)
    end
  end
  return project
end

--- Something wrong with a contract's form.
---@param given table fields of the fact `problem`
function M.problem(given)
  return build("problem", with_defaults(given, { code = "FLOE-E501", message = "a problem", suggestions = list() }))
end

local function build_contract_table(given, contract_id)
  local id <const> = ("%s.%s"):format(contract_id, given.name)
  local columns <const> = {}
  for index, entry in ipairs(entries_of(given.columns)) do
    columns[index] = build("contract_column", with_defaults(entry, {
      unique_id = ("%s.%s"):format(id, entry.name), required = false, unique = false, primary_key = false, spec = {},
    }))
  end
  return build("contract_table", with_defaults({ columns = by_name(columns) }, with_defaults(given, {
    unique_id = id, quality = list(), spec = {},
  })))
end

--- A data contract. `tables` and the `columns` of each are lists of `{ name = … }` or maps by name.
---@param given table fields of the fact `contract`
function M.contract(given)
  local name <const> = given.name or "orders-contract"
  local id <const> = "contract." .. (given.id or name)
  local tables <const> = {}
  for index, entry in ipairs(entries_of(given.tables)) do
    tables[index] = build_contract_table(entry, id)
  end
  local fields <const> = with_defaults(given, {
    unique_id = id, name = name, version = "1.0.0", api_version = "v3.1.0", dialect = "odcs", status = "active",
    file = "datacontract.yaml", source = "file", conflicts = list(), weakened = list(),
    version_problems = list(), lifecycle = {}, sla = list(), problems = list(), spec = {},
  })
  fields.tables = by_name(tables)
  local contract <const> = build("contract", fields)
  for _, contract_table in ipairs(tables) do
    facts.set(contract_table, "contract", contract)
  end
  return contract
end

--- An output port.
---@param given table fields of the fact `port`
function M.port(given)
  local name <const> = given.name or "orders"
  return build("port", with_defaults(given, {
    unique_id = ("port.shop.%s"):format(name), name = name, sla = {}, access = {}, columns = list(), spec = {},
  }))
end

--- A text file of a product. `path` is its path below the product's folder.
---@param given { path: string?, text: string?, product: any? }
function M.file(given)
  local path <const> = given.path or "models/orders.sql"
  return build("file", {
    unique_id = path, name = path:match("([^/]+)$") or path, text = given.text or "", product = given.product,
  })
end

--- A platform manifest.
---@param given table fields of the fact `platform`
function M.platform(given)
  return build("platform", with_defaults(given, {
    name = "acme-platform", version = "1.0.0", tier = "enterprise", file = "manifest.yaml", digest = "", spec = {},
  }))
end

--- A product of parts built before: `project`, `contracts`, `output_ports`, `files`.
---@param given table fields of the fact `product`
function M.product(given)
  local fields <const> = with_defaults(given, {
    unique_id = "sales.shop", name = "shop", version = "1.0.0", kind = "DataProduct", domain = "sales",
    owner = "sales@example.com", labels = {}, file = "floe.yaml", root = ".", mode = "simple", governance = {},
    spec = {},
  })
  for _, key in ipairs({ "platform", "transforms", "output_ports", "input_ports", "inputs", "contracts", "files" }) do
    fields[key] = list(given[key])
  end
  local product <const> = build("product", fields)
  for _, key in ipairs({ "output_ports", "contracts", "files" }) do
    for _, part in ipairs(given[key] or {}) do
      facts.set(part, "product", product)
    end
  end
  return product
end

-- ---- runs -------------------------------------------------------------------------------------------------

--- A node as it ended in a run: a model that succeeded, unless `kind` and `status` say otherwise. `node` is its model,
--- seed, snapshot or test, built before.
---@param given table fields of the fact `run_node`
function M.run_node(given)
  local node <const>, kind <const> = given.node, given.kind or "model"
  local name <const> = given.name or node and node.name or "orders"
  local is_test <const> = kind == "test" or kind == "unit_test"
  return build("run_node", with_defaults(given, {
    unique_id = node and node.unique_id or ("%s.%s.%s"):format(kind, PACKAGE, name), name = name, kind = kind,
    status = is_test and "pass" or "success", layer = not is_test and node and node.layer or nil,
    materialization = not is_test and node and node.materialized or nil, seconds = 1.0, attempt = 1, reused = false,
    parents = list(), past_runs = 0, failures_in_row = 0,
  }))
end

--- A check of a contract that passed, unless `status` says otherwise. `contract` is the contract, built before.
---@param given table fields of the fact `contract_check`
function M.contract_check(given)
  local contract <const>, type_name <const> = given.contract, given.type or "freshness"
  local name <const> = given.name or contract and (contract.id or contract.name) or "orders-contract"
  local parts <const> = { contract and contract.unique_id or "contract." .. name, type_name }
  local carries <const> = given.schema and given.element
    and (given.element .. "."):find(given.schema .. ".", 1, true) == 1
  parts[#parts + 1] = not carries and given.schema or nil -- an element may carry its table
  parts[#parts + 1] = given.element
  parts[#parts + 1] = given.rule
  return build("contract_check", with_defaults(given, {
    unique_id = table.concat(parts, "."), name = name, version = contract and contract.version or "1.0.0",
    type = type_name, status = "pass", severity = given.status == "violation" and "error" or "info",
    message = "a check", consumers = list(),
  }))
end

--- A run that is about to begin or, where `moment` is `after`, ended well. `nodes` and `checks` are such facts, built
--- before; `product` is the product.
---@param given table fields of the fact `run`
function M.run(given)
  local product <const> = given.product
  local name <const> = product and product.unique_id or "sales.shop"
  local ended <const> = given.moment == "after" or given.moment == "check"
  local fields <const> = with_defaults(given, {
    unique_id = "run." .. name, name = name, moment = "before", attempt = 1, full_refresh = false, past_runs = 0,
    failures_in_row = 0, clocks = {}, status = ended and "complete" or nil, seconds = ended and 1.0 or nil,
  })
  for _, key in ipairs({ "select", "exclude", "approvals", "nodes", "checks" }) do
    fields[key] = list(given[key])
  end
  local run <const> = build("run", fields)
  for _, key in ipairs({ "nodes", "checks" }) do
    for _, part in ipairs(given[key] or {}) do
      facts.set(part, "run", run)
    end
  end
  return run
end

-- ---- walking a subject ------------------------------------------------------------------------------------

local HAS_COLUMNS <const> = { model = true, seed = true, snapshot = true, source = true }

-- In which order the host walks a project.
local WALK <const> = {
  { "models", "model" }, { "seeds", "seed" }, { "snapshots", "snapshot" }, { "sources", "source" },
  { "analyses", "analysis" }, { "tests", "test" }, { "unit_tests", "unit_test" }, { "exposures", "exposure" },
  { "metrics", "metric" }, { "semantic_models", "semantic_model" }, { "saved_queries", "saved_query" },
  { "groups", "group" }, { "macros", "macro" },
}

local function walk_node(subjects, node, type_name)
  subjects[#subjects + 1] = node
  if HAS_COLUMNS[type_name] then
    for _, column in pairs(node.columns) do
      subjects[#subjects + 1] = column
    end
  end
end

local function walk_project(subjects, project)
  subjects[#subjects + 1] = project
  for _, entry in ipairs(WALK) do
    for _, node in ipairs(project[entry[1]]) do
      walk_node(subjects, node, entry[2])
    end
  end
end

-- A run was judged before its contracts are checked.
local function walk_run(subjects, run)
  if run.moment ~= "check" then
    subjects[1] = run
  end
  append(subjects, run.nodes)
  append(subjects, run.checks)
end

--- A subject and everything in it, in the order in which the host walks a product.
---@param subject any a fact built by this module
---@return any[]
---@package
function M.walk(subject)
  local subjects <const> = {}
  local kind <const> = type_of[subject]
  if kind == "product" then
    subjects[1] = subject
    append(subjects, subject.output_ports)
    append(subjects, subject.contracts)
    append(subjects, subject.files)
    if subject.project then
      walk_project(subjects, subject.project)
    end
  elseif kind == "project" then
    walk_project(subjects, subject)
  elseif kind == "run" then
    walk_run(subjects, subject)
  else
    walk_node(subjects, subject, kind)
  end
  return subjects
end

local IN_RUN <const> = { run_node = true, contract_check = true }

--- The product, the project and the run that a policy sees beside its subject.
---@param subject any a fact built by this module
---@return any? product
---@return any? project
---@return any? run
---@package
function M.surroundings(subject)
  local kind <const> = type_of[subject]
  local run <const> = kind == "run" and subject or IN_RUN[kind] and subject.run or nil
  if run then
    local product <const> = run.product
    return product, product and product.project, run
  elseif kind == "product" then
    return subject, subject.project
  elseif kind == "project" then
    return nil, subject
  elseif KNOWS_PROJECT[kind] then
    return nil, subject.project
  elseif kind == "contract" or kind == "port" or kind == "file" then
    local product <const> = subject.product
    return product, product and product.project
  end
  return nil, nil
end

--- The type of a fact built by this module, nil for anything else.
---@param subject any
---@return string?
---@package
function M.type(subject)
  return subject ~= nil and type_of[subject] or nil
end

return M
