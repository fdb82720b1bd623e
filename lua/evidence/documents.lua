-- The shapes of the JSON documents that `floe ledger` prints: their schemas and reference pages are made of them. Every
-- key is always there, null where it has no value.

local members <const> = require "manifest.fields"
local shape <const> = require "manifest.shape"

local field <const> = shape.field

local M = {}

local count <const>, or_null <const>, text <const> = members.count, members.or_null, members.text
local free <const> = { type = "object", additional = true }

local function schema(name)
  return { "schema", type = "string", required = true, enum = { name }, doc = "The form of this document." }
end

local listed <const> = {
  name = "ListedEntry",
  type = "object",
  doc = "An entry in a list.",
  fields = {
    count("seq", "Its number."), text("id", "Its id."), text("at", "When, in UTC."),
    text("kind", "What was done: `validate`, `compile`, `run.start` …"),
    or_null("run", { type = "string" }, "The run that it belongs to."),
    or_null("node", { type = "string" }, "The id of the run's node that it tells of."),
    text("product", "The product; empty for none."),
    text("verdict", "What came of it; empty for none."), count("findings", "How many findings it has."),
    or_null("user", { type = "string" }, "Who did it."), or_null("commit", { type = "string" }, "The commit of then."),
    field("hash", shape.digest, { required = true, doc = "Its digest." }),
  },
}

local found <const> = {
  name = "ListedFinding",
  type = "object",
  doc = "A finding in a list.",
  fields = {
    count("entry", "The number of its entry."), count("number", "Which of the entry's it is."),
    text("policy", "The policy."), text("verdict", "What became of it."), text("subject", "What it is about."),
    field("finding", free, { required = true, doc = "All of it, as in a verdict." }),
  },
}

--- What `floe ledger list` prints.
M.list = {
  type = "object",
  doc = "What `floe ledger list --format json` prints: entries, or findings, the newest first.",
  fields = {
    schema "floe.dev/ledger-list/v1", text("ledger", "The ledger's file."),
    { "entries", type = "list", items = listed, doc = "Entries, where no findings were asked for." },
    { "findings", type = "list", items = found, doc = "Findings, where they were." },
  },
}

--- What `floe ledger show` prints, and a line of `floe ledger export`.
M.entry = {
  type = "object",
  doc = "What `floe ledger show --format json` prints, and each line of `floe ledger export`: one entry with all that "
    .. "belongs to it.",
  fields = {
    count("seq", "Its number."), text("id", "Its id."), text("at", "When, in UTC."), text("kind", "What was done."),
    or_null("run", { type = "string" }, "The run that it belongs to."), text("product", "The product; empty for none."),
    text("verdict", "What came of it; empty for none."),
    field("body", free, { required = true, doc = "What it says: who and where (`origin`), and what its kind has." }),
    { "findings", type = "list", items = free, required = true, doc = "Its findings." },
    or_null("inputs", { type = "list", items = free }, "What was read, with digests."),
    field("previous", shape.digest, { required = true, doc = "The digest of the entry before it." }),
    field("hash", shape.digest, { required = true, doc = "Its digest." }),
  },
}

--- What `floe ledger verify` prints.
M.verification = {
  type = "object",
  doc = "What `floe ledger verify --format json` prints.",
  fields = {
    schema "floe.dev/ledger-verification/v1", text("ledger", "The ledger's file."),
    { "ok", type = "boolean", required = true,
      doc = "Whether it holds together, and has the head that was handed in." },
    count("entries", "How many entries it has."), count("findings", "How many findings."),
    count("first", "The number of the first entry; 0 for none."), count("last", "That of the last."),
    or_null("head", shape.digest, "The digest of the last entry."),
    or_null("head_taken_out_by", { type = "integer", minimum = 1 },
      "The entry that says that all up to the head that was handed in was taken out."),
    or_null("problem", { type = "string" }, "What is wrong."),
  },
}

return M
