-- What floe compile is made of: cron expressions and time zones, profiles, places in dbt's errors, lists of inputs,
-- secrets that stay out of an artifact, and how long a verdict stands.

local calendar <const> = require "calendar"
local connections <const> = require "check.connection"
local cron <const> = require "cron"
local dbt <const> = require "compile.dbt"
local document <const> = require "host.document"
local environment <const> = require "compile.environment"
local errors <const> = require "compile.dbt_errors"
local files <const> = require "host.files"
local inputs <const> = require "compile.inputs"
local plugins <const> = require "compile.plugins"
local profiles <const> = require "compile.profiles"
local system <const> = require "host.system"
local test <const> = dofile "tests/lua/support.lua"
local validity <const> = require "compile.validity"
local workspaces <const> = require "compile.workspace"
local zone <const> = require "host.zone"

-- ---- cron -------------------------------------------------------------------------------------------------

local function mistake_of(expression)
  local parsed <const>, mistake <const> = cron.parse(expression)
  test.equal(parsed, nil)
  return mistake
end

local function runs(expression, name, after, count)
  local out <const> = {}
  for index, second in ipairs(cron.next(assert(cron.parse(expression)), name, after, count)) do
    local moment <const> = zone.at(name, second)
    out[index] = ("%02d-%02d %02d:%02d %s"):format(moment.month, moment.day, moment.hour, moment.minute,
      moment.abbreviation)
  end
  return out
end

test.case("what is wrong with a cron expression is said with where it is", function()
  for expression, expected in pairs {
    ["0 25 * * *"] = { 3, "hour 25 does not exist" },
    ["60 * * * *"] = { 1, "minute 60 does not exist" },
    ["0 0 0 * *"] = { 5, "day of the month 0 does not exist" },
    ["0 0 * foo *"] = { 7, "'foo' is no month" },
    ["0 0 * * 8"] = { 9, "day of the week 8 does not exist" },
    ["*/0 * * * *"] = { 3, "'0' is no step" },
    ["*/90 * * * *"] = { 3, "a step of 90 is longer than the minute" },
    ["30-10 * * * *"] = { 1, "the range 30-10 goes backwards" },
    ["1,,2 * * * *"] = { 3, "the minute has an empty item: '1,,2'" },
    ["0 0 31 feb *"] = { 5, "it never comes: no such month has that day" },
    ["0 6 * *"] = { 1, "a cron expression has five fields, and this has 4" },
    ["@dayly"] = { 1, "'@dayly' is no cron expression" },
  } do
    local mistake <const> = mistake_of(expression)
    test.equal({ mistake.offset, mistake.message }, expected)
  end
  test.equal(mistake_of("0 0 * * mno").hint, "did you mean 'mon'?")
  test.equal(mistake_of("@dayly").hint, "did you mean '@daily'?")
  test.equal(mistake_of("0 0 6 * * *").hint:match("^leave out the seconds") ~= nil, true)
end)

test.case("names, ranges, steps and lists are read as cron reads them", function()
  local sunday <const> = calendar.seconds "2026-11-22"
  test.equal(runs("0 12 * * mon-fri", "UTC", sunday, 2), { "11-23 12:00 GMT", "11-24 12:00 GMT" })
  test.equal(runs("0 12 * * 7", "UTC", sunday, 2), { "11-22 12:00 GMT", "11-29 12:00 GMT" })
  test.equal(runs("0 12 13 * 5", "UTC", sunday, 3), { "11-27 12:00 GMT", "12-04 12:00 GMT", "12-11 12:00 GMT" })
  test.equal(runs("5/20 22 * jan,dec *", "UTC", sunday, 3), { "12-01 22:05 GMT", "12-01 22:25 GMT", "12-01 22:45 GMT" })
  test.equal(runs("0 0 29 2 *", "UTC", sunday, 2), { "02-29 00:00 GMT", "02-29 00:00 GMT" })
  test.equal(runs("@weekly", "UTC", sunday, 1), { "11-29 00:00 GMT" })
  test.equal(runs("0 0 * * *", "UTC", sunday, 1), { "11-23 00:00 GMT" }) -- the moment itself is not among them
end)

