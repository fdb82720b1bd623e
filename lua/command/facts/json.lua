-- The facts of a project as one JSON document, field by field as policies see them. Where a fact refers to another,
-- its unique id stands; columns stand where they belong.
local collect <const> = require "command.facts.collect"
local document <const> = require "host.document"
local json <const> = require "host.json"
local verdicts <const> = require "report.verdicts"

local M = {}

-- Fields that would repeat what stands elsewhere in the document.
local LEFT_OUT <const> = { project = true, node = true }

local fields_of

-- The names of a type's fields, in their order.
local function field_names(type_name)
  if not fields_of then
    fields_of = {}
    for _, kind in ipairs(document.types()) do
      local names <const> = {}
      for index, field in ipairs(kind.fields) do
        names[index] = field.name
      end
      fields_of[kind.name] = names
    end
  end
  return fields_of[type_name]
end

local convert

local function convert_record(record, left_out)
  local members <const> = {}
  for _, name in ipairs(field_names(document.type(record))) do
    if not left_out[name] then
      members[#members + 1] = { name, convert(record[name]) }
    end
  end
  return json.object(members)
end

local function convert_items(list)
  local items <const> = {}
  for index, item in ipairs(list) do
    items[index] = convert(item)
  end
  return json.array(items)
end

local function convert_map(map)
  local members <const> = {}
  for key, value in pairs(map) do
    members[#members + 1] = { verdicts.valid(key), convert(value) }
  end
  return json.object(members)
end

function convert(value)
  if value == nil then
    return json.null
  elseif type(value) == "string" then
    return verdicts.valid(value)
  elseif type(value) ~= "userdata" then
    return value
  end
  local type_name <const> = document.type(value)
  if type_name == "column" or type_name == "dbt_problem" or type_name == "run_result" then
    return convert_record(value, LEFT_OUT)
  elseif type_name then
    return value.unique_id
  end
  return document.kind(value) == "array" and convert_items(value) or convert_map(value)
end

-- The project without its lists of nodes, which stand in the document themselves.
local function convert_project(project)
  local left_out <const> = { nodes = true, tests = true, problems = true }
  for _, list in ipairs(collect.lists) do
    left_out[list] = true
  end
  return convert_record(project, left_out)
end

local function all_nodes(project)
  local nodes <const> = {}
  for _, list in ipairs(collect.lists) do
    for _, node in ipairs(project[list]) do
      nodes[#nodes + 1] = node
    end
  end
  return nodes
end

local function counts_of(project)
  local counts <const> = {}
  for _, list in ipairs(collect.lists) do
    counts[#counts + 1] = { list, #project[list] }
  end
  return json.object(counts)
end

--- Prints the document: all nodes, or those given.
---@param terminal terminal
---@param loaded floe.dbt.loaded
---@param nodes any[]?
function M.print(terminal, loaded, nodes)
  local project <const>, entries <const> = loaded.project, {}
  for index, node in ipairs(nodes or all_nodes(project)) do
    entries[index] = convert_record(node, LEFT_OUT)
  end
  terminal:json(json.object({
    { "schema", "floe.dev/project-facts/v1" },
    { "project", convert_project(project) },
    { "counts", counts_of(project) },
    { "problems", convert(project.problems) },
    { "nodes", json.array(entries) },
  }))
end

return M
