local policy <const> = require "floe.policy"
local doubt <const> = require "floe.doubt"
local set <const> = require "floe.set"
local text <const> = require "floe.text"

return policy.define {
  id = "metadata.required_tags",
  code = "FLOE-E400",
  title = "Models carry the required tags",
  why = "Schedules, grants and cost reports select models by tag; one that lacks its tag is left out silently.",
  help = [=[
Add the tag in the model's config or in its properties file:

    models:
      - name: gold_revenue
        config:
          tags: [finance, daily]]=],
  targets = "model",
  params = {
    tags = policy.list(policy.string(), {}, {
      doc = "tags that every judged model must carry; empty: nothing is asked",
      stricter = "superset",
    }),
    prefix = policy.string("", { doc = "only models whose name begins so are judged" }),
    applies_to = policy.string("*", { doc = "glob of the model names that are judged" }),
  },
  summary = function(params)
    return #params.tags > 0 and "required tags" or "no tag required"
  end,

  check = function(model, ctx)
    local params <const> = ctx.params
    local tags <const> = params.tags
    if #tags == 0 then
      return
    end
    local name <const>, prefix <const> = model.name, params.prefix
    if name:sub(1, #prefix) ~= prefix or not text.glob(params.applies_to, name) then
      return
    end
    local missing <const> = set.missing(tags, model.tags)
    if #missing > 0 and not doubt.about(model, "tags") and not doubt.undescribed(model) then
      ctx:report {
        message = ("model '%s' lacks %s: %s"):format(name, #missing == 1 and "a tag" or "tags", text.list(missing)),
        expected = "tags: " .. text.list(tags),
        actual = #model.tags > 0 and text.list(model.tags) or "no tags",
        suggest = ("tags: [%s]"):format(text.list(missing)),
      }
    end
  end,
}