test.case("an hour that clocks leave out is made up for, one that they show twice fires once", function()
  if not zone.known "Europe/Berlin" then
    return -- a machine without a database of time zones
  end
  local spring <const>, autumn <const> = calendar.seconds "2026-03-29", calendar.seconds "2026-10-25" - 7200
  test.equal(runs("30 2 * * *", "Europe/Berlin", spring, 2), { "03-29 03:00 CEST", "03-30 02:30 CEST" })
  test.equal(runs("30 2 * * *", "Europe/Berlin", autumn, 2), { "10-25 02:30 CET", "10-26 02:30 CET" })
  test.equal(runs("0 * * * *", "Europe/Berlin", autumn, 4),
    { "10-25 01:00 CEST", "10-25 02:00 CEST", "10-25 02:00 CET", "10-25 03:00 CET" })
end)

test.case("time zones are those of the database, and nothing that leads out of it", function()
  test.equal(zone.known "UTC", true)
  for _, name in ipairs { "", "../etc/passwd", "/etc/localtime", "Europe", "Europe//Berlin", "Nowhere/City", "a b" } do
    test.equal(zone.known(name), false)
  end
  local before <const> = system.env "TZ"
  zone.at("UTC", 0)
  test.equal(system.env "TZ", before)
end)

-- ---- profiles ---------------------------------------------------------------------------------------------

test.case("the adapter that dbt needs is that of the profile, where it has one", function()
  local all <const> = {
    one = { outputs = { dev = { type = "duckdb" }, prod = { type = "duckdb" } } },
    two = { outputs = { dev = { type = "duckdb" }, prod = { type = "spark" } } },
    computed = { outputs = { dev = { type = "{{ env_var('KIND') }}" } } }, broken = { outputs = 3 }, odd = "x",
  }
  test.equal(profiles.adapter(all, "one"), "duckdb")
  for _, name in ipairs { "two", "computed", "broken", "odd", "none" } do
    test.equal(profiles.adapter(all, name), nil, name)
  end
end)

test.case("credentials stand in profiles.yml as names of variables alone", function()
  local compute <const> = {
    default = "warehouse",
    choices = { warehouse = { config = { account = "acme", password = "hunter2", token_env = "WAREHOUSE_TOKEN" } },
      snowflake = { config = {} } },
  }
  local made <const> = profiles.make("shop", "my-shop", compute, { "snowflake" })
  test.equal(made.text:find("hunter2", 1, true), nil)
  local outputs <const> = assert(document.parse(made.text, "profiles.yml", { format = "yaml" })).shop.outputs
  test.equal(outputs.dev.password, "{{ env_var('WAREHOUSE_PASSWORD') }}")
  test.equal(outputs.dev.token, "{{ env_var('WAREHOUSE_TOKEN') }}")
  test.equal(outputs.dev.account, "acme")
  test.equal(outputs.snowflake.user, "{{ env_var('SNOWFLAKE_USER') }}")
  test.equal(document.plain(outputs.production), document.plain(outputs.dev))
end)

test.case("DuckDB needs no settings, and takes those of the platform", function()
  local made <const> = profiles.make("shop", "my-shop", {
    default = "duckdb",
    choices = { duckdb = { config = { path = "/data/{product_slug}.duckdb", memory_limit = "2GB", threads = 2 } } },
  }, {})
  local dev <const> = made.profiles.shop.outputs.dev
  test.equal({ dev.type, dev.path, dev.threads, dev.settings.memory_limit, dev.memory_limit },
    { "duckdb", "/data/my_shop.duckdb", 2, "2GB", nil })
end)

test.case("what a platform enforces wins over all that a product says of its profile", function()
  local own <const> = test.folder { ["profiles.yml"] = "shop: {}\n" }
  local enforced <const> = { enforced = true, default = "duckdb", choices = { duckdb = {} } }
  local open <const> = { enforced = false, default = "duckdb", choices = { duckdb = {}, spark = {} } }
  local platforms <const> = { {} }
  for _, reading in ipairs { {}, { profiles = "/elsewhere" } } do
    local choice <const> = profiles.choose(own, reading, platforms, enforced)
    test.equal({ choice.own, choice.ignores or false }, { nil, reading.profiles ~= nil })
    test.equal(choice.words:find("is not used", 1, true) ~= nil, true)
  end
  test.equal(profiles.choose(own, {}, platforms, open).own.folder, own)
  test.equal(profiles.choose(own, { profiles = "/elsewhere" }, platforms, open).own.folder, "/elsewhere")
  test.equal(profiles.choose(test.folder {}, {}, platforms, enforced).words,
    "Profile: made for duckdb, which the platform enforces")
  test.equal(profiles.unapproved("duckdb", open), nil)
  test.equal(profiles.unapproved("postgres", open),
    "the profile connects to 'postgres', which the platform does not approve: it approves duckdb, spark")
end)

