-- The shape of a platform environment contract: what a platform team promises to those who deploy into one environment.
-- A product that targets it stands on the platform manifest that it names. It is read by people who may see nothing
-- secret, on machines that are not its author's: neither secrets nor paths of a workstation may stand in it.

local choices <const> = require "manifest.tiers.choices"
local common <const> = require "manifest.common"
local problem <const> = require "manifest.problem"
local regex <const> = require "host.regex"
local secrets <const> = require "manifest.secrets"
local set <const> = require "floe.set"
local shape <const> = require "manifest.shape"
local text <const> = require "floe.text"

local field <const> = shape.field

local M = {}

--- The word in a file's `kind`.
M.kind = "PlatformEnvironmentContract"

local address <const> = { type = "string", pattern = "^https?://[^\\s/@]+[^\\s@]*$",
  says = "an http or https address without user information" }

local approved <const> = {
  name = "ApprovedCompute",
  type = "object",
  doc = "A compute that products may run on in this environment.",
  fields = {
    { "name", type = "string", required = true, min_length = 1, doc = "The plugin's name." },
    { "use", type = "string", doc = "What it is for." },
  },
}

local choice <const> = {
  name = "EnvironmentPlugin",
  type = "object",
  about = "What an environment offers of one category.",
  fields = {
    { "default", type = "string", min_length = 1,
      doc = "What products run on there that choose nothing: one of those that the platform offers." },
    field("supported", shape.texts, { doc = "What is supported." }),
    field("alphaSupported", shape.texts, { doc = "Another spelling of `supported`." }),
    { "approved", type = "list", items = approved, unique = "name", doc = "What products may choose." },
  },
}

local environment <const> = {
  name = "Environment",
  type = "object",
  doc = "Which environment it is, and the platform manifest that holds there.",
  fields = {
    { "name", type = "string", required = true, pattern = "^[a-z][a-z0-9_-]*$", max_length = 50,
      says = "lower-case letters, digits, dashes and underscores", doc = "The environment, such as `dev`." },
    { "kubernetes", type = "object", doc = "Where it runs.", fields = {
      { "namespace", type = "string", min_length = 1, max_length = 63, doc = "The namespace." },
      { "releaseName", type = "string", min_length = 1, max_length = 53, doc = "The Helm release." },
    } },
    { "platformManifest", name = "PlatformManifestReference", type = "object", required = true,
      doc = "The platform manifest that holds in the environment.",
      fields = {
        { "source", type = "string", doc = "Where it comes from, in a word." },
        { "path", type = "string", min_length = 1, doc = "The manifest, relative to this file." },
        { "ociRef", type = "string", min_length = 1,
          doc = "The manifest in a registry; used where there is no path." },
      },
      check = function(value, report)
        if not value.path and not value.ociRef then
          report(nil, "'environment.platformManifest' names no manifest", {
            expected = "path, or ociRef", actual = "neither", hint = "write `path: ../platform/manifest.yaml`",
          })
        end
      end },
  },
}

M.shape = {
  name = "PlatformEnvironmentContract",
  type = "object",
  doc = "What a platform team promises to those who deploy into one environment. A product that targets it, by "
    .. "`platform.ref` or `--target-contract`, stands on the platform manifest that it names, and runs on the compute "
    .. "that it approves.",
  fields = {
    { "apiVersion", type = "string", required = true, enum = { "floe.dev/v1alpha1", "floe.dev/v1" },
      doc = "Version of this file's form." },
    { "kind", type = "string", required = true, enum = { M.kind }, doc = "What the file is." },
    { "metadata", name = "EnvironmentMetadata", type = "object", required = true, doc = "Who the contract is.",
      fields = {
        field("name", common.label, { required = true, doc = "The contract's name." }),
        { "owner", type = "string", required = true, min_length = 1, doc = "A team or an address." },
        { "version", type = "string", format = "semver", doc = "Its version." },
        { "description", type = "string", max_length = 500, doc = "What it is for." },
      } },
    field("environment", environment, { required = true }),
    { "plugins", type = "map", values = choice, doc = "What the environment offers, by category." },
    { "runtime", name = "EnvironmentRuntime", type = "object", additional = true,
      doc = "How products are built for it.", fields = {
        { "recommendedAlphaSpine", type = "any", doc = "The way that is recommended." },
        { "artifactRegistry", type = "string", doc = "Where images and artifacts are pushed." },
        { "imageTagPolicy", type = "string", doc = "How images are tagged, such as `git-sha`." },
      } },
    { "access", name = "EnvironmentAccess", type = "object", additional = true,
      doc = "As whom products run.", fields = {
      { "serviceAccount", type = "string", doc = "The service account of jobs." },
      { "secrets", type = "object", additional = true, doc = "How secrets reach jobs.", fields = {
        { "convention", type = "string", doc = "How secrets are named." },
      } },
    } },
    { "observability", name = "EnvironmentObservability", type = "object", additional = address,
      doc = "Where to look.", fields = {
        field("dagsterUrl", address, { doc = "Runs." }),
        field("marquezUrl", address, { doc = "Lineage." }),
        field("jaegerUrl", address, { doc = "Traces." }),
        field("minioConsoleUrl", address, { doc = "Storage." }),
      } },
    { "promotion", name = "EnvironmentPromotion", type = "object",
      doc = "What must be shown to be promoted.", fields = {
      field("requiredEvidence", shape.texts, { doc = "What must be shown." }),
    } },
    { "support", name = "EnvironmentSupport", type = "object", additional = true, doc = "Whom to ask.", fields = {
      { "escalation", type = "any", doc = "Who is asked, and in which order." },
    } },
  },
  extensions = true,
}

