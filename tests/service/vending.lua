-- Asks the catalog that FLOE_TEST_CATALOG names for the credentials of a table, and hands them to a program in its
-- environment, as whoever reads the table's files does. Prints what that program made of them.

local catalog <const> = require "host.catalog"
local document <const> = require "host.document"
local json <const> = require "host.json"
local process <const> = require "host.process"
local set <const> = require "floe.set"

local VARIABLES <const> = {
  ["s3.access-key-id"] = "AWS_ACCESS_KEY_ID",
  ["s3.secret-access-key"] = "AWS_SECRET_ACCESS_KEY",
  ["s3.session-token"] = "AWS_SESSION_TOKEN",
}

local settings <const> = document.plain(document.parse(os.getenv("FLOE_TEST_CATALOG"), "settings", { format = "json" }))
local name <const>, table_name <const> = { "finance", "invoices" }, "lines"
local handle <close> = assert(catalog.open(settings))

-- The state of a table holds none, though this server sends them along.
local state <const> = assert(handle:table(name, table_name))
assert(not json.encode(state):find("hidden", 1, true))

local credentials <const>, err <const> = handle:credentials(name, table_name)
if not credentials then
  error(err.message)
end
local environment <const> = {}
for _, key in ipairs(set.list(credentials)) do
  environment[#environment + 1] = VARIABLES[key] and ("%s=%s"):format(VARIABLES[key], credentials[key])
end
local child <const> = assert(process.start {
  arguments = { "/usr/bin/env", "python3", "-c", os.getenv("FLOE_TEST_PROGRAM") }, environment = environment,
})
repeat
  local event <const>, _, text <const> = child:next()
  if event == "line" then
    print(text)
  end
until event ~= "line"
assert(child:stop().code == 0)
