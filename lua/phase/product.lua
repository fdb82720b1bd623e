-- Loads a product's folder: floe.yaml, the platform manifests it refers to, its contracts, its dbt project, its
-- ports and files, and makes the `product` fact of them. What keeps a product from being judged is an error of
-- the kind "input" (exit 2) or "outside" (exit 4); all of them are found in one go, as far as they can be.

local document <const> = require "host.document"
local files <const> = require "host.files"
local match <const> = require "contract.match"
local platforms <const> = require "phase.platforms"
local problem <const> = require "manifest.problem"
local product_shape <const> = require "manifest.product"
local projects <const> = require "phase.project"
local set <const> = require "floe.set"
local shape <const> = require "manifest.shape"
local tiers <const> = require "manifest.tiers"
local tree <const> = require "phase.tree"
local words <const> = require "floe.text"

local M = {}

-- The groups in which a verdict's lines are shown; each phase has a step for each of them.
---@alias floe.step "product"|"dbt"|"contracts"|"policies"|floe.compile.step
---@alias floe.compile.step "platform"|"identity"|"inheritance"|"orchestration"|"artifacts"
local STEP_PRODUCT <const>, STEP_DBT <const>, STEP_CONTRACTS <const> = "product", "dbt", "contracts"

-- Text files are read up to these bounds.
local LARGEST_FILE <const>, LARGEST_SUM <const> = 1 << 20, 1 << 28

---@class floe.loading a product on its way from its folder to its fact
---@field folder string as the user named it
---@field path string of the floe.yaml
---@field spec any view of the floe.yaml
---@field valid boolean? the floe.yaml has the right shape
---@field errors table[] { kind, message, hint, file, line, column, code }
---@field refused table[]? errors in the dbt project that leave the rest to be judged
---@field notes table[] what is worth saying and no error: { message, hint, file, line, column }
---@field platforms table[] manifests, enterprise first
---@field environment floe.environment? the environment contract that led to the platforms
---@field tiers floe.tier[] platforms and the product
---@field governance table the merged governance section
---@field resolved floe.tiers.merged the merged manifests, and where each value comes from
---@field compiled floe.contract.compiled[]? at compile, the contracts as they are promised
---@field parents table? of the contracts, as far as they were asked for: see contract.inherit
---@field inputs floe.contract.input[]? known contracts of what it reads
---@field open_catalog (fun(): any)? opens the catalog that knows contracts of inputs, where a phase asks it
---@field compiled_inputs any? `input_contracts` of the product's artifact, for what neither files nor the catalog know
---@field contract_files string[]? contracts beside the product's own that were read
---@field registration floe.registration? at compile, what the catalog says of the product
---@field entries table[]? what stands below the product's folder, where it was looked at
---@field record any the product's fact

-- An entry of `errors` or `notes` from a problem.
local function entry_of(wrong, step)
  return {
    kind = wrong.kind_of_error or (wrong.outside and "outside" or "input"),
    message = wrong.message,
    hint = wrong.hint,
    file = wrong.file,
    line = wrong.line,
    column = wrong.column,
    code = wrong.code,
    suggestions = wrong.suggestions,
    step = step,
    told = wrong.told,
  }
end

--- Adds problems to the errors of a product (warnings to its notes); `step` is the group they are shown in.
---@param loading floe.loading
---@param problems floe.problem[]
---@param step floe.step
function M.add_problems(loading, problems, step)
  for _, wrong in ipairs(problems) do
    table.insert(wrong.severity == "warning" and loading.notes or loading.errors, entry_of(wrong, step))
  end
end

-- The floe.yaml of a folder (or the file itself, where it was named), and the folder.
local function find_file(folder)
  if files.is_file(folder) then
    return folder, files.dirname(folder)
  end
  for _, name in ipairs { "floe.yaml", "floe.yml" } do
    local path <const> = files.normalize(files.join(folder, name))
    if files.is_file(path) then
      return path, folder
    end
  end
  return nil, folder
end

--- The id of a product, from the metadata in its floe.yaml: "sales.my_product".
---@param metadata { name: string, domain: string? }
---@return string
function M.id_of(metadata)
  local name <const> = metadata.name
  local id <const> = (metadata.domain and ("%s.%s"):format(metadata.domain, name) or name):gsub("-", "_")
  return id
end

local function product_tier(loading)
  return {
    title = "product's floe.yaml",
    kind = "product",
    manifest = loading.spec,
    governance = loading.spec.governance,
  }
end

-- The nearest folder above that holds a product, as one reaches it from here; nil for none.
local function product_above(folder)
  local up = files.normalize(files.join(folder, ".."))
  local top = files.absolute(folder)
  while files.dirname(top) ~= top do
    top = files.dirname(top)
    if find_file(up) then
      return up
    end
    up = files.normalize(files.join(up, ".."))
  end