-- ---- what may not stand in it -----------------------------------------------------------------------------

local WORKSTATION <const> = [[(^|[\s:=,'"]|file://)(~/|/home/|/Users/|/root/|/var/folders/|/private/|[A-Za-z]:\\)]]

local function check_text(problems, owner, key, value, name)
  local secret <const> = secrets.kind(value, name)
  if secret then
    problems[#problems + 1] = problem.at(owner, key, ("'%s' holds %s"):format(name, secret),
      "a contract is read by everybody: name where the secret is kept, never the secret")
  elseif regex.find(WORKSTATION, value) then
    problems[#problems + 1] = problem.at(owner, key, ("'%s' is a path of a workstation"):format(name),
      "the contract holds on other machines too: write a path relative to this file, or an address")
  end
end

local function walk(problems, view, name)
  for key, value in pairs(view) do
    local named <const> = type(key) == "number" and name or key
    if type(value) == "userdata" then
      walk(problems, value, named)
    elseif type(value) == "string" then
      check_text(problems, view, key, value, named)
    end
  end
end

--- Checks a contract's form, and that nothing stands in it that may not.
---@param view any
---@param file string
---@return floe.problem[]
function M.check(view, file)
  local problems <const> = shape.check(M.shape, view, { file = file })
  if type(view) == "userdata" then
    walk(problems, view, "")
  end
  return problems
end

--- The names of the computes that a contract lets products take, with where it says so; nil where it leaves all open.
---@param view any
---@return string[]? names
---@return any? owner
function M.computes(view)
  local compute <const> = view.plugins and view.plugins.compute
  if compute == nil or compute.approved == nil then
    return nil
  end
  local names <const> = {}
  for index, entry in ipairs(compute.approved) do
    names[index] = entry.name
  end
  return names, compute
end

-- The first list of the platform that does not hold a name.
local function excluding(lists, name)
  for _, list in ipairs(lists) do
    if not set.of(list)[name] then
      return list
    end
  end
end

-- What a contract offers that its platform does not.
local function check_offer(problems, view, merged)
  local plugins <const>, approved_lists <const> = merged.values.plugins or {}, merged.values.approved_plugins or {}
  for category, selection in pairs(view.plugins or {}) do
    local offers <const> = { { selection, "default", selection.default } }
    for _, entry in ipairs(selection.approved or {}) do
      offers[#offers + 1] = { entry, "name", entry.name }
    end
    local lists <const> = {}
    lists[1] = choices.offered(plugins[category])
    lists[#lists + 1] = approved_lists[category]
    for _, offer in ipairs(offers) do
      local owner <const>, key <const>, name <const> = table.unpack(offer, 1, 3)
      local list <const> = name and excluding(lists, name)
      if list then
        problems[#problems + 1] = problem.at(owner, key, ("%s '%s' is not among those the platform approves: %s")
          :format(category, name, text.list(list)), nil, { text.suggest(name, list) })
      end
    end
  end
end

-- Where a product runs on what its environment does not approve.
local function check_product(problems, contract, merged, product)
  local names <const>, owner <const> = M.computes(contract)
  if not names then
    return
  end
  local approved_names <const> = set.of(names)
  local function refuse(at, key, name)
    problems[#problems + 1] = problem.at(at, key, ("compute '%s' is not approved in the environment '%s': %s (%s)")
      :format(name, contract.environment.name, text.list(names), problem.place(owner, "approved")), nil,
      { text.suggest(name, names) })
  end
  local open = false
  for _, transform in ipairs(product and product.transforms or {}) do
    if transform.compute and not approved_names[transform.compute] then
      refuse(transform, "compute", transform.compute)
    end
    open = open or not transform.compute
  end
  local compute <const> = merged.fields["plugins.compute"]
  local default <const> = compute and (compute.value.type or compute.value.default)
  if open and default and not approved_names[default] then
    refuse(compute.winner.owner, compute.winner.key, default)
  end
end

--- Compares a contract with the platform that it names, and with a product that targets it.
---@param contract any view
---@param merged floe.tiers.merged the platform's tiers, and the product
---@param product any? view of the floe.yaml
---@return floe.problem[]
function M.compare(contract, merged, product)
  local problems <const> = {}
  check_offer(problems, contract, merged)
  check_product(problems, contract, merged, product)
  return problems
end

return M
