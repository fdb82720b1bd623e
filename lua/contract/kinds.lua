-- Every kind of change between two versions of a contract: which bump of the version it needs, how it is said, and
-- what a consumer does about it. Nothing else decides on bumps.
--
-- The rules behind the table: what consumers use goes away, or means something else: MAJOR. Values that were valid are
-- not any more (required, enum, pattern, bounds): MAJOR, as the contract's documents say of required columns. A
-- promise is taken back or gets weaker (service level, quality rule, key): MAJOR. Something comes to it, may be absent
-- from now on, or is promised more firmly: MINOR. Words about it: PATCH.
--
-- In texts {name} is the element, {old} and {new} what changed, {what} the member. `reverse`: the kinds that the way
-- back may be.

local M = {}

---@class floe.contract.kind
---@field bump "major"|"minor"|"patch"
---@field says string
---@field step string? the migration step
---@field reverse string[]

local function kind(bump, says, step, ...)
  return { bump = bump, says = says, step = step, reverse = { ... } }
end

---@type table<string, floe.contract.kind>
M.all = {
  -- tables
  object_removed = kind("major", "the table '{name}' was removed",
    "Stop reading '{name}'.", "object_added"),
  object_added = kind("minor", "the table '{name}' was added", nil, "object_removed"),
  object_renamed = kind("major", "the table '{old}' is now called '{new}'",
    "Read '{new}' instead of '{old}'.", "object_renamed"),
  object_moved = kind("major", "the table '{name}' is now found as '{new}', not as '{old}'",
    "Read it from '{new}' instead of '{old}'.", "object_moved"),
  object_kind_changed = kind("minor", "'{name}' is now a {new}, it was a {old}", nil, "object_kind_changed"),

  -- columns and nested fields
  property_removed = kind("major", "'{name}' was removed",
    "Stop reading '{name}'.", "property_added_required", "property_added_optional"),
  property_added_required = kind("major", "'{name}' was added and is required",
    "Writers and copies of the table must fill '{name}'; readers that list their columns need nothing.",
    "property_removed"),
  property_added_optional = kind("minor", "'{name}' was added", nil, "property_removed"),
  property_renamed = kind("major", "'{old}' is now called '{new}'",
    "Read '{new}' instead of '{old}'.", "property_renamed"),
  property_moved = kind("major", "'{name}' is now found as '{new}', not as '{old}'",
    "Select '{new}' instead of '{old}'.", "property_moved"),
  deprecated = kind("minor", "'{name}' is deprecated",
    "Plan to do without '{name}'.", "undeprecated"),
  undeprecated = kind("patch", "'{name}' is not deprecated any more", nil, "deprecated"),

  -- types
  type_widened = kind("minor", "the type of '{name}' was widened from {old} to {new}",
    "See that what you copy '{name}' into holds {new}.", "type_narrowed"),
  type_narrowed = kind("major", "the type of '{name}' was narrowed from {old} to {new}",
    "See that your values of '{name}' still fit {new}.", "type_widened"),
  type_changed = kind("major", "the type of '{name}' changed from {old} to {new}",
    "Read '{name}' as {new}; casts and comparisons with {old} must go.", "type_changed"),
  type_declared = kind("patch", "the type of '{name}' is said: {new}", nil, "type_undeclared"),
  type_undeclared = kind("major", "the type of '{name}' is not said any more, it was {old}",
    "Do not rely on '{name}' being {old}.", "type_declared"),
  type_respelled = kind("patch", "the type of '{name}' is written {new}, it was {old}: the same type", nil,
    "type_respelled"),
  option_changed = kind("major", "{what} of '{name}' changed from {old} to {new}",
    "Look at how you use '{name}'.", "option_changed"),

  -- values
  required_added = kind("major", "'{name}' is required now",
    "Writers and copies must fill '{name}'; readers need nothing.", "required_removed"),
  required_removed = kind("minor", "'{name}' may be null now",
    "Handle nulls in '{name}'.", "required_added"),
  enum_value_removed = kind("major", "'{name}' cannot be {old} any more",
    "Take {old} out of what compares with '{name}'.", "enum_value_added"),
  enum_value_added = kind("minor", "'{name}' may be {new} now",
    "Handle {new} where '{name}' decides something.", "enum_value_removed"),
  enum_added = kind("major", "'{name}' is one of a list now: {new}",
    "Other values of '{name}' will not come any more.", "enum_removed"),
  enum_removed = kind("minor", "'{name}' is not restricted to a list any more, it was one of {old}",
    "Handle other values of '{name}'.", "enum_added"),
  enum_described = kind("patch", "the words about the values of '{name}' changed", nil, "enum_described"),
  pattern_tightened = kind("major", "the pattern of '{name}' lets through less: {new}",
    "Values of '{name}' that do not match {new} will not come any more.", "pattern_loosened"),
  pattern_loosened = kind("minor", "the pattern of '{name}' lets through more: {new}",
    "Handle values of '{name}' that did not match {old}.", "pattern_tightened"),
  pattern_changed = kind("major", "the pattern of '{name}' changed from {old} to {new}",
    "Handle values of '{name}' that match {new}.", "pattern_changed"),
  format_added = kind("major", "'{name}' has the format {new} now",
    "Values of '{name}' that are no {new} will not come any more.", "format_removed"),
  format_removed = kind("minor", "'{name}' has no format any more, it was {old}",
    "Handle values of '{name}' that are no {old}.", "format_added"),
  format_changed = kind("major", "the format of '{name}' changed from {old} to {new}",
    "Parse '{name}' as {new}.", "format_changed"),
  bound_tightened = kind("major", "{what} of '{name}' is tighter: {new}, it was {old}",
    "Values of '{name}' beyond {new} will not come any more.", "bound_loosened"),
  bound_loosened = kind("minor", "{what} of '{name}' is looser: {new}, it was {old}",
    "See that what you copy '{name}' into takes such values.", "bound_tightened"),
  bound_changed = kind("major", "{what} of '{name}' changed from {old} to {new}",
    "Handle such values of '{name}'.", "bound_changed"),

  -- keys
  unique_added = kind("minor", "the values of '{name}' are unique now", nil, "unique_removed"),
  unique_removed = kind("major", "the values of '{name}' are not unique any more",
    "Joins on '{name}' may multiply rows.", "unique_added"),
  primary_key_added = kind("minor", "'{name}' has a primary key now: {new}", nil, "primary_key_removed"),
  primary_key_removed = kind("major", "'{name}' has no primary key any more, it was {old}",
    "Do not rely on {old} naming one row.", "primary_key_added"),
  primary_key_changed = kind("major", "the primary key of '{name}' changed from {old} to {new}",
    "Join and deduplicate by {new}.", "primary_key_changed"),
  primary_key_reordered = kind("minor", "the primary key of '{name}' is in another order: {new}, it was {old}", nil,
    "primary_key_reordered"),
  partitioning_changed = kind("minor", "the partitioning of '{name}' changed from {old} to {new}",
    "Filter by {new}, so that queries stay fast.", "partitioning_changed"),
  relationship_added = kind("minor", "'{name}' refers to {new} now", nil, "relationship_removed"),
  relationship_removed = kind("major", "'{name}' does not refer to {old} any more",
    "Joins over it may lose rows.", "relationship_added"),
  relationship_described = kind("patch", "the words about a relationship of '{name}' changed", nil,
    "relationship_described"),

  -- sensitivity
  classification_raised = kind("patch", "'{name}' is classified {new} now, it was {old}",
    "See that your use of '{name}' is allowed for {new} data.", "classification_lowered"),
  classification_lowered = kind("patch", "'{name}' is classified {new} now, it was {old}", nil,
    "classification_raised"),
  classification_changed = kind("patch", "'{name}' is classified {new} now, it was {old}", nil,
    "classification_changed"),

  -- service levels
  sla_added = kind("minor", "{what} is promised now: {new}", nil, "sla_removed"),
  sla_removed = kind("major", "{what} is not promised any more, it was {old}",
    "Do not rely on {what} of {old}.", "sla_added"),
  sla_tightened = kind("minor", "{what} is promised more firmly: {new}, it was {old}", nil, "sla_relaxed"),
  sla_relaxed = kind("major", "{what} was relaxed from {old} to {new}",
    "Plan with {what} of {new}.", "sla_tightened"),
  sla_changed = kind("major", "{what} changed from {old} to {new}",
    "Plan with {what} of {new}.", "sla_changed"),
  sla_respelled = kind("patch", "{what} is written {new}, it was {old}: as much as before", nil, "sla_respelled"),
  sla_described = kind("patch", "the words about {what} changed", nil, "sla_described"),

  -- quality
  quality_added = kind("minor", "'{name}' has a new quality rule: {new}", nil, "quality_removed"),
  quality_removed = kind("major", "a quality rule of '{name}' was removed: {old}",
    "Check it yourself if you rely on it.", "quality_added"),
  quality_tightened = kind("minor", "a quality rule of '{name}' is stricter: {new}, it was {old}", nil,
    "quality_relaxed"),
  quality_relaxed = kind("major", "a quality rule of '{name}' was relaxed: {new}, it was {old}",
    "See that the data is still good enough for you.", "quality_tightened"),
  quality_changed = kind("major", "a quality rule of '{name}' changed: {new}, it was {old}",
    "See that the data is still good enough for you.", "quality_changed"),
  quality_described = kind("patch", "the words about a quality rule of '{name}' changed: {new}", nil,
    "quality_described"),

  -- where the data is
  server_added = kind("minor", "the server '{name}' was added", nil, "server_removed"),
  server_removed = kind("major", "the server '{name}' was removed",
    "Read from another server.", "server_added"),
  server_changed = kind("major", "{what} of the server '{name}' changed from {old} to {new}",
    "Connect to {new}.", "server_changed"),
  server_described = kind("patch", "{what} of the server '{name}' changed", nil, "server_described"),

  -- the contract
  id_changed = kind("major", "the contract's id changed from {old} to {new}",
    "Refer to {new}.", "id_changed"),
  status_changed = kind("patch", "the status changed from {old} to {new}", nil, "status_changed"),
  owner_changed = kind("patch", "who answers for the data changed from {old} to {new}", nil, "owner_changed"),
  description_changed = kind("patch", "the description of {name} changed", nil, "description_changed"),
  tags_changed = kind("patch", "the tags of {name} changed from {old} to {new}", nil, "tags_changed"),
  details_changed = kind("patch", "{what} of {name} changed", nil, "details_changed"),
}

--- Bumps, weakest first.
M.bumps = { "none", "patch", "minor", "major" }

local RANKS <const> = { none = 0, patch = 1, minor = 2, major = 3 }

--- The rank of a bump: 0 none, 1 patch, 2 minor, 3 major.
---@param bump string
---@return integer
function M.rank(bump)
  return RANKS[bump]
end

--- The stronger of two bumps.
---@param a string
---@param b string
---@return string
function M.stronger(a, b)
  return RANKS[a] >= RANKS[b] and a or b
end

--- A text of the table with its words filled in. What a change does not have stays "nothing".
---@param template string
---@param words table<string, any>
---@return string
function M.fill(template, words)
  return (template:gsub("{(%a+)}", function(key)
    local value <const> = words[key]
    return value == nil and "nothing" or tostring(value)
  end))
end

return M
