-- What the shapes of data contracts share: fields that later versions of the standard brought, and members that stand
-- in many places.

local shape <const> = require "manifest.shape"

local field <const> = shape.field

local M = {}

--- Any text.
M.string = { type = "string" }

--- A stable id.
M.stable_id = {
  type = "string",
  pattern = "^[A-Za-z0-9_-]+$",
  says = "an id of letters, digits, '_' and '-'",
  doc = "A stable id, for references.",
}

--- A number of things.
M.whole = { type = "integer", minimum = 0, code = "FLOE-E507" }

--- Fields that a version brought; earlier contracts may not have them.
function M.since(version, wanted, fields)
  return version >= wanted and fields or {}
end

--- Lists one behind the other.
function M.join(...)
  local out <const> = {}
  for _, list in ipairs { ... } do
    table.move(list, 1, #list, #out + 1, out)
  end
  return out
end

--- Keys that later versions brought, by version, are named as such instead of "unknown".
function M.too_new(version, names_by_version)
  local rules <const> = {}
  for wanted = version + 1, 32 do
    local said <const> = ("v3.%d"):format(wanted - 30)
    rules[#rules + 1] = {
      names = names_by_version[wanted] or {},
      why = ("it came with ODCS %s"):format(said),
      hint = ("raise apiVersion to %s.0, or leave it out"):format(said),
      code = "FLOE-E501",
    }
  end
  return rules
end

--- Links to what defines something.
function M.definitions(version)
  return {
    type = "list",
    doc = "Links to what defines it.",
    items = {
      name = "AuthoritativeDefinition",
      type = "object",
      about = "A link to what defines something, such as an entry of a business glossary.",
      additional = version == 30,
      fields = {
        field("id", M.stable_id),
        { "url", type = "string", required = true, doc = "Where." },
        { "type", type = "string", required = true, doc = "What kind, such as `businessDefinition`." },
        { "description", type = "string", doc = "What is found there." },
      },
    },
  }
end

--- What the standard has no key for.
function M.custom_properties(version)
  return {
    type = "list",
    doc = "What the standard does not know.",
    items = {
      name = "CustomProperty",
      type = "object",
      about = "Something that the standard has no key for.",
      additional = version == 30,
      fields = M.join({
        field("id", M.stable_id),
        { "property", type = "string", required = version > 30, doc = "Its name." },
        { "value", type = "any", doc = "Its value." },
        { "description", type = "string", doc = "What it means." },
      }, M.since(version, 32, { { "vendor", type = "string", doc = "Whose it is." } })),
    },
  }
end

local function statements(shared, required, more)
  return {
    type = "object",
    fields = M.join({
      { "id", type = "string", doc = "Its id." },
      { required, type = "string", required = true, doc = "The text." },
      field("authoritativeDefinitions", shared.definitions),
      field("tags", shape.texts, { doc = "Tags." }),
      field("customProperties", shared.custom),
    }, more or {}),
  }
end

--- Guidance for tools.
function M.context(shared)
  return {
    either = {
      M.string,
      {
        name = "Context",
        type = "object",
        about = "Guidance for tools that answer questions with the data.",
        fields = {
          { "instructions", type = "string", doc = "How it is to be used." },
          {
            "verifiedStatements",
            type = "list",
            items = statements(shared, "question", { { "answer", type = "string", doc = "The answer." } }),
            doc = "Questions and their answers.",
          },
          { "constraints", type = "list", items = statements(shared, "constraint"), doc = "What must not be done." },
        },
      },
    },
    doc = "Guidance for tools that answer questions with the data.",
  }
end

--- The members at the head of any contract.
function M.head_fields()
  return {
    {
      "apiVersion",
      type = "string",
      required = true,
      pattern = [[^v3\.[012]\.\d+$]],
      says = "a version of the standard that floe reads: v3.0.2, v3.1.0, v3.2.0",
      doc = "The version of the standard.",
      code = "FLOE-E502",
    },
    { "kind", type = "string", required = true, enum = { "DataContract" }, doc = "What the file is." },
    { "version", type = "string", required = true, min_length = 1, doc = "The contract's version." },
  }
end

return M
