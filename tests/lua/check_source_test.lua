-- What two sources say of a table together, and what contracts of one product are called.
local catalog <const> = require "check.catalog"
local checks <const> = require "check.run"
local contracts <const> = require "check.contracts"
local engines <const> = require "check.facts.duckdb"
local catalogs <const> = require "check.facts.iceberg"
local files <const> = require "host.files"
local sql <const> = require "check.sql"
local warehouses <const> = require "check.facts.dbt"
local test <const> = dofile "tests/lua/support.lua"

local DOCUMENT <const> = {
  name = "orders", version = "1.0.0",
  slaProperties = { { property = "freshness", value = 6, unit = "h", element = "orders.at" } },
  schema = { {
    name = "orders", quality = { { metric = "rowCount", mustBe = 3 }, { metric = "duplicateValues", mustBe = 0,
      arguments = { properties = { "id" } } } },
    properties = { { name = "id", required = true }, { name = "at" } },
  } },
}
local COLUMNS <const> = { { name = "id", type = "long", nullable = true }, { name = "at", type = "timestamp" } }

-- A source whose answer to every table is what `answer` makes for its measures.
local function scripted(name, answer)
  return { name = name, adapter = name, ask = function(_, targets)
    local out <const> = {}
    for _, target in ipairs(targets) do
      out[target.id] = answer(target)
    end
    return out
  end }
end

-- The catalog has the table, and counts rows.
local function of_catalog(target)
  local answer <const> = { adapter = "iceberg", schema_only = true, columns = COLUMNS, values = {}, errors = {},
    snapshot_at = 1795305600000, source = "iceberg" }
  for place, measure in ipairs(target.measures) do
    if measure.kind == "rows" then
      answer.values[place] = 3
    else
      answer.errors[place] = { code = "unsupported", message = "the metadata do not tell it" }
    end
  end
  return answer
end

