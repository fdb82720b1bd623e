-- A part of a contract on both sides of a comparison. It knows where it stands on either side, so that a change that
-- is found can be told with its path and its places; nothing of that is computed before there is a change.

local document <const> = require "contract.document"
local kinds <const> = require "contract.kinds"

local M = {}

---@class floe.contract.change
---@field kind string a kind of contract/kinds
---@field bump "major"|"minor"|"patch"
---@field path string the element: `schema.customers.properties.email`
---@field name string the element as people call it: `customers.email`
---@field field string? the member of the element that changed
---@field message string
---@field step string? what a consumer does about it
---@field old any
---@field new any
---@field guess boolean? it is taken for a renaming because the two are alike
---@field old_place { file: string, line: integer?, column: integer? }?
---@field new_place { file: string, line: integer?, column: integer? }?

---@class floe.contract.pair
---@field old any
---@field new any
---@field path string
---@field name string
local pair <const> = {}
pair.__index = pair

--- The pair of two whole contracts.
---@param old floe.contract.normal
---@param new floe.contract.normal
---@return floe.contract.pair
function M.root(old, new)
  return setmetatable({ old = old, new = new, path = "", name = "the contract", changes = {}, old_root = old,
    new_root = new }, pair)
end

local function join(path, ...)
  local parts <const> = { path ~= "" and path or nil }
  for _, part in ipairs { ... } do
    parts[#parts + 1] = part
  end
  return table.concat(parts, ".")
end

--- The pair of an element below this one; one side is absent where it was added or removed.
---@param member string such as `properties`
---@param old_index integer|string|nil nil where the old side does not have it
---@param new_index integer|string|nil
---@param word string what it is called in the path
---@param name string what people call it
---@return floe.contract.pair
function pair:below(member, old_index, new_index, word, name)
  local old, new
  if member == "" then
    old, new = old_index and self.old[old_index], new_index and self.new[new_index]
  else
    old = old_index and self.old[member][old_index]
    new = new_index and self.new[member][new_index]
  end
  return setmetatable({
    parent = self,
    member = member,
    old_index = old_index,
    new_index = new_index,
    old = old or nil,
    new = new or nil,
    path = member == "" and join(self.path, word) or join(self.path, member, word),
    name = name,
    changes = self.changes,
    old_root = self.old_root,
    new_root = self.new_root,
  }, pair)
end

--- What people call an element below this one.
---@param name any
---@return string
function pair:called(name)
  return self.parent and ("%s.%s"):format(self.name, tostring(name)) or tostring(name)
end

local function trail(self, index)
  if not self.parent then
    return {}
  end
  local out <const> = trail(self.parent, index)
  if self.member ~= "" then
    out[#out + 1] = self.member
  end
  out[#out + 1] = self[index]
  return out
end

local function place(self, root, index, members)
  local steps <const> = trail(self, index)
  table.move(members, 1, #members, #steps + 1, steps)
  local file <const>, line <const>, column <const> = document.place(root, steps)
  return file and { file = file, line = line, column = column } or nil
end

-- A value in a sentence.
local function words(value)
  if type(value) ~= "table" then
    return value == nil and "nothing" or tostring(value)
  end
  local parts <const> = {}
  for index = 1, #value do
    parts[index] = tostring(value[index])
  end
  return #parts > 0 and table.concat(parts, ", ") or "nothing"
end

--- Notes a change of this element.
---@param kind string
--- `members` lead from the element to what changed, where that is not the member `field`; one side may have its own.
---@param about { old: any, new: any, what: string?, name: string?, field: string?, guess: boolean?,
---  members: any[]?, old_members: any[]?, new_members: any[]? }
function pair:report(kind, about)
  local declared <const> = kinds.all[kind]
  local said <const> = {
    name = about.name or self.name, old = words(about.old), new = words(about.new), what = about.what,
  }
  local members <const> = about.members or { about.field }
  self.changes[#self.changes + 1] = {
    kind = kind,
    bump = declared.bump,
    path = self.path,
    name = said.name,
    field = about.field,
    message = kinds.fill(declared.says, said) .. (about.guess and " (a guess: they are alike)" or ""),
    step = declared.step and kinds.fill(declared.step, said) or nil,
    old = about.old,
    new = about.new,
    guess = about.guess,
    old_place = self.old ~= nil and place(self, self.old_root, "old_index", about.old_members or members) or nil,
    new_place = self.new ~= nil and place(self, self.new_root, "new_index", about.new_members or members) or nil,
  }
end

return M
