-- How a dbt project is read: the options that every command with a project takes, and what they ask of the reader.

local M = {}

---@type usage.option[]
local OPTIONS <const> = {
  { name = "facts", value = "SOURCE", type = "choice", choices = { "auto", "sources", "manifest" }, default = "auto",
    help = "read the dbt project's sources or its manifest; auto: the manifest if it describes the files as they are" },
  { name = "manifest", value = "FILE", complete = "file", help = "the dbt manifest to read" },
  { name = "profiles-dir", value = "DIR", complete = "directory",
    help = "where profiles.yml is, for facts from sources (as dbt: DBT_PROFILES_DIR, the project, ~/.dbt)" },
  { name = "profile", value = "NAME",
    help = "the profile, for facts from sources (as dbt: DBT_PROFILE, dbt_project.yml)" },
  { name = "target", value = "NAME", help = "the target, for facts from sources (as dbt: DBT_TARGET, the profile)" },
  { name = "vars", value = "YAML", help = "variables of the dbt project, for facts from sources: '{name: value}'" },
  { name = "dbt-rules", value = "VERSION",
    help = "the dbt whose rules hold where versions differ, for facts from sources, such as 1.10" },
}

--- The options of a command, those of the reading before them.
---@param own usage.option[]
---@return usage.option[]
function M.options(own)
  local list <const> = { table.unpack(OPTIONS) }
  table.move(own, 1, #own, #list + 1, list)
  return list
end

---@class floe.reading how a dbt project is read; nil stands for what dbt would take
---@field facts "auto"|"sources"|"manifest"|nil
---@field manifest string?
---@field manifest_name string? the path by which it is told of, where it will not stay where it is
---@field profiles string?
---@field profile string?
---@field target string?
---@field vars string?
---@field rules string?

--- What a command's options ask of the reader. A manifest that is named and facts from sources exclude one another.
---@param options table
---@return floe.reading
function M.of(options)
  if options.facts == "sources" and options.manifest then
    require("usage.parser").misuse("--manifest names a manifest, and --facts sources reads none",
      "Leave out one of them.")
  end
  if options.vars then
    require("evidence.redact").add_yaml(options.vars) -- dbt and databases quote what they were given
  end
  return {
    facts = options.facts,
    manifest = options.manifest,
    profiles = options.profiles_dir,
    profile = options.profile,
    target = options.target,
    vars = options.vars,
    rules = options.dbt_rules,
  }
end

return M
