-- floe init: makes a data product that validates at once. Nothing that exists is overwritten.
local files <const> = require "host.files"

local M = {
  name = "init",
  summary = "create a data product that validates at once",
  description = [[
Writes floe.yaml, a dbt project with folders for the bronze, silver and gold layer, and a README. In the mode
centralized a platform manifest comes with it; in the mode mesh the manifests of an enterprise and of a domain, and a
data contract. With --platform the product refers to that manifest instead, and none is written.

Nothing that exists is overwritten. In a dbt project that exists only what floe needs gets added; where floe.yaml, a
manifest or a contract is there already, nothing is written at all.]],
  arguments = {
    { name = "folder", label = "DIR", complete = "directory", help = "where to create it (default: this folder)" },
  },
  options = {
    { name = "mode", value = "MODE", type = "choice", choices = { "simple", "centralized", "mesh" }, default = "simple",
      help = "which platform tiers stand above the product" },
    { name = "platform", value = "REF", complete = "file", help = "the platform manifest the product refers to" },
    { name = "name", value = "NAME", help = "the product's name (default: the folder's)" },
    { name = "domain", value = "DOMAIN", default = "analytics", help = "the domain it belongs to" },
    { name = "owner", value = "OWNER", help = "who answers for it (default: <domain>-team@example.com)" },
  },
  examples = {
    { "floe init my-product", "a product on its own, judged by floe's own policies" },
    { "floe init my-product --domain sales --platform ../platform/manifest.yaml", "under a platform that exists" },
    { "floe init my-mesh --mode mesh --domain sales", "with an enterprise and a domain manifest to start from" },
  },
  exits = { [0] = "created", [2] = "misuse, or a file that is in the way" },
}

local NAME_RULE <const> = "lower-case letters, digits and dashes, beginning with a letter, at most 63"

local function misuse(...)
  require("usage.parser").misuse(...)
end

-- A product's name out of a folder's: "My Product" → "my-product".
local function name_of(folder)
  local base <const> = files.basename(files.absolute(folder))
  local name <const> = base:lower():gsub("[^a-z0-9]+", "-"):gsub("^[^a-z]+", ""):gsub("%-+$", ""):sub(1, 63)
  return name ~= "" and name or "my-product"
end

local function check_name(option, name)
  if #name > 63 or not name:find("^[a-z][a-z0-9-]*$") then
    misuse(("--%s cannot be '%s'"):format(option, name), "It is made of " .. NAME_RULE .. ".")
  end
end

-- The address of the remote `origin`, without scheme, user and password, out of a git configuration.
local function parse_origin(config)
  local section <const> = config:match('%[remote "origin"%]([^%[]*)')
  local url <const> = section and section:match("\n%s*url%s*=%s*(%S+)")
  if not url then
    return nil
  end
  local address <const> = url:gsub("^%w[%w+.-]*://", ""):gsub("^[^/@]*@", ""):gsub("^([^/:]+):", "%1/")
  return (address:gsub("%.git$", ""):gsub("/+$", ""))
end

local function find_repository(folder)
  local current = files.absolute(folder)
  while true do
    local config <const> = files.read(files.join(current, ".git/config"), 1048576)
    if config then
      return parse_origin(config)
    end
    local parent <const> = files.dirname(current)
    if parent == current or parent == "." then
      return nil
    end
    current = parent
  end
end

local function collect_values(options, folder)
  local name <const> = options.name or name_of(folder)
  check_name("name", name)
  check_name("domain", options.domain)
  return {
    mode = options.mode,
    platform = options.platform,
    name = name,
    project = name:gsub("-", "_"),
    domain = options.domain,
    owner = options.owner or options.domain .. "-team@example.com",
    repository = find_repository(folder),
  }
end

-- The files to write, and those that are in the way.
local function sort_files(folder, list)
  local has_dbt <const> = files.exists(files.join(folder, "dbt_project.yml"))
  local missing <const>, obstacles <const> = {}, {}
  for _, file in ipairs(list) do
    local path <const> = files.join(folder, file.path)
    if has_dbt and file.dbt then
      goto continue
    elseif not files.exists(path) then
      missing[#missing + 1] = file
    elseif not file.keep then
      obstacles[#obstacles + 1] = path
    end
    ::continue::
  end
  return missing, obstacles
end

local function write_all(folder, list)
  for _, file in ipairs(list) do
    local path <const> = files.join(folder, file.path)
    local ok, err = files.mkdir(files.dirname(path))
    if ok then
      ok, err = files.write(path, file.text)
    end
    if not ok then
      return nil, err
    end
  end
  return true
end

local function report(terminal, folder, list)
  if terminal.quiet then
    return
  end
  local clean <const> = require("terminal").clean
  terminal:line(("Created %s:"):format(clean(folder)))
  for _, file in ipairs(list) do
    terminal:line("      " .. terminal:paint("green", "✓") .. " " .. clean(file.path))
  end
  terminal:line()
  local target <const> = folder:find("^[%w%._/-]+$") and folder or "'" .. folder:gsub("'", "'\\''") .. "'"
  terminal:line("Next: " .. (folder == "." and "" or "cd " .. clean(target) .. " && ") .. "floe validate")
end

---@return integer
function M.run(options, terminal)
  local folder <const> = options.folder or "."
  local all <const> = require("command.init.files").list(collect_values(options, folder))
  local list <const>, obstacles <const> = sort_files(folder, all)
  if #obstacles > 0 then
    terminal:fail({
      message = "nothing was created: " .. table.concat(obstacles, ", ") .. (#obstacles == 1 and " exists" or " exist"),
      hint = "floe init never overwrites. Name another folder, or move what is in the way.",
    })
    return 2
  end
  local ok <const>, err <const> = write_all(folder, list)
  if not ok then
    terminal:fail(err)
    return 2
  end
  report(terminal, folder, list)
  return 0
end

return M