test.case("a database that dbt would make is made elsewhere, and one that is there is used", function()
  local folder <const> = test.folder { ["there.duckdb"] = "x" }
  local written <const> = { shop = { outputs = {
    new = { type = "duckdb", path = "target/new.duckdb", extensions = { "parquet", "httpfs" } },
    there = { type = "duckdb", path = "there.duckdb" }, memory = { type = "duckdb", path = ":memory:" },
    cloud = { type = "duckdb", path = "md:shop" }, computed = { type = "duckdb", path = "{{ env_var('P') }}" },
    other = { type = "postgres", path = "x" },
  } } }
  local drafted <const>, moved <const> = profiles.draft(written, folder, "/elsewhere")
  local outputs <const> = drafted.shop.outputs
  test.equal(outputs.new.path, "/elsewhere/new.duckdb")
  test.equal({ outputs.there.path, outputs.memory.path, outputs.cloud.path, outputs.other.path },
    { "there.duckdb", ":memory:", "md:shop", "x" })
  test.equal(moved, { { from = "/elsewhere/new.duckdb", to = "target/new.duckdb" } })
  test.equal(written.shop.outputs.new.path, "target/new.duckdb")
  local read <const> = assert(document.parse(profiles.text(drafted), "profiles.yml", { format = "yaml" }))
  test.equal(document.plain(read), drafted)
end)

test.case("what is empty in a profile of the product's own stays a list or an object", function()
  local own <const> = document.plain(test.yaml("shop: { outputs: { dev: { extensions: [], settings: {} } } }"))
  local text <const> = profiles.text((profiles.draft(own, test.folder {}, "/elsewhere")))
  test.equal(text:match("extensions: [^\n]*"), "extensions: []")
  test.equal(text:match("settings: [^\n]*"), "settings: {}")
end)

-- ---- environment ------------------------------------------------------------------------------------------

test.case("variables are found where templates read them, credentials of connections apart", function()
  test.equal(environment.read_by("models/a.sql", "{{ env_var('B') }} {{ env_var(\n  \"A\", 'x') }} {{ env_var('B') }}"),
    { "A", "B" })
  test.equal(environment.read_by("profiles.yml", [[
shop:
  outputs:
    dev: { type: postgres, user: "{{ env_var('WHO') }}", pass: "{{ env_var('WORD') }}" }
    prod:
      password: "{{ env_var('OTHER_WORD') }}"
      schema: "{{ env_var('SCHEMA', 'x') }}"
]]), { "!OTHER_WORD", "!WORD", "SCHEMA", "WHO" })
  test.equal(environment.read_by("models/a.sql", "select 1"), {})
end)

test.case("of a secret nothing is told but its name", function()
  for _, name in ipairs { "DBT_ENV_SECRET_GIT", "SNOWFLAKE_PASSWORD", "PGPASSWORD", "DB_PASS", "ENCRYPTION_KEY",
    "GITHUB_TOKEN", "MY_PWD" } do
    test.equal({ name, environment.is_secret(name) }, { name, true })
  end
  for _, name in ipairs { "DBT_SCHEMA", "FLOE_ENV", "PATH", "MONKEY" } do
    test.equal({ name, environment.is_secret(name) }, { name, false })
  end
  local read <const> = {}
  environment.add(read, { "!PATH", "HOME", "DBT_ENV_SECRET_NONE" })
  local entries <const> = environment.entries(read)
  local by_name <const> = {}
  for _, entry in ipairs(entries) do
    by_name[entry.name] = entry
  end
  test.equal(by_name.PATH, { name = "PATH", secret = true })
  test.equal(by_name.DBT_ENV_SECRET_NONE, { name = "DBT_ENV_SECRET_NONE", secret = true })
  test.equal(by_name.HOME.digest:find("^sha256:") ~= nil, true)
  test.equal(environment.compare(entries, environment.again(entries)), {})
end)

