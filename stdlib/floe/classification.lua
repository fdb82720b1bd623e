-- How sensitive a column is: what its meta says, in which order the words stand, and which names look like
-- personal data. Marks are read from `meta.classification`, `meta.floe.classification` and, beside them,
-- `pii_type`, `sensitivity` and a declared masker.

local text <const> = require "floe.text"
local set <const> = require "floe.set"

local M = {}

--- The classifications, least sensitive first. `identifier` and `financial` stand below `pii`, because they
--- tell about a person only together with something else; `phi` (health) is the most sensitive.
M.ORDER = {
  "public", "internal", "confidential", "sensitive", "restricted", "identifier", "financial", "pii", "phi",
}

--- The kinds of personal data that `pii_type` may name.
M.PII_TYPES = {
  "email", "phone", "ssn", "national_id", "passport", "driver_license", "tax_id", "address", "name", "dob",
  "ip_address", "credit_card", "bank_account",
}

--- How much harm a leak would do, least first.
M.SENSITIVITIES = { "low", "medium", "high", "critical" }

-- meta.floe as a table, or nil: people also write a plain word there.
local function floe_meta(meta)
  local floe <const> = meta.floe
  local kind <const> = type(floe)
  if kind == "table" or kind == "userdata" then
    return floe
  end
  return nil
end

-- The fact that said nothing the last time. Most meta is empty, and what is empty is one fact for as long as it is
-- asked for in a row.
local silent

--- What the meta of a column (or model, source, …) says: classification, pii_type and sensitivity as they are
--- written, each nil where it is absent. `meta.classification` wins over `meta.floe.classification`.
---
--- > classification.of({ meta = { classification = "pii" } })  --> "pii"
--- > { classification.of({ meta = { floe = { classification = "pii", pii_type = "email" } } }) }
---   --> { "pii", "email" }
--- > classification.of({ meta = {} })  --> nil
---@param subject any anything with `meta`
---@return any classification
---@return any pii_type
---@return any sensitivity
function M.of(subject)
  local meta <const> = subject.meta
  if rawequal(meta, silent) then
    return nil, nil, nil
  end
  local floe <const> = floe_meta(meta)
  local level, pii_type, sensitivity = meta.classification, meta.pii_type, meta.sensitivity
  if not floe then
    if level == nil and pii_type == nil and sensitivity == nil and type(meta) == "userdata" then
      silent = meta
    end
    return level, pii_type, sensitivity
  end
  if level == nil then
    level = floe.classification
  end
  if pii_type == nil then
    pii_type = floe.pii_type
  end
  if sensitivity == nil then
    sensitivity = floe.sensitivity
  end
  return level, pii_type, sensitivity
end

--- The masker that a column (or a model, for all its columns) declares: `meta.masked_by`, `meta.masking` or
--- the same below `meta.floe`; nil where there is none. `false` and an empty text declare nothing.
---
--- > classification.masker({ meta = { floe = { masked_by = "sha256" } } })  --> "sha256"
--- > classification.masker({ meta = { masking = true } })  --> "true"
--- > classification.masker({ meta = { masking = "" } })  --> nil
---@param subject any anything with `meta`
---@return string?
function M.masker(subject)
  local meta <const> = subject.meta
  local declared = meta.masked_by or meta.masking
  if not declared then
    local floe <const> = floe_meta(meta)
    declared = floe and (floe.masked_by or floe.masking)
  end
  if not declared or declared == "" then
    return nil
  end
  return tostring(declared)
end

--- The place of every classification in an order: 1 is the least sensitive.
---
--- > classification.ranks({ "public", "pii" }).pii  --> 2
---@param order string[]
---@return table<string, integer>
function M.ranks(order)
  local ranks <const> = {}
  for index = 1, #order do
    ranks[order[index]] = index
  end
  return ranks
end

-- ---- names that look like personal data -------------------------------------------------------------------