end

-- Why there is no floe.yaml to read in a folder, and what to do about it.
local function no_file(folder)
  local expected <const> = files.normalize(files.join(folder, "floe.yaml"))
  if files.exists(expected) then
    local what <const> = files.is_dir(expected) and "is a folder, not a file" or "cannot be read: it is no regular file"
    return problem.with(expected, ("'%s' %s"):format(expected, what), "put the product's declaration there")
  elseif not files.is_dir(folder) then
    return problem.with(expected, ("there is no folder '%s'"):format(folder), "name a folder that holds a floe.yaml")
  end
  local above <const> = folder == "." and product_above(folder)
  return problem.with(expected, ("there is no floe.yaml in '%s'"):format(folder),
    above and ("there is one above: `floe validate %s`"):format(above)
      or "`floe init` makes one; or name the product's folder")
end

-- Reads floe.yaml; false where there is nothing to go on with.
local function read_spec(loading)
  local path <const>, folder <const> = find_file(loading.folder)
  loading.root = folder
  if not path then
    M.add_problems(loading, { no_file(loading.folder) }, STEP_PRODUCT)
    return false
  end
  loading.path = path
  local spec <const>, err <const> = document.read(path, { format = "yaml", dialect = "core" })
  if spec == nil and err then
    M.add_problems(loading, { problem.from(err) }, STEP_PRODUCT)
    return false
  end
  local problems <const> = shape.check(product_shape, spec, { file = path })
  M.add_problems(loading, problems, STEP_PRODUCT)
  loading.spec = spec
  loading.valid = not shape.has_errors(problems)
  return loading.valid
end