test.case("a variable that was set, unset or changed is named", function()
  local function entry(name, digest)
    return { name = name, is_set = digest ~= nil, digest = digest }
  end
  test.equal(environment.compare({ entry("A", "1"), entry("B"), entry("C", "3"), entry("D", "4") },
    { entry("A", "2"), entry("B", "2"), entry("C"), entry("E", "5") }), {
    { kind = "changed", variable = "A" }, { kind = "new", variable = "B" }, { kind = "gone", variable = "C" },
    { kind = "gone", variable = "D" }, { kind = "new", variable = "E" },
  })
  local asked <const> = environment.selection { target = "prod", vars = "{a: 1}" }
  test.equal(environment.compare_selections(asked, environment.selection { target = "dev", profile = "x" }), {
    { kind = "new", option = "--profile" }, { kind = "changed", option = "--target" },
    { kind = "gone", option = "--vars" },
  })
  test.equal(asked.vars:find("^sha256:") ~= nil, true)
end)

-- ---- where a compile works --------------------------------------------------------------------------------

test.case("a workspace leaves nothing that was not there before", function()
  local root <const> = test.folder { ["a.txt"] = "a" }
  local function use(kept)
    local workspace <close> = workspaces.new(root)
    assert(workspace:put(files.join(root, kept), "text"))
    assert(files.write(assert(workspace:file("target", "deep", "x")), "x"))
  end
  use "kept.txt"
  test.equal(files.list(root), { "a.txt", "kept.txt" })
  use ".floe/kept.txt"
  test.equal(files.list(files.join(root, ".floe")), { "kept.txt" })
  use "again.txt"
  test.equal(files.list(files.join(root, ".floe")), { "kept.txt" })
  local ignored <const>, new <const> = files.join(root, "kept.txt"), files.join(root, "new.txt")
  for _, stays in ipairs { false, true } do
    local workspace <close> = workspaces.new(root)
    workspace:guard(ignored, "added/")
    workspace:guard(new, "added/")
    assert(files.write(ignored, "text\nadded/\n") and files.write(new, "added/\n"))
    if stays then
      workspace:release()
    end
    workspace:close()
    test.equal({ files.read(ignored), files.exists(new) }, { stays and "text\nadded/\n" or "text", stays })
  end
  do
    local workspace <close> = workspaces.new(root)
    workspace:guard(ignored, "added/")
    assert(files.write(ignored, "text\nadded/\nadded/\nand what somebody wrote\n"))
  end
  test.equal(files.read(ignored):find("somebody", 1, true) ~= nil, true)
  local unused <close> = workspaces.new(root) -- one that was never opened
  test.equal(files.exists(unused.path), false)
end)

-- ---- dbt --------------------------------------------------------------------------------------------------

test.case("an error of dbt has the file and the line that it names", function()
  local folder <const> = test.folder {
    ["models/gold/a.sql"] = "select 1\nfrom {{ ref('gone') }}\n", ["models/gold/a.yml"] = "version: 2\n",
    ["models/gold/b.sql"] = "select 1\n{{ no_such(1) }}\n",
  }
  local function place(message)
    local file <const>, line <const>, column <const> = errors.place(message, folder)
    return file and ("%s:%s:%s"):format(files.relative(file, folder), line, column)
  end
  test.equal(place("Ref 'gone' not found\n  --> models/gold/a.sql:2:9"), "models/gold/a.sql:2:9")
  test.equal(place("Compilation Error in model a (models/gold/a.sql)\n  unexpected\n    line 2"),
    "models/gold/a.sql:2:nil")
  test.equal(place("Model 'model.x.a' (models/gold/a.sql) depends on a node named 'gone' which was not found"),
    "models/gold/a.sql:2:13")
  test.equal(place("Parsing Error\n  Error reading x: gold/a.yml -\n in line 1, column 2\n in line 3, column 4"),
    "models/gold/a.yml:3:4")
  test.equal(place("Compilation Error in model b (models/gold/b.sql)\n  'no_such' is undefined. Check for typos"),
    "models/gold/b.sql:2:4")
  test.equal(place("Could not find profile named 'shop'"), nil)
  test.equal(place("in (models/gold/none.sql) line 2"), nil)
end)

local LOCK <const> = 'IO Error: Could not set lock on file "/data/shop.duckdb": Conflicting lock is held in '
  .. "/usr/bin/python3.11 (PID 17). See also https://duckdb.org/docs/connect/concurrency"

