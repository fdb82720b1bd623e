-- The shapes of the JSON documents that the commands about contracts print: of them the schemas and the reference pages
-- are made. Every key is always there, null where it has no value. (What `floe contract show --format json` prints is a
-- contract of the standard: its shape is `contract.shape`.)

local json <const> = require "host.json"
local kinds <const> = require "contract.kinds"
local members <const> = require "manifest.fields"
local shape <const> = require "manifest.shape"

local field <const> = shape.field

local M = {}

--- What each document is called in its `schema`.
M.names = {
  problems = "floe.dev/contract-problems/v1",
  list = "floe.dev/contracts/v1",
  diff = "floe.dev/contract-diff/v1",
  versions = "floe.dev/contract-version/v1",
  kinds = "floe.dev/contract-kinds/v1",
  checks = "floe.dev/contract-checks/v1",
}

local count <const>, list <const>, or_null <const> = members.count, members.list, members.or_null
local text <const>, text_or_null <const>, truth <const> = members.text, members.text_or_null, members.truth

local function document(name, about, member, items, words)
  return {
    type = "object",
    doc = about,
    fields = {
      { "schema", type = "string", required = true, enum = { M.names[name] }, doc = "The form of this document." },
      list(member, items, words),
    },
  }
end

local position <const> = { type = "integer", minimum = 1 }

local function place_fields()
  return {
    text_or_null("file", "The file."),
    or_null("line", position, "Its line, from 1."),
    or_null("column", position, "Its column, from 1."),
  }
end