--- Opens a product: its floe.yaml, the platform manifests, and what the tiers decide.
---@param folder string
---@param target string? an environment contract to stand on, in place of the platform that floe.yaml names
---@return floe.loading
function M.open(folder, target)
  local loading <const> = { folder = folder, errors = {}, notes = {}, platforms = {}, tiers = {}, governance = {} }
  if not read_spec(loading) then
    return loading
  end
  loading.id = M.id_of(loading.spec.metadata)
  loading.version = loading.spec.metadata.version
  local found <const>, problems <const> = platforms.resolve(loading.spec, loading.root, target)
  loading.platforms, loading.environment = found, found.environment
  M.add_problems(loading, problems, STEP_PRODUCT)
  if #loading.errors > 0 then
    return loading
  end
  for _, platform in ipairs(found) do
    loading.tiers[#loading.tiers + 1] = platform.as_tier
  end
  loading.tiers[#loading.tiers + 1] = product_tier(loading)
  local merged <const> = tiers.merge(loading.tiers, loading.environment)
  loading.governance, loading.resolved = merged.governance, merged
  M.add_problems(loading, merged.problems, STEP_PRODUCT)
  if loading.environment then
    M.add_problems(loading, require("manifest.environment_contract").compare(loading.environment.view, merged,
      loading.spec), STEP_PRODUCT)
  end
  return loading
end

-- ---- contracts --------------------------------------------------------------------------------------------

local function is_yaml(name)
  return name:find("%.ya?ml$") ~= nil
end

--- Paths of contract files below a product's folder, in order: the root's, then contracts/, then those of ports.
---@param root string
---@param spec any? view of the floe.yaml; without it no ports are looked at
---@return string[]
function M.contract_paths(root, spec)
  local paths <const>, seen <const> = {}, {}
  local function add(path)
    local normal <const> = files.normalize(path)
    if not seen[normal] and files.is_file(normal) then
      seen[normal] = true
      paths[#paths + 1] = normal
    end
  end
  for _, name in ipairs(files.list(root) or {}) do
    if name:find("^datacontract%.ya?ml$") or name:find("%.odcs%.ya?ml$") then
      add(files.join(root, name))
    end
  end
  local folder <const> = files.join(root, "contracts")
  for _, name in ipairs(files.is_dir(folder) and files.list(folder) or {}) do
    if is_yaml(name) then
      add(files.join(folder, name))
    end
  end
  for _, port in ipairs(spec and match.ports_of(spec) or {}) do
    local ref <const> = match.reference_of(port)
    if ref then
      add(files.join(root, ref))
    end
  end
  return paths
end

-- A port that refers to a contract which is not there: the contract's fact says so, at the port's place.
local function missing_contract(path, schema)
  return document.record("contract", {
    unique_id = "contract." .. path,
    dialect = "odcs",
    file = path,
    source = "file",
    conflicts = document.list {},
    tables = {},
    sla = document.list {},
    problems = document.list {
      document.record("problem", {
        code = "FLOE-E500",
        message = ("there is no contract '%s'"):format(path),
        expected = "a file with a data contract",
        actual = "no such file",
        suggestions = document.list { "correct the name, or leave `schema` out: floe makes a contract of the port" },
      }, { schema, "ref" }),
    },
    spec = {},
  }, { schema, "ref" })
end

local function levels_of(governance)
  local classification <const> = governance.classification
  return type(classification) == "table" and classification.levels or nil
end

-- Two files with one id would be one contract to whoever reads them.
local function note_same_id(loading, list, contract, path)
  for _, other in ipairs(list) do
    if other.unique_id == contract.unique_id then
      loading.notes[#loading.notes + 1] = {
        kind = "contract",
        message = ("'%s' and '%s' are contracts with one id, '%s'"):format(other.file, contract.file, contract.id
          or contract.name),
        hint = "give each contract an id of its own",
        file = path,
      }
    end
  end
end

-- Reads all contracts: { list =, by_path =, broken = by unique id }.
local function read_contracts(loading)
  local out <const> = { list = {}, by_path = {}, broken = {} }
  for _, path in ipairs(M.contract_paths(loading.root, loading.spec)) do
    -- loaded only where there is a contract: it is the largest part of what a run compiles
    local read <const>, err <const> = require("contract.read").read(path, {
      levels = levels_of(loading.governance), name = files.relative(path, loading.root),
    })
    if read then
      note_same_id(loading, out.list, read.contract, path)
      out.list[#out.list + 1] = read.contract
      out.by_path[path] = read.contract
      out.broken[read.contract.unique_id] = read.broken
      for _, note in ipairs(read.notes) do
        loading.notes[#loading.notes + 1] = note
      end
    else
      M.add_problems(loading, { problem.from(err) }, STEP_CONTRACTS)
    end
  end
  for _, port in ipairs(match.ports_of(loading.spec)) do
    local ref <const> = match.reference_of(port)
    local path <const> = ref and files.normalize(files.join(loading.root, ref))
    if path and not out.by_path[path] and not out.broken[path] and not files.is_file(path) then
      out.list[#out.list + 1] = missing_contract(files.relative(path, loading.root), port.schema)
    end
  end
  return out
end

-- ---- ports ------------------------------------------------------------------------------------------------

local function port_record(loading, read, project, port)
  return document.record("port", {
    unique_id = ("port.%s.%s"):format(loading.id, port.name),
    name = port.name,
    description = port.description,
    owner = port.owner,
    table = port.table,
    model = match.model_of(project, port),
    sla = port.sla or {},
    access = port.access or {},
    columns = match.columns_of(port) or document.list {},
    contract = read.by_port and read.by_port[port.name] or match.contract_of(read, loading.root, port),
    spec = port,
  }, port)
end

-- ---- files ------------------------------------------------------------------------------------------------

-- Whether a file is, byte for byte, what floe writes itself: judging it would tell nothing of the product.
local function is_generated(loading, path, record)
  return path == "definitions.py" and record.text == require("compile.orchestration").definitions(loading)
end

local function file_record(loading, path)
  local record <const> = document.text_file(files.join(loading.root, path), path, LARGEST_FILE)
  if record ~= nil and not is_generated(loading, path, record) then
    return record
  end
end

-- Endings of files that people write; what else is large is data.
local WRITTEN <const> = set.of {
  "cfg", "conf", "csv", "env", "ini", "json", "md", "properties", "py", "sh", "sql", "tfvars", "toml", "tsv", "txt",
  "xml", "yaml", "yml",
}

local function note_large(loading, paths)
  if #paths > 0 then
    loading.notes[#loading.notes + 1] = {
      kind = "files",
      message = ("not searched, as larger than %d MiB: %s"):format(LARGEST_FILE >> 20, words.list(paths, 3)),
      hint = "keep data out of the product's folder",
    }
  end
end

-- Text files that may be committed. Where there is more than can be read, a note says so.
local function file_records(loading)
  local out <const> = {}
  local entries <const>, err <const> = tree.walk(loading.root)
  loading.entries = entries
  if not entries then
    M.add_problems(loading, { problem.from(err) }, STEP_PRODUCT)
    return out
  end
  local sum, large <const> = 0, {}
  for _, entry in ipairs(entries) do
    local fits <const> = entry.size <= LARGEST_FILE
    sum = sum + (fits and entry.size or 0)
    if not fits and WRITTEN[(entry.path:match("%.(%w+)$") or ""):lower()] then
      large[#large + 1] = entry.path
    end
    if sum > LARGEST_SUM then
      loading.notes[#loading.notes + 1] = {
        kind = "files",
        message = ("files from '%s' on were not looked at: together they are larger than %d MiB"):format(entry.path,
          LARGEST_SUM >> 20),
        hint = "keep data out of the product's folder",
      }
      break
    end
    out[#out + 1] = fits and file_record(loading, entry.path) or nil
  end
  note_large(loading, large)
  return out
end

-- ---- the fact ---------------------------------------------------------------------------------------------

local function platform_records(loading)
  local out <const> = {}
  for index, platform in ipairs(loading.platforms) do
    out[index] = document.record("platform", {
      name = platform.name,
      version = platform.version,
      tier = platform.tier,
      file = platform.path,
      digest = platform.digest,
      spec = platform.view,
    }, platform.view)
  end
  return document.list(out)
end

local function mode_of(loading)
  for _, platform in ipairs(loading.platforms) do
    if platform.tier ~= "platform" then
      return "mesh"
    end
  end
  return #loading.platforms > 0 and "centralized" or "simple"
end

--- What a product is, for who tells of it.
---@param loading floe.loading
---@return table its id, name, version, domain, namespace, owner and mode, as far as they are known
function M.about(loading)
  if not loading.id then
    return {}
  end
  local written <const>, mode <const> = loading.spec.metadata, mode_of(loading)
  local domain <const> = written.domain
  return {
    id = loading.id, name = written.name, version = loading.version, domain = domain, owner = written.owner,
    namespace = mode == "mesh" and domain and domain .. "." .. written.name or written.name, mode = mode,
  }
end

-- Gives ports, contracts and files their way back to the product.
local function link(product)
  for _, field in ipairs { "output_ports", "contracts", "files" } do
    for _, fact in ipairs(product[field]) do
      document.link(fact, "product", product)
    end
  end
end

local function records_of(loading, read, project)
  local ports <const> = {}
  for index, port in ipairs(match.ports_of(loading.spec)) do
    ports[index] = port_record(loading, read, project, port)
  end
  return document.list(ports)
end

---@class floe.product.options
---@field reading floe.reading|false how the dbt project is read; false: it is not
---@field environment string?
---@field with_files boolean? read the product's text files
---@field merged boolean? contracts are generated and merged, as a compile promises them

--- Completes a product that was opened without errors: contracts, dbt project, ports, files, and its fact.
---@param loading floe.loading
---@param options floe.product.options
---@return floe.loading
function M.complete(loading, options)
  local spec <const>, metadata <const> = loading.spec, loading.spec.metadata
  local read = read_contracts(loading)
  loading.contracts, loading.broken = read.list, read.broken
  loading.dbt = options.reading and projects.load(loading, options.reading) or projects.none(loading)
  M.add_problems(loading, loading.dbt.errors, STEP_DBT)
  for _, note in ipairs(loading.dbt.notes) do
    note.step = STEP_DBT
    loading.notes[#loading.notes + 1] = note
  end
  if #loading.errors > 0 then
    return loading
  end
  if loading.dbt.project ~= nil and #loading.dbt.project.problems > 0 then
    local errors <const>, notes <const> = require("phase.dbt_problems").entries(loading.dbt.project, STEP_DBT)
    loading.refused = errors
    table.move(notes, 1, #notes, #loading.notes + 1, loading.notes)
  end
  if options.merged then
    read = require("contract.compiled").of(loading, read, loading.dbt.project)
    loading.contracts, loading.compiled = read.list, read.compiled
  end
  if #read.list > 0 then
    require("contract.standing").complete(loading, read, M.add_problems)
    if #loading.errors > 0 then
      return loading
    end
  end
  loading.inputs = require("contract.inputs").of(loading, loading.dbt.project)
  local product <const> = document.record("product", {
    unique_id = loading.id,
    name = metadata.name,
    version = metadata.version,
    kind = spec.kind,
    description = metadata.description,
    domain = metadata.domain,
    owner = metadata.owner,
    repository = metadata.repository,
    labels = metadata.labels or {},
    file = loading.path,
    root = loading.root,
    mode = mode_of(loading),
    environment = options.environment,
    platform = platform_records(loading),
    transforms = spec.transforms or document.list {},
    output_ports = records_of(loading, read, loading.dbt.project),
    input_ports = spec.input_ports or spec.inputPorts or document.list {},
    contracts = document.list(read.list),
    inputs = document.list(loading.inputs),
    project = loading.dbt.project,
    files = document.list(options.with_files and file_records(loading) or {}),
    governance = loading.governance,
    spec = spec,
  }, spec)
  link(product)
  loading.record = product
  return loading
end

return M