test.case("of a traceback the sentence is told that was raised last", function()
  test.equal(errors.stripped("Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    yield\n"
    .. "_duckdb.IOException: first\n\nDuring handling of the above exception, another exception occurred:\n\n"
    .. "Traceback (most recent call last):\n  File \"b.py\", line 2, in g\n    return f()\n           ^^^\n"
    .. "dbt_common.exceptions.base.DbtRuntimeError: Runtime Error\n  it is so\n    and so"),
    "Runtime Error: it is so\n    and so")
  test.equal(errors.stripped("Traceback (most recent call last):\n  File \"a.py\", line 1"),
    "Traceback (most recent call last):\n  File \"a.py\", line 1")
end)

test.case("a DuckDB file that another process has open is told with who that is and what to do", function()
  for _, message in ipairs { LOCK, "Runtime Error: " .. LOCK } do
    local wrong <const> = errors.problem(message, ".")
    test.equal({ wrong.message, wrong.kind_of_error }, {
      "the database '/data/shop.duckdb' is in use: its lock is held by /usr/bin/python3.11 (PID 17)", "outside",
    })
    test.contains(wrong.hint, "end that one, or wait for it")
  end
end)

-- A program, and what floe hears of it.
local function hear(script, listener)
  local folder <const> = test.folder {}
  local path <const> = files.absolute(files.join(folder, "dbt"))
  files.write(path, "#!/bin/sh\n" .. script)
  os.execute(("chmod +x '%s'"):format(path))
  return dbt.hear({ program = path, project = folder, command = "build" }, listener or {})
end

local function event(name, level, message, data)
  return ([[echo '{"info": {"name": "%s", "level": "%s", "msg": "%s"}, "data": %s}'
]]):format(name, level, message, data or "{}")
end

test.case("a program that is no dbt is named, with how it ended and what it said", function()
  local wanted <const> = "name a dbt of version 1.8 or newer with `--dbt` or FLOE_DBT"
  for script, told in pairs {
    ["exit 0"] = "does not answer as dbt does: it ended with exit code 0, and said nothing",
    ["exit 1"] = "does not answer as dbt does: it ended with exit code 1, and said nothing",
    ["echo rubbish; echo '{\"a\": 1}'"] = 'does not answer as dbt does: it ended with exit code 0, and said: {"a": 1}',
    ["echo 'dbt: error: unrecognized arguments: --x' >&2; exit 2"] =
      "does not answer as dbt does: it ended with exit code 2, and said: dbt: error: unrecognized arguments: --x",
    [event("MainReportVersion", "info", "Running", '{"version": "=1.7.19"}') .. "sleep 20; exit 1"] =
      "is dbt 1.7, which is too old",
  } do
    local heard <const>, wrong <const> = hear(script)
    test.equal(heard, nil)
    test.contains(wrong.message, told)
    test.equal({ wrong.outside, wrong.hint }, { true, wanted })
  end
  for _, version in ipairs { "=1.8.0", "=1.10.3", "=2.0.0-preview.196" } do
    local heard <const> = hear(event("MainReportVersion", "info", "Running", ('{"version": "%s"}'):format(version)))
    test.equal(assert(heard).code, 0, version)
  end
end)

