-- Whether dbt's manifest still tells about the models that are there. Policies read the manifest: what was written
-- since dbt made it is not judged, and that must not look like a pass.

local files <const> = require "host.files"
local text <const> = require "floe.text"

local M = {}

-- As many models as a project has.
local MOST_FILES <const> = 200000
-- Names that a note lists before it only counts.
local MOST_NAMES <const> = 3

-- Code without what dbt leaves out of a manifest: blanks and line ends around it.
local function trimmed(code)
  return (code:gsub("\r\n", "\n"):match("^%s*(.-)%s*$"))
end

-- The files of models below the project's model folders, as paths from the project's folder.
local function model_files(root, folders)
  local out <const>, present <const> = {}, {}
  for _, folder in ipairs(folders) do
    local path <const> = files.join(root, folder)
    for _, entry in ipairs(files.is_dir(path) and files.walk(path, { max_files = MOST_FILES }) or {}) do
      if entry.path:find("%.sql$") or entry.path:find("%.py$") then
        local file <const> = files.normalize(files.join(folder, entry.path))
        out[#out + 1] = file
        present[file] = true
      end
    end
  end
  return out, present
end

-- "model.shop.orders.v2" → "orders_v2" and "orders", the names that its file may have.
local function add_disabled_names(names, id)
  local name <const>, version <const> = id:match("^model%.[^.]+%.([^.]+)%.?(.*)$")
  if name then
    names[name] = true
    names[name .. "_" .. version] = true
  end
end

-- Own models by file, and the names of disabled ones, which a manifest keeps apart.
local function known_models(project)
  local by_file <const>, disabled <const> = {}, {}
  for _, model in ipairs(project.models) do
    if model.own then
      by_file[model.file] = model
    end
  end
  for _, id in ipairs(project.disabled) do
    add_disabled_names(disabled, id)
  end
  return by_file, disabled
end

-- True where the file's text is not the code in the manifest. dbt may keep none there; then nothing is known.
local function has_changed(root, file, model)
  local code <const> = model.code
  if code == "" or code:find("^%-%-placeholder") then
    return false
  end
  local now <const> = files.read(root .. "/" .. file)
  if not now or now:sub(1, #code) == code and not now:find("%S", #code + 1) then
    return false
  end
  return trimmed(now) ~= trimmed(code)
end

local function note_of(root, list, one, many)
  if #list == 0 then
    return nil
  end
  local place <const> = files.normalize(files.join(root, list[1]))
  return {
    kind = "stale",
    message = #list == 1 and one:format(list[1]) or many:format(#list) .. ": " .. text.list(list, MOST_NAMES),
    hint = "run `dbt parse`, and validate again",
    file = files.is_file(place) and place or nil,
  }
end

--- What the manifest does not know, or knows otherwise: a note for new models, for changed ones and for those that
--- are gone.
---@param project any the project's fact
---@param root string the dbt project's folder
---@param folders string[] of models, from there
---@return table[] notes { kind, message, hint, file }
function M.notes(project, root, folders)
  local by_file <const>, disabled <const> = known_models(project)
  local listed <const>, present <const> = model_files(root, folders)
  local new <const>, changed <const>, gone <const> = {}, {}, {}
  for _, file in ipairs(files.exists(files.join(root, ".dbtignore")) and {} or listed) do
    if not by_file[file] and not disabled[files.basename(file):match("^(.*)%.")] then
      new[#new + 1] = file
    end
  end
  for _, model in ipairs(project.models) do
    if model.own and not present[model.file] then
      gone[#gone + 1] = model.file
    elseif model.own and has_changed(root, model.file, model) then
      changed[#changed + 1] = model.file
    end
  end
  local out <const> = {}
  out[#out + 1] = note_of(root, new, "'%s' is not in dbt's manifest: nothing judged it",
    "%d models are not in dbt's manifest: nothing judged them")
  out[#out + 1] = note_of(root, changed, "'%s' has changed since dbt made its manifest",
    "%d models have changed since dbt made its manifest")
  out[#out + 1] = note_of(root, gone, "'%s' is in dbt's manifest, but not in the project",
    "%d models are in dbt's manifest, but not in the project")
  return out
end

return M
