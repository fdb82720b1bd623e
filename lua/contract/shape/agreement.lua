-- The shapes of what a contract says beside its tables: servers, people, service levels, help and price.

local common <const> = require "manifest.common"
local parts <const> = require "contract.shape.parts"
local servers <const> = require "contract.servers"
local shape <const> = require "manifest.shape"
local text <const> = require "floe.text"

local field <const>, join <const>, since <const> = shape.field, parts.join, parts.since
local stable_id <const>, string <const> = parts.stable_id, parts.string

local M = {}

--- Who may read the data.
function M.role(version, shared)
  return {
    name = "Role",
    type = "object",
    about = "A role that may read the data, and how one gets it.",
    additional = version == 30,
    fields = {
      field("id", stable_id),
      { "role", type = "string", required = true, doc = "The role." },
      { "description", type = "string", doc = "What it may do." },
      { "access", type = "string", doc = "The access it gives." },
      { "firstLevelApprovers", type = "string", doc = "Who approves first." },
      { "secondLevelApprovers", type = "string", doc = "Who approves then." },
      field("customProperties", shared.custom),
    },
  }
end

local function check_server(version)
  local names <const> = servers.names(version)
  return function(server, report)
    if type(server.type) ~= "string" then
      return -- missing, or of the wrong kind: told by the shape
    end
    local required <const>, optional <const> = servers.members(server.type)
    if not required then
      local near <const> = not shape.one_of(names, server.type) and text.suggest(server.type, names)
      if near or (version < 32 and not shape.one_of(names, server.type)) then
        report("type", ("'%s' is not a type of server"):format(server.type), {
          kind = "enum",
          expected = "one of " .. table.concat(names, ", "),
          actual = server.type,
          suggestions = { near },
          hint = near and ("did you mean '%s'?"):format(near) or nil,
        })
      end
      return
    end
    for _, name in ipairs(required) do
      if server[name] == nil then
        report(nil, ("a server of type '%s' needs '%s'"):format(server.type, name), {
          kind = "missing",
          expected = name,
          actual = "nothing",
        })
      end
    end
    for _, name in ipairs(version > 30 and servers.all_members() or {}) do
      if server[name] ~= nil and not shape.one_of(required, name) and not shape.one_of(optional, name) then
        report(name, ("a server of type '%s' has no '%s'"):format(server.type, name), {
          kind = "unknown",
          expected = table.concat(join(required, optional), ", "),
          actual = name,
        })
      end
    end
  end
end

--- Where the data is.
function M.server(version, shared)
  local port <const> = version >= 32 and { either = { { type = "integer" }, string } } or { type = "integer" }
  local fields <const> = {
    field("id", stable_id),
    { "server", type = "string", required = true, min_length = 1, doc = "Its name." },
    { "type", type = "string", required = true, min_length = 1, doc = "Its kind, such as `postgres`." },
    { "description", type = "string", doc = "What it is." },
    { "environment", type = "string", doc = "Its environment." },
    { "roles", type = "list", items = M.role(version, shared), doc = "Who may use it." },
    field("customProperties", shared.custom),
  }
  for _, name in ipairs(servers.all_members()) do
    fields[#fields + 1] = field(name, name == "port" and port or string, { doc = "As the `type` needs it." })
  end
  return {
    name = "Server",
    type = "object",
    about = "Where the data is. Which keys it must and may have depends on its type.",
    additional = version ~= 31,
    fields = fields,
    check = check_server(version),
  }
end

--- Who answers for the data.
function M.team(version, shared)
  local day <const> = { type = "string", format = "date", code = "FLOE-E504" }
  local member <const> = {
    name = "TeamMember",
    type = "object",
    about = "Somebody who answers for the data.",
    additional = version == 30,
    fields = {
      field("id", stable_id),
      { "username", type = "string", required = version > 30, doc = "Who." },
      { "name", type = "string", doc = "The name." },
      { "description", type = "string", doc = "More about them." },
      { "role", type = "string", doc = "The role." },
      field("dateIn", day, { doc = "Since when." }),
      field("dateOut", day, { doc = "Until when." }),
      { "replacedByUsername", type = "string", doc = "Who follows." },
      field("tags", shape.texts, { doc = "Tags." }),
      field("customProperties", shared.custom),
      field("authoritativeDefinitions", shared.definitions),
    },
  }
  return {
    either = {
      {
        name = "Team",
        type = "object",
        about = "Who answers for the data.",
        fields = {
          field("id", stable_id),
          { "name", type = "string", doc = "The team's name." },
          { "description", type = "string", doc = "What it does." },
          { "members", type = "list", items = member, doc = "Who is in it." },
          field("tags", shape.texts, { doc = "Tags." }),
          field("customProperties", shared.custom),
          field("authoritativeDefinitions", shared.definitions),
        },
      },
      { type = "list", items = member },
    },
    doc = "Who answers for the data.",
  }
end

--- What is promised.
function M.sla(version, shared)
  return {
    name = "ServiceLevel",
    type = "object",
    about = "One promise, such as how fresh the data is.",
    additional = version == 30,
    fields = join({
      field("id", stable_id),
      { "property", type = "string", required = true, min_length = 1, doc = "What is promised, such as `freshness`." },
      field("value", common.scalar, { required = true, doc = "How much." }),
      field("valueExt", common.scalar, { doc = "More of the value." }),
      { "unit", type = "string", doc = "The value's unit: `d`, `h`, `percent`, …" },
      { "element", type = "string", doc = "The column or columns it is measured on." },
      { "driver", type = "string", doc = "`regulatory`, `analytics` or `operational`." },
    }, since(version, 31, {
      { "description", type = "string", doc = "The promise in words." },
      { "scheduler", type = "string", doc = "What checks it." },
      { "schedule", type = "string", doc = "When it is checked." },
    }), since(version, 32, {
      field("customProperties", shared.custom),
      field("authoritativeDefinitions", shared.definitions),
    })),
  }
end

--- Where consumers find help.
function M.support(version, shared)
  return {
    name = "SupportChannel",
    type = "object",
    about = "Where consumers find help.",
    additional = version == 30,
    fields = {
      field("id", stable_id),
      { "channel", type = "string", required = true, doc = "The channel." },
      { "url", type = "string", required = version == 30, doc = "Its address." },
      { "description", type = "string", doc = "What it is for." },
      { "tool", type = "string", doc = "`slack`, `teams`, `email` …" },
      { "scope", type = "string", doc = "`interactive`, `announcements`, `issues` or `notifications`." },
      { "invitationUrl", type = "string", doc = "Where one asks to be let in." },
      field("customProperties", shared.custom),
    },
  }
end

--- What it costs.
function M.price(version)
  return {
    name = "Price",
    type = "object",
    additional = version == 30,
    doc = "What it costs.",
    fields = {
      field("id", stable_id),
      { "priceAmount", type = "number", doc = "The amount." },
      { "priceCurrency", type = "string", doc = "The currency." },
      { "priceUnit", type = "string", doc = "For how much." },
    },
  }
end

--- What the data is for.
function M.description(shared)
  return {
    name = "Description",
    type = "object",
    additional = true,
    doc = "What the data is for.",
    fields = {
      { "purpose", type = "string", doc = "What it is for." },
      { "usage", type = "string", doc = "How it is used." },
      { "limitations", type = "string", doc = "What it is not good for." },
      field("authoritativeDefinitions", shared.definitions),
      field("customProperties", shared.custom),
    },
  }
end

return M
