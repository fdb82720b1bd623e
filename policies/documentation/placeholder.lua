local policy <const> = require "floe.policy"
local text <const> = require "floe.text"

-- Words that stand for a text still to be written. In capitals they count anywhere, otherwise only where they
-- open the text with a colon or are all of it: "todo" is also Spanish, and somebody's hobby may be to hack.
local WORDS <const> = { TBD = true, TODO = true, FIXME = true, XXX = true, HACK = true, WIP = true }

-- Phrases about the documentation itself, which count anywhere in a short text …
local ABOUT_TEXTS <const> = {
  "description pending", "add description", "add a description", "to be documented", "to be described",
  "needs description", "needs documentation", "needs a description", "describe later", "lorem ipsum",
}

-- … and those that data can be about too: they count where little else is said.
local PHRASES <const> = {
  "placeholder", "work in progress", "coming soon", "fill in", "fill later", "fill me", "update later",
  "to be completed", "to be defined",
}

-- What may stand around such a phrase without saying anything.
local FILLERS <const> = {
  this = true, the = true, a = true, an = true, is = true, are = true, it = true, please = true, still = true,
  yet = true, to = true, be = true, ["for"] = true, now = true, here = true, description = true, text = true,
  documentation = true, docs = true, model = true, table = true, column = true, source = true, field = true,
}

-- Texts that say nothing, without what stands around their letters.
local WHOLE <const> = {
  ["n/a"] = true, ["n.a"] = true, na = true, none = true, null = true, ["nil"] = true, unknown = true, test = true,
  asdf = true, foo = true, description = true, desc = true, ["no description"] = true, undocumented = true,
  ["no description available"] = true, ["missing description"] = true, ["description missing"] = true,
  ["enter description"] = true, ["insert description"] = true, ["insert description here"] = true,
  ["description here"] = true, ["description goes here"] = true, ["not documented"] = true,
  ["not yet documented"] = true, ["not documented yet"] = true, ["please describe"] = true, ["describe me"] = true,
}

-- Columns of data about placeholders exist; a phrase in a long text is prose.
local LONGEST_WITH_PHRASE <const> = 120

-- A text up to here may be a placeholder as a whole.
local LONGEST_WHOLE <const> = 32

-- A letter sequence of each word, and one of each phrase or opening: a description without any of them is none of
-- them, and most descriptions are done with after these two searches.
local in_words <const> = text.finder { "TBD", "TODO", "FIXME", "XXX", "HACK", "WIP" }
local in_phrases <const> = text.finder({
  "holder", "progress", "coming", "descri", "fill ", "later", " be ", "needs ", "lorem", ":", "-",
}, { caseless = true })

-- Where a phrase of whole words stands in a text, nil for nowhere.
local function find_phrase(lower, phrases)
  for index = 1, #phrases do
    local from <const>, to <const> = lower:find(phrases[index], 1, true)
    if from and not lower:find("^%a", to + 1) and (from == 1 or not lower:find("^%a", from - 1)) then
      return phrases[index], from, to
    end
  end
  return nil
end

local function placeholder_phrase(lower)
  local phrase, from <const>, to <const> = find_phrase(lower, PHRASES)
  if phrase then
    local others = 0
    for word in (lower:sub(1, from - 1) .. " " .. lower:sub(to + 1)):gmatch("%a+") do
      others = others + (FILLERS[word] and 0 or 1)
    end
    phrase = others <= 1 and phrase or nil
  end
  return phrase or (find_phrase(lower, ABOUT_TEXTS))
end

local function placeholder_word(description)
  for word in description:gmatch("%f[%w_][A-Z]+%f[^%w_]") do
    if WORDS[word] then
      return word
    end
  end
  return nil
end

-- What in a description shows that it is not written yet; nil for a real one.
local function find_placeholder(description)
  local word <const> = in_words(description) and placeholder_word(description) or nil
  if word or #description > LONGEST_WITH_PHRASE then
    return word
  end
  local announces <const> = in_phrases(description)
  if not announces and #description > LONGEST_WHOLE then
    return nil
  end
  local lower <const> = description:lower()
  if #description <= LONGEST_WHOLE then
    local whole <const> = lower:match("^[%s%p]*(.*[^%s%p])") or ""
    if WHOLE[whole] or WORDS[whole:upper()] or (whole == "" and description:find("%S")) then
      return text.trim(description)
    end
  end
  if not announces then
    return nil
  end
  local opening <const> = lower:match("^%s*%p?(%a+)%p?%s*[:-]")
  if opening and WORDS[opening:upper()] then
    return opening
  end
  return placeholder_phrase(lower)
end

return policy.define {
  id = "documentation.placeholder",
  code = "FLOE-E222",
  title = "Descriptions are written, not announced",
  why = "\"TODO\" satisfies a check for a description and helps no reader; such texts stay for years.",
  help = [[
Write the description, or leave it out: a missing one is at least found by `documentation.model` and
`documentation.column`. Words such as TBD, TODO, FIXME, XXX, HACK and WIP, phrases such as "coming soon" or
"to be documented", and texts such as "n/a" or "-" count as placeholders.]],
  targets = { "model", "seed", "snapshot", "source", "column", "exposure", "macro" },
  params = {
    allow = policy.list(policy.string(), {}, {
      doc = "words or phrases that are no placeholder in this organisation, in small letters",
      stricter = "subset",
    }),
  },
  summary = "descriptions written",

  check = function(subject, ctx)
    local description <const> = subject.description
    if description == "" then
      return
    end
    local found <const> = find_placeholder(description)
    if not found then
      return
    end
    local lower <const> = found:lower()
    for _, allowed in ipairs(ctx.params.allow) do
      if allowed == lower then
        return
      end
    end
    ctx:report {
      field = "description",
      message = ("the description of '%s' is a placeholder"):format(subject.name),
      expected = "a description, or none",
      actual = found,
      suggest = ("write what '%s' announces"):format(found),
    }
  end,
}