test.case("what dbt says twice, once with a traceback, is told once", function()
  local traced <const> = [[Traceback (most recent call last):\n  File \"a.py\", line 1\n_duckdb.IOException: no room]]
  local heard <const> = assert(hear(event("MainReportVersion", "info", "Running", '{"version": "=1.10.0"}')
    .. event("A", "error", "no room") .. event("B", "error", traced) .. event("C", "error", "something else")
    .. "exit 2"))
  test.equal({ #heard.problems, heard.problems[1].message, heard.problems[2].message },
    { 2, "no room", "something else" })
end)

test.case("an error that is a stack and nothing else takes no other error's place", function()
  local heard <const> = assert(hear(event("MainReportVersion", "info", "Running", '{"version": "=2.0.0"}')
    .. event("A", "error", "  at ./src/main.rs:1") .. event("B", "error", "no room") .. "exit 2"))
  test.equal({ #heard.problems, heard.problems[1].message }, { 1, "no room" })
end)

test.case("variables that make dbt silent do not make floe deaf", function()
  for _, name in ipairs { "DBT_QUIET", "DBT_ENGINE_QUIET", "DBT_LOG_LEVEL", "DBT_ENGINE_LOG_LEVEL" } do
    system.set_env(name, "error")
  end
  system.set_env("DBT_THREADS", "3")
  system.set_env("FLOE_ENV", "")
  local _, wrong <const> = hear("env | grep -E '^(DBT_(ENGINE_)?(QUIET|LOG|THREADS)|FLOE_ENV)' | sort | tr '\\n' ' '")
  test.contains(wrong.message, "said: DBT_QUIET=false DBT_THREADS=3")
  test.equal(wrong.message:find("FLOE_ENV", 1, true), nil)
  test.equal(wrong.message:find("error", 1, true), nil)
end)

test.case("a target that a profile has not is told before dbt starts, with those it has and what picked it", function()
  local written <const> = {
    shop = { target = "{{ env_var('FLOE_ENV', 'dev') }}", outputs = { dev = {}, big = {} } },
    fixed = { target = "gone", outputs = { dev = { type = "duckdb" } } },
    computed = { target = "{{ var('t') }}", outputs = { dev = { type = "duckdb" } } },
  }
  local function lacking(profile, target)
    local wrong <const> = connections.of({
      root = ".", project = ".", written = written, profile = profile, target = target,
    }).lacking
    return wrong and { wrong.message, wrong.hint:match("^[^ ,]+") } or nil
  end
  test.equal(lacking "shop", nil)
  test.equal(lacking("shop", "big"), nil)
  test.equal(lacking("shop", "prod"), { "the profile 'shop' has no target 'prod': it has big, dev", "--target" })
  test.equal(lacking "fixed", { "the profile 'fixed' has no target 'gone': it has dev", "the" })
  test.equal({ lacking "computed", lacking "none" }, {}, "what is not known is dbt's to refuse")
  system.set_env("FLOE_ENV", "prod")
  test.equal(lacking "shop", { "the profile 'shop' has no target 'prod': it has big, dev", "FLOE_ENV" })
  system.set_env("DBT_TARGET", "staging")
  test.equal(lacking "shop", { "the profile 'shop' has no target 'staging': it has big, dev", "DBT_TARGET" })
  system.set_env("FLOE_ENV", "")
  system.set_env("DBT_TARGET", "")
  test.equal(lacking "shop", nil, "an environment without a name is none")
end)

-- ---- inputs -----------------------------------------------------------------------------------------------

test.case("two lists of inputs differ in what changed, what is new and what is gone", function()
  local before <const> = { { path = "a", digest = "1" }, { path = "b", digest = "2" }, { path = "c", digest = "3" } }
  local now <const> = { { path = "a", digest = "1" }, { path = "b", digest = "9" }, { path = "d", digest = "4" } }
  test.equal(inputs.compare(before, now), {
    { kind = "changed", path = "b" }, { kind = "gone", path = "c" }, { kind = "new", path = "d" },
  })
  test.equal(inputs.compare(before, before), {})
  local variable <const> = { name = "A", is_set = true, digest = "5" }
  test.equal(inputs.digest(before, {}) == inputs.digest(now, {}), false)
  test.equal(inputs.digest(before, {}) == inputs.digest(before, { variable }), false)
end)

test.case("what is made, logged or binary is no input; what changes at once is read again", function()
  local folder <const> = test.folder {
    ["dbt_project.yml"] = "name: x\nlog-path: journal\n", ["models/a.sql"] = "select 1", ["seeds/s.bin"] = "a\0b",
    ["data.bin"] = "a\0b", ["target/run.sql"] = "select 1", ["journal/x.txt"] = "made", ["dbt.log"] = "said",
    ["definitions.py"] = "made",
  }
  local scope <const> = { root = folder, project = folder, bundles = {}, files = {}, made = { "definitions.py" } }
  local function collect()
    local found <const>, paths <const> = assert(inputs.collect(scope)), {}
    found.keep()
    for index, entry in ipairs(found.entries) do
      paths[index] = entry.path
    end
    return paths, found.entries
  end
  test.equal((collect()), { "dbt_project.yml", "models/a.sql", "seeds/s.bin" })
  local _, first <const> = collect()
  assert(files.write(files.join(folder, "models/a.sql"), "select 2")) -- the same size, at once
  local _, second <const> = collect()
  test.equal(inputs.compare(first, second), { { kind = "changed", path = "models/a.sql" } })
end)

test.case("a report that was written into the product is no input, and what only looks like one is", function()
  local report <const> = '{\n  "schema": "floe.dev/verdict/v1", "findings": []\n}\n'
  local folder <const> = test.folder {
    ["dbt_project.yml"] = "name: x\n", ["report.json"] = report, ["out/check.JSON"] = report, ["begun.json"] = "",
    ["sarif.json"] = '{ "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [] }',
    ["quality.json"] = '[\n  { "description": "d", "check_name": "a.b" } ]', ["none.json"] = "[]\n",
    ["contract.json"] = '{ "kind": "DataContract", "schema": "floe.dev/x" }', ["list.json"] = '[ { "a": 1 } ]',
    ["named.json"] = report, ["seeds/report.json"] = report, ["models/a.json"] = report, ["report.yaml"] = report,
  }
  local found <const>, paths <const> = assert(inputs.collect {
    root = folder, project = folder, bundles = {}, files = { files.join(folder, "named.json") }, made = {},
  }), {}
  for index, entry in ipairs(found.entries) do
    paths[index] = entry.path
  end
  test.equal(paths, {
    "contract.json", "dbt_project.yml", "list.json", "models/a.json", "named.json", "report.yaml", "seeds/report.json",
  })
end)

test.case("kept digests stand for no file that was written after the run had begun", function()
  local now <const> = system.nanoseconds()
  local folder <const> = test.folder { ["models/a.sql"] = "select 1" }
  assert(inputs.collect({ root = folder, project = folder, bundles = {}, files = {}, made = {} })).keep()
  local kept <const> = assert(document.read(files.join(folder, inputs.cache_path), { format = "json" }))
  test.equal(kept.written < now, true)
end)

-- ---- secrets and dates ------------------------------------------------------------------------------------

test.case("a secret is known by its form under any key, and a message quotes none", function()
  local secrets <const> = require "manifest.secrets"
  test.equal(secrets.kind("Bearer abc123456", "x"), "a token")
  test.equal(secrets.kind("Basic training of new staff", "description"), nil)
  test.equal(secrets.kind("ghp_" .. ("a"):rep(30), "x"), "a personal access token")
  test.equal({ secrets.kind("NAME", "password_env"), secrets.kind("x", "password"), secrets.kind("x", "name") },
    { nil, "a secret" })
  test.equal(secrets.shown("found 'ftp://u:a@b@host/x' and ghp_" .. ("a"):rep(30) .. "."),
    "found 'ftp://host/x' and [redacted].")
  test.equal(secrets.without { headers = { Authorization = "Bearer hunter2" }, names = { "AKIA" .. ("A"):rep(16) } },
    { headers = { Authorization = "[redacted]" }, names = { "[redacted]" } })
end)

test.case("what looks like a secret is not in the artifact, what names one is", function()
  test.equal(plugins.without_secrets {
    uri = "https://user:word@host/api", client_secret = "s3cret", client_secret_env = "NAME",
    token = "{{ env_var('T') }}", oauth2 = { credential = "id:secret", scope = "ALL" },
  }, {
    uri = "https://host/api", client_secret = "[redacted]", client_secret_env = "NAME", token = "{{ env_var('T') }}",
    oauth2 = { credential = "[redacted]", scope = "ALL" },
  })
end)

test.case("a verdict stands until a mode or a waiver is another", function()
  local function tiers(text)
    local view <const> = assert(document.parse(text, "manifest.yaml", { format = "yaml" }))
    return { { governance = view } }
  end
  local dated <const> = tiers("policies:\n  a.b: { mode: block, from: 2026-12-01 }\n"
    .. "waivers:\n  - { expires: 2027-01-31 }\n")
  local function last(of, today, lives)
    local policies <const> = { { instances = { { params = { sunset_days = 7 } }, { params = { sunset_days = 14 } } } },
      { instances = { { params = {} } } } }
    return validity.of(of, today, lives or {}, policies)
  end
  test.equal(last(dated, "2026-11-21"), "2026-11-30")
  test.equal(last(dated, "2026-12-01"), "2027-01-31")
  test.equal(last(dated, "2027-02-01"), nil)
  local lives <const> = { { announced = "2026-11-01", sunset = "2026-12-15" }, { retired = "2027-03-01" }, {} }
  test.equal(last(dated, "2026-12-01", lives), "2026-12-14")
  test.equal(last(dated, "2026-12-15", lives), "2026-12-21")
  test.equal(last(dated, "2026-12-22", lives), "2026-12-28")
  test.equal(last({}, "2027-02-01", lives), "2027-02-28")
  test.equal(calendar.before "2026-03-01", "2026-02-28")
  test.equal(calendar.seconds "1970-01-01", 0)
  test.equal(calendar.seconds "2024-02-29", 1709164800)
end)

test.finish()