local function with(fields, more)
  return table.move(more, 1, #more, #fields + 1, fields)
end

-- ---- validate ---------------------------------------------------------------------------------------------

local problem <const> = {
  name = "ContractProblem",
  type = "object",
  doc = "Something that is wrong with the form of a contract.",
  fields = with({
    { "code", type = "string", required = true, pattern = "^FLOE-E[0-9]{3}$", says = "a code such as FLOE-E501",
      doc = "What it is." },
    text("message", "What is wrong, in a sentence."),
    text_or_null("path", "Where in the contract, such as `schema[0].properties[2].name`."),
    text_or_null("expected", "What should stand there."),
    text_or_null("actual", "What stands there."),
    list("suggestions", { type = "string" }, "What may have been meant."),
  }, place_fields()),
}

M.problems = document("problems", "What `floe contract validate --format json` prints.", "contracts", {
  name = "CheckedContract",
  type = "object",
  doc = "A contract that was checked.",
  fields = {
    text("file", "Its file."),
    text_or_null("id", "Its id."),
    text_or_null("name", "Its name."),
    { "form", type = "string", required = true, enum = { "odcs", "models", "columns" }, doc = "Which form it has." },
    truth("ok", "Whether nothing is wrong."),
    list("problems", problem, "What is wrong, in the order of the file."),
  },
}, "The contracts, in the order in which they were named.")

-- ---- list -------------------------------------------------------------------------------------------------

M.list = document("list", "What `floe contract list --format json` prints.", "contracts", {
  name = "ListedContract",
  type = "object",
  doc = "A contract.",
  fields = {
    text_or_null("id", "Its id."),
    text_or_null("name", "Its name."),
    text_or_null("version", "Its version."),
    text_or_null("status", "Its status."),
    text_or_null("owner", "Who answers for it."),
    text_or_null("domain", "Its domain."),
    text("file", "Its file."),
    { "form", type = "string", required = true, enum = { "odcs", "models", "columns" }, doc = "Which form it has." },
    text_or_null("api_version", "The version of the standard that it names."),
    field("hash", shape.digest, { required = true, doc = "Of what it promises: schema and service levels." }),
    count("problems", "How many problems its form has."),
    list("tables", {
      name = "ListedTable",
      type = "object",
      doc = "A table of a contract.",
      fields = {
        text_or_null("name", "Its name."),
        text_or_null("physical_name", "Its name where it lies."),
        count("columns", "How many columns it has."),
      },
    }, "Its tables."),
  },
}, "The contracts.")

-- ---- diff and validate-version ----------------------------------------------------------------------------

local BUMPS <const> = { "major", "minor", "patch" }
local BUMPS_OR_NONE <const> = { "major", "minor", "patch", "none" }

local function kind_names()
  return shape.sorted_keys(kinds.all)
end

local place <const> = {
  name = "Place", type = "object", doc = "A place in a file.", fields = place_fields(),
}

local change <const> = {
  name = "ContractChange",
  type = "object",
  doc = "One change between two versions of a contract.",
  fields = {
    { "kind", type = "string", required = true, enum = kind_names(),
      doc = "What it is; `floe contract diff --kinds` lists all kinds." },
    { "bump", type = "string", required = true, enum = BUMPS, doc = "The bump of the version that it needs." },
    { "path", type = "string", required = true,
      doc = "The element, such as `schema.customers.properties.email`; empty for the contract itself." },
    text("name", "The element as people call it, such as `customers.email`."),
    text_or_null("field", "The member of the element that changed."),
    text("message", "What changed, in a sentence."),
    text_or_null("step", "What a consumer does about it."),
    { "old", type = "any", required = true, doc = "What was there; null where nothing was." },
    { "new", type = "any", required = true, doc = "What is there; null where nothing is." },
    truth("guess", "The element is taken for a renamed one because the two are much alike."),
    or_null("old_place", place, "Where it stood."),
    or_null("new_place", place, "Where it stands."),
  },
}

local side <const> = {
  name = "ContractSide",
  type = "object",
  doc = "One of the two versions that were compared.",
  fields = {
    text_or_null("version", "Its version."),
    text_or_null("status", "Its status."),
    text("file", "Its file, or what it was read from."),
    field("hash", shape.digest, { required = true, doc = "Of what it promises." }),
  },
}

local function counts()
  local fields <const> = {}
  for index, bump in ipairs(BUMPS) do
    fields[index] = count(bump, ("Changes that need a new %s."):format(bump:upper()))
  end
  return { "counts", type = "object", required = true, fields = fields, doc = "How many changes need which bump." }
end

local function compared()
  return {
    text("id", "The contract's id."),
    text("name", "Its name."),
    or_null("old", side, "What it was; null: it is new."),
    or_null("new", side, "What it is; null: it is gone."),
    { "bump", type = "string", required = true, enum = BUMPS_OR_NONE, doc = "The strongest bump of all changes." },
    text_or_null("required", "The least version that the changes need; null where that cannot be told."),
    counts(),
    list("changes", change, "What changed, in the order of the new contract."),
  }
end

M.diff = document("diff", "What `floe contract diff --format json` prints.", "contracts", {
  name = "ComparedContract", type = "object", doc = "A contract and what it was.", fields = compared(),
}, "The contracts that were compared.")

local accepted <const> = {
  name = "AcceptedChange",
  type = "object",
  doc = "A breaking change that a platform tier has accepted.",
  fields = {
    field("change", change, { required = true }),
    text("reason", "Why it was accepted."),
    text("approved_by", "Who reviewed it."),
    text_or_null("ticket", "Where that can be read."),
    text_or_null("file", "The manifest that records it."),
    or_null("line", position, "Its line there."),
  },
}

local version_problem <const> = {
  name = "VersionProblem",
  type = "object",
  doc = "Something that a version does not say.",
  fields = with({
    { "code", type = "string", required = true, pattern = "^FLOE-E[0-9]{3}$", says = "a code such as FLOE-E520",
      doc = "What it is." },
    text("message", "What is wrong, in a sentence."),
    text_or_null("expected", "What the version should be."),
    text_or_null("actual", "What it is."),
    text_or_null("hint", "What to do."),
  }, with(place_fields(), { list("changes", change, "The changes that it is about.") })),
}

M.versions = document("versions", "What `floe contract validate-version --format json` prints.", "contracts", {
  name = "JudgedContract",
  type = "object",
  doc = "A contract, what it was, and whether its version says what changed.",
  fields = with(compared(), {
    truth("ok", "Whether the version says what changed."),
    { "needed", type = "string", required = true, enum = BUMPS_OR_NONE, doc = "The bump that is needed." },
    { "made", type = "string", required = true, enum = { "major", "minor", "patch", "none", "back" },
      doc = "The bump that was made." },
    truth("draft", "The earlier version was a draft or proposed: nobody relies on it."),
    list("accepted", accepted, "Breaking changes that a platform tier has accepted."),
    list("problems", version_problem, "What the version does not say."),
    list("notes", { type = "string" }, "What should be known."),
  }),
}, "The contracts that were compared.")

-- ---- diff --kinds -----------------------------------------------------------------------------------------

M.kinds = document("kinds", "What `floe contract diff --kinds --format json` prints.", "kinds", {
  name = "ChangeKind",
  type = "object",
  doc = "A kind of change.",
  fields = {
    { "kind", type = "string", required = true, enum = kind_names(), doc = "Its name." },
    { "bump", type = "string", required = true, enum = BUMPS, doc = "The bump that it needs." },
    text("message", "How it is said: `{name}` is the element, `{old}` and `{new}` what changed, `{what}` the member."),
    text_or_null("step", "What a consumer does about it."),
    list("reverse", { type = "string", enum = kind_names() }, "The kinds that the way back may be."),
  },
}, "All kinds.")

-- ---- check ------------------------------------------------------------------------------------------------

local function one_of_or_null(name, words, doc)
  return or_null(name, { type = "string", enum = words }, doc)
end

--- A check, as every document has it.
M.check = {
  name = "ContractCheck",
  type = "object",
  doc = "One check of one contract against its data.",
  fields = {
    text("contract", "The contract's name."),
    text_or_null("version", "Its version."),
    { "type", type = "string", required = true,
      enum = { "freshness", "schema_drift", "quality", "availability", "deprecation" }, doc = "What was checked." },
    text_or_null("schema", "The contract's table; null for what is about the contract as a whole."),
    text_or_null("element", "What of it the check is about, such as a column; null: the table as a whole."),
    text_or_null("rule", "The rule of quality, or the kind of drift: `column_removed`, `type_changed`, `column_added`, "
      .. "`nullability_changed`, `table_removed`."),
    { "status", type = "string", required = true, enum = { "pass", "violation", "skipped", "error" },
      doc = "How it ended: `skipped` and `error` say in `message` why nothing is known." },
    one_of_or_null("severity", { "info", "warning", "error", "critical" },
      "How grave a violation is; of a pass, that it is near to one."),
    text("message", "What was found, in a sentence."),
    text_or_null("expected", "What the contract promises."),
    text_or_null("actual", "What was found."),
    or_null("value", { type = "number" }, "What was measured: hours, percent or a count."),
    { "seconds", type = "number", minimum = 0, required = true, doc = "How long its table took to answer." },
    one_of_or_null("source", { "duckdb", "dbt", "iceberg" }, "Who told."),
    { "at", type = "integer", minimum = 0, required = true, doc = "When, in milliseconds since 1970." },
    list("consumers", { type = "string" }, "Who reads by the contract, as far as that is known."),
  },
}

M.checks = document("checks", "What `floe contract check --format json` prints.", "checks", M.check,
  "The checks, in the order of the contracts and their tables.")
table.insert(M.checks.fields, 2, { "verdict", type = "string", required = true,
  enum = { "pass", "warned", "alerted", "blocked", "error" }, doc = "What policies make of them." })
table.insert(M.checks.fields, list("findings", { type = "object", additional = true },
  "The findings of policies, as a verdict has them."))

--- A document as it is printed.
---@param name "problems"|"list"|"diff"|"versions"|"kinds"
---@param items table[]
---@return table for host.json.encode
function M.document(name, items)
  return json.object { { "schema", M.names[name] }, { name == "kinds" and "kinds" or "contracts", json.array(items) } }
end

return M