-- Names are judged word by word, and a word only where it ends the name: in `email_sent_count` the thing is a
-- count, in `customer_email` it is an email. Keys are last words; `after` lists what must stand before them,
-- `before` what must not; `alone` allows the word to be the whole name. `of` lists what must stand before both, if
-- anything does: the full name of a customer is personal, that of a product is not.
local PEOPLE <const> = {
  "customer", "person", "patient", "employee", "contact", "client", "member", "guest", "passenger", "student",
  "applicant", "cardholder", "holder", "beneficiary", "recipient", "subscriber", "buyer", "shopper", "citizen",
  "resident", "tenant", "candidate", "parent", "spouse", "doctor", "physician", "lead", "user",
}
local PLACES_OF_PEOPLE <const> = {
  "home", "street", "mailing", "billing", "shipping", "postal", "residential", "delivery", "residence", "permanent",
  "private", "legal", "invoice",
}
local NAME_PARTS <const> = { "first", "last", "middle", "given", "family", "maiden", "sur", "fore", "birth" }
local MACHINES <const> = { "host", "server", "node", "pod", "cluster", "gateway", "router" }
local NUMBERS <const> = { "number", "no", "nr", "num", "nbr" }

local HEADS <const> = {}

local function add(type_name, words, rule)
  for _, word in ipairs(words) do
    HEADS[word] = HEADS[word] or {}
    table.insert(HEADS[word], {
      type = type_name,
      after = rule and rule.after and set.of(rule.after),
      before = rule and rule.before and set.of(rule.before),
      of = rule and rule.of and set.of(rule.of),
      alone = not rule or rule.alone or not (rule.after or rule.before),
    })
  end
end

add("email", { "email", "mail" }, { alone = true, before = { "voice", "chain", "direct", "junk", "snail" } })
add("email", { "emailaddress" })
add("email", { "address", "addr", "adr" }, { after = { "email", "mail" } })
add("ip_address", { "ip", "ipv" }, { alone = true, before = MACHINES })
add("ip_address", { "address", "addr", "adr" }, { after = { "ip", "ipv", "remote" } })
add("phone", { "phone", "telephone", "cellphone", "phonenumber", "mobilephone", "msisdn", "fax", "tel" })
add("phone", { "mobile" }, { after = PEOPLE, alone = true })
add("phone", NUMBERS, { after = { "phone", "telephone", "mobile", "cell", "cellphone", "fax", "tel", "whatsapp" } })
add("ssn", { "ssn" })
add("ssn", { "security" }, { after = { "social" } })
add("ssn", NUMBERS, { after = { "ssn", "security" } })
add("national_id", { "id", "identifier" }, { after = { "national", "citizen" } })
add("national_id", { "insurance" }, { after = { "national" } })
add("passport", { "passport" })
add("passport", NUMBERS, { after = { "passport" } })
add("driver_license", { "license", "licence" }, { after = { "driver", "drivers", "driving" } })
add("tax_id", { "id", "identifier" }, { after = { "tax", "taxpayer" } })
add("credit_card", NUMBERS, { after = { "card", "cc" } })
add("credit_card", { "cvv", "cvc" })
add("bank_account", { "iban" })
add("bank_account", { "account" }, { after = { "bank" } })
add("name", { "name" }, { after = NAME_PARTS })
add("name", { "name" }, { after = PEOPLE })
add("name", { "name" }, { after = { "full", "preferred" }, of = PEOPLE })
add("name", { "firstname", "lastname", "fullname", "surname", "forename", "middlename", "username", "fname", "lname" })
add("dob", { "dob", "birthdate", "birthday" })
add("dob", { "date", "day" }, { after = { "birth" } })
add("dob", { "birth" }, { after = { "of" } })
add("address", { "address", "addr", "adr" }, { after = PLACES_OF_PEOPLE, alone = true })
add("address", { "address", "addr", "adr" }, { after = PEOPLE })
add("address", { "street" }, { after = PLACES_OF_PEOPLE, alone = true })
add("address", { "name" }, { after = { "street" } })
add("address", { "line" }, { after = { "address", "addr", "street" } })

-- A first word that makes of the name a flag, a number or something already masked.
local NOT_FIRST <const> = set.of {
  "is", "has", "had", "was", "can", "should", "did", "do", "does", "needs", "allow", "allows", "send", "sent", "num",
  "no", "n", "count", "total", "cnt", "nb", "pct", "avg", "wants", "accepts", "receives", "enable", "enabled", "valid",
  "invalid", "verified", "unverified", "hashed", "hash", "masked", "encrypted", "redacted", "anonymized", "anonymised",
  "tokenized", "pseudonymized",
}

-- Last words that say nothing about the kind of the thing.
local NEUTRAL_LAST <const> = set.of {
  "raw", "clean", "cleaned", "lower", "upper", "normalized", "normalised", "trimmed", "original", "old", "new",
  "primary", "secondary", "text", "value", "string", "current", "previous", "last",
}