-- Results where a catalog has the table and the engine below answers so: "type rule" by status, and messages.
local function checked(below, err)
  local kept <const> = { engines.open, catalogs.open, catalog.of }
  engines.open = function()
    return below and scripted("duckdb", below), err
  end
  catalogs.open = function()
    return scripted("iceberg", of_catalog)
  end
  catalog.of = function()
    return setmetatable({}, { __close = function() end }), {}
  end
  local results <const> = assert(checks.check {
    root = ".", contracts = { { document = DOCUMENT } }, now = 1795305600000, connection = {},
    violations = function() return 0 end, availability = function() return 0, 0 end,
  })
  engines.open, catalogs.open, catalog.of = kept[1], kept[2], kept[3]
  local out <const>, words <const> = {}, {}
  for _, result in ipairs(results) do
    local key <const> = result.type .. (result.rule and " " .. result.rule or "")
    out[key], words[#words + 1] = result.status, result.message
  end
  return out, table.concat(words, "\n")
end

local function failing(code, message)
  return function()
    return { error = { code = code, message = message }, values = {}, errors = {} }
  end
end

test.case("what the engine below a catalog cannot tell is not known, and why is told", function()
  local found <const>, words <const> = checked(failing("unreachable", "there is no database"))
  test.equal(found, {
    freshness = "error", ["schema_drift nullability_changed"] = "error", ["quality rowCount"] = "pass",
    ["quality duplicateValues"] = "error", availability = "violation",
  })
  assert(words:find("there is no database", 1, true), words)
end)

test.case("a table that the catalog has and the engine has not is neither gone nor checked", function()
  local found <const>, words <const> = checked(failing("missing", "there is no table 'orders'"))
  test.equal({ found["quality duplicateValues"], found.availability, found["quality rowCount"] },
    { "error", "error", "pass" })
  assert(words:find("the catalog has the table, and duckdb has not", 1, true), words)
end)

test.case("an engine that cannot be opened leaves open what the catalog does not tell", function()
  local found <const>, words <const> = checked(nil, { code = "outside", message = "there is no dbt" })
  test.equal({ found["quality duplicateValues"], found.availability, found["quality rowCount"] },
    { "error", "error", "pass" })
  assert(words:find("there is no dbt", 1, true), words)
end)

test.case("a table that the catalog has and no engine can read is not available", function()
  local found <const> = checked(function(target)
    local answer <const> = { values = {}, errors = {}, probe_error = { code = "failed", message = "a file is gone" } }
    for place in ipairs(target.measures) do
      answer.errors[place] = { code = "failed", message = "a file is gone" }
    end
    return answer
  end)
  test.equal({ found.availability, found["quality duplicateValues"] }, { "violation", "error" })
end)

test.case("where a warehouse tells not of all columns no table counts as gone", function()
  local folder <const> = test.folder {}
  local program <const> = files.absolute(files.join(folder, "dbt"))
  files.write(program, [[#!/bin/sh
printf '{"info": {"name": "ShowNode", "level": "info", "msg": "x"}, "data": {"preview": "['
yes '{},' | head -n 99999 | tr -d '\n'
echo '{}]"}}']])
  os.execute(("chmod +x '%s'"):format(program))
  local source <const> = assert(warehouses.open { connection = {
    adapter = "postgres", dbt = program, root = folder, project = folder, profiles = folder,
  } })
  local target <const> = { id = 1, relation = { identifier = "orders" }, measures = {} }
  test.equal(source:ask({ target }, { timeout = 20 })[1].error.code, "ambiguous")
end)

-- What contracts with these names, ids and versions are called.
local function called(...)
  local entries <const>, out <const> = {}, {}
  for index, said in ipairs { ... } do
    entries[index] = { document = { name = said[1], id = said[2], version = said[3], schema = {} } }
  end
  for index, contract in ipairs(contracts.of_artifact { data_contracts = entries }) do
    out[index] = contract.name
  end
  return out
end

test.case("each contract of a product is called by a name of its own", function()
  test.equal(called({ "orders", "a", "1.0.0" }, { "customers", "b", "1.0.0" }), { "orders", "customers" })
  test.equal(called({ "orders", "a", "1.0.0" }, { "orders", "b", "1.0.0" }), { "a", "b" })
  test.equal(called({ "orders", "a", "1.0.0" }, { "orders", "a", "2.0.0" }), { "orders@1.0.0", "orders@2.0.0" })
  test.equal(called({ "orders", "a", "1.0.0" }, { "orders", "a", "1.0.0" }), { "orders@1.0.0", "orders@1.0.0 (2)" })
end)

-- Why a query is not asked of an engine; "asked" where it is.
local function refusal(adapter, query)
  local measure <const>, why <const> = sql.query(sql.dialect(adapter), query, "id")
  return measure and "asked" or why
end

test.case("a query that calls what reaches beyond the tables of a warehouse is not asked", function()
  for _, query in ipairs {
    "SELECT pg_read_file('/etc/passwd')", "SELECT PG_SLEEP (9)", "SELECT lo_import('/etc/passwd')",
    "SELECT count(*) FROM dblink('host=x', 'select 1')", "SELECT query_to_xml('delete from t', true, true, '')",
    "SELECT nextval('numbers')", "SELECT \"pg_read_file\"('/etc/passwd')", "SELECT pg_catalog.pg_ls_dir('/')",
  } do
    assert(refusal("postgres", query) ~= "asked", query)
  end
  assert(refusal("databricks", "SELECT java_method('java.lang.System', 'getenv', 'HOME')") ~= "asked")
  test.equal(refusal("databricks", "SELECT count(*) FROM csv.`/a/path`"), "it reads `/a/path`, which is no table")
  test.equal(refusal("databricks", "SELECT count(*) FROM `main`.`a b` WHERE x / 2 > 1"), "asked")
  test.equal(refusal("snowflake", "SELECT count(*) FROM @stage/x"), "it reads @stage, which is no table")
  test.equal(refusal("snowflake", "SELECT count(*) FROM '@stage/x'"), "it reads '@stage/x', which is no table")
  test.equal(refusal("snowflake", "SELECT count(*) FROM ${table} WHERE mail LIKE '%@%'"), "asked")
  for _, query in ipairs {
    "SELECT count(*) FROM ${table} WHERE ${column} ~ '^\\d+$'", "SELECT pg_typeof(1)",
    "WITH t AS (SELECT lower(name) FROM {object}) SELECT count(*) FROM t -- all;", "SELECT max(nextval) FROM ${table};",
  } do
    test.equal(refusal("postgres", query), "asked")
  end
end)

test.case("a query whose comment has no end is not asked without what it swallows", function()
  test.equal(refusal("postgres", "SELECT count(*) FROM ${table} /* WHERE id < 0"), "a comment in it has no end")
  test.equal(refusal("postgres", "SELECT count(*) FROM ${table} -- all"), "asked")
end)

test.case("a literal ends where it is to end, also where a backslash may mean something", function()
  test.equal(sql.literal(sql.dialect "redshift", "a\\' OR 1=1"), "'a\\\\'' OR 1=1'")
end)

test.finish()
