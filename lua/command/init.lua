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
  local root <const> = require("repository").root(folder)
  local config <const> = root and files.read(files.join(root, ".git/config"), 1048576)
  return config and parse_origin(config)
end

-- The platform manifest as floe.yaml refers to it: a path from the product's folder. One from here is understood too.
local function find_platform(ref, folder)
  if ref:find("^oci://") then
    misuse(("--platform cannot be '%s': this version of floe reads no registry"):format(ref),
      "Name the manifest's file in a checkout of the platform's repository.")
  end
  local path <const> = ref:gsub("^file://", "")
  if files.exists(files.normalize(files.join(folder, path))) then
    return ref
  elseif files.exists(path) then
    return files.relative(files.absolute(path), files.absolute(folder))
  end
  misuse(("there is no platform manifest '%s'"):format(ref),
    "Name its file, as it is reached from the product's folder.")
end

-- The folder of the models: in a dbt project that exists, the first that it names.
local function find_models(folder)
  local folders <const> = require("phase.project").model_folders(folder)
  for _, name in ipairs(folders) do
    if files.is_dir(files.join(folder, name)) then
      return name
    end
  end
  return folders[1]
end

local function collect_values(options, folder)
  local name <const> = options.name or name_of(folder)
  check_name("name", name)
  check_name("domain", options.domain)
  return {
    mode = options.mode,
    platform = options.platform and find_platform(options.platform, folder),
    models = find_models(folder):gsub("/*$", "/"),
    name = name,
    project = name:gsub("-", "_"),
    domain = options.domain,
    owner = options.owner or options.domain .. "-team@example.com",
    repository = find_repository(folder),
  }
end

-- What is left to write where some of it is there already.
local function select_files(folder, list)
  local has_dbt <const> = files.exists(files.join(folder, "dbt_project.yml"))
  local chosen <const> = {}
  for _, file in ipairs(list) do
    if not (has_dbt and file.dbt or file.keep and files.exists(files.join(folder, file.path))) then
      chosen[#chosen + 1] = file
    end
  end
  return chosen
end

-- What to type then, for a shell.
local function next_command(folder)
  if folder == "." then
    return "floe validate"
  end
  local target <const> = folder:find("^[%w%._/-]+$") and folder or "'" .. folder:gsub("'", "'\\''") .. "'"
  return ("cd %s && floe validate"):format(require("terminal").clean(target))
end

---@return integer
function M.run(options, terminal)
  local folder <const> = options.folder or "."
  local list <const> = require("command.init.files").list(collect_values(options, folder))
  return require("create").run(terminal, folder, select_files(folder, list), next_command(folder))
end

return M