-- The kinds that are numbers, so that a `_number` behind them says nothing more.
local NUMBERED <const> = set.of { "driver_license", "bank_account", "national_id", "tax_id" }

local IS_NUMBER <const> = set.of(NUMBERS)

-- Which families of data types can hold which kind; a kind that is not listed is held by text only.
local HELD_BY <const> = {
  phone = { text = true, number = true }, ssn = { text = true, number = true },
  national_id = { text = true, number = true }, tax_id = { text = true, number = true },
  credit_card = { text = true, number = true }, bank_account = { text = true, number = true },
  dob = { text = true, date = true },
}

local FAMILY_OF_WORD <const> = {
  boolean = "boolean", bool = "boolean", bit = "boolean",
  int = "number", integer = "number", bigint = "number", smallint = "number", tinyint = "number",
  hugeint = "number", uint = "number", long = "number", number = "number", numeric = "number", decimal = "number",
  float = "number", double = "number", real = "number",
  date = "date", datetime = "date", timestamp = "date", timestamptz = "date", time = "time",
  array = "nested", struct = "nested", map = "nested", list = "nested", row = "nested",
}

local function held_by(pii_type, data_type)
  local word <const> = data_type:match("^%s*(%a+)")
  local family <const> = word and FAMILY_OF_WORD[word:lower()]
  if not family then
    return true -- text, or a type that is not known here
  end
  local families <const> = HELD_BY[pii_type]
  return families ~= nil and families[family] == true
end

-- The kind that the words up to `last` name, nil for none.
local function kind_of_words(words, last)
  local rules <const> = HEADS[words[last]]
  local previous <const> = words[last - 1]
  for index = 1, rules and #rules or 0 do
    local rule <const> = rules[index]
    if not previous then
      if rule.alone then
        return rule.type
      end
    elseif not (rule.before and rule.before[previous]) and (not rule.after or rule.after[previous])
      and (not rule.of or last < 3 or rule.of[words[last - 2]]) then
      return rule.type
    end
  end
  return nil
end

local function kind_of_name(name)
  if #name > 128 then
    return false
  end
  local words <const> = {}
  for _, word in ipairs(text.words(name)) do
    if not word:find("^%d+$") then
      words[#words + 1] = word
    end
  end
  if NOT_FIRST[words[1]] then
    return false
  end
  local last = #words
  while last > 1 and NEUTRAL_LAST[words[last]] do
    last = last - 1
  end
  if last == 0 then
    return false
  end
  if words[last] == "mail" and words[last - 1] == "e" then
    return "email"
  end
  local kind = kind_of_words(words, last)
  if not kind and last > 1 and IS_NUMBER[words[last]] then
    kind = kind_of_words(words, last - 1)
    kind = NUMBERED[kind] and kind
  end
  return kind or false
end

-- Names come again and again (id, created_at, …), so what was found out about one is remembered; the memory is
-- bounded, for names are the project's and may be many.
local REMEMBERED <const> = 8192
local kinds, kinds_count = {}, 0

--- The kind of personal data that a column's name and type suggest, nil for none. Careful rather than eager: a
--- word counts only where it ends the name, flags, counts and hashes do not, and the type must be able to hold it.
---
--- > classification.looks_like_pii("customer_email", "varchar")  --> "email"
--- > classification.looks_like_pii("phoneNumber")  --> "phone"
--- > classification.looks_like_pii("date_of_birth", "date")  --> "dob"
--- > classification.looks_like_pii("email_sent_count")  --> nil
--- > classification.looks_like_pii("is_email_valid")  --> nil
--- > classification.looks_like_pii("address_type")  --> nil
--- > classification.looks_like_pii("email", "boolean")  --> nil
---@param name string
---@param data_type? string
---@return string? pii_type one of `classification.PII_TYPES`
function M.looks_like_pii(name, data_type)
  local kind = kinds[name]
  if kind == nil then
    kind = kind_of_name(name)
    if kinds_count >= REMEMBERED then
      kinds, kinds_count = {}, 0
    end
    kinds[name], kinds_count = kind, kinds_count + 1
  end
  if not kind or (data_type and not held_by(kind, data_type)) then
    return nil
  end
  return kind
end

return M
