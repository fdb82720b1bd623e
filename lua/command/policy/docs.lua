-- floe policy docs: the reference of a bundle, for the people who are judged by it; and of what policies can use.
local EXIT_FAILED <const>, EXIT_USAGE <const> = 1, 2

local M = {
  name = "docs",
  summary = "print the reference of a bundle in Markdown",
  description = [[
Every policy of the bundle with its codes, what it asks for and why, what to write instead, and its params; then the
functions of the bundle's own modules, from the comments above them.

With --library: what a policy can use beside its subject (ctx, the sandbox, floe's modules). 'floe schema facts' prints
the subjects themselves.]],
  arguments = {
    { name = "paths", label = "PATH…", many = true, complete = "file",
      help = "bundles, or files and folders inside of bundles (default: this folder)" },
  },
  options = {
    { name = "default", help = "the bundle inside the binary" },
    { name = "library", help = "what policies can use, instead of a bundle" },
  },
  examples = {
    { "floe policy docs governance > governance/README.md", "a page for the people who are judged" },
    { "floe policy docs --default", "floe's own policies" },
    { "floe policy docs --library", "what to write policies with" },
  },
  exits = { [0] = "printed", [1] = "a policy could not be loaded", [2] = "misuse, or no bundle" },
}

-- The chosen policies of a bundle as the reference takes them; nil where one cannot be loaded: the terminal has been
-- told.
local function load_policies(terminal, bundles, entry)
  local loaded <const>, err <const> = require("host.engine").load({ bundles.for_engine(entry) })
  if not loaded then
    terminal:fail(err)
    return nil
  end
  local list <const>, plain <const> = {}, require("host.document").plain
  local ok = true
  for index, policy in ipairs(loaded[1].policies) do
    if policy.error then
      terminal:fail({ message = ("policy '%s' could not be loaded: %s"):format(policy.id, policy.error.message),
        file = policy.error.at })
      ok = false
    elseif bundles.is_chosen(entry, entry.bundle.policies[index]) then
      list[#list + 1] = { id = policy.id, definition = plain(policy.definition) }
    end
  end
  return ok and list or nil
end

---@return integer
function M.run(options, terminal)
  if options.library and (options.default or #options.paths > 0) then
    require("usage.parser").misuse("--library is about what comes with floe, not about a bundle",
      "Leave out --library, or the bundle.")
  elseif options.library then
    terminal:write(require("reference.library").page())
    return 0
  end
  local bundles <const> = require "command.policy.bundles"
  local entries <const> = bundles.open_all(options, terminal)
  if not entries then
    return EXIT_USAGE
  end
  local ok = true
  for _, entry in ipairs(entries) do
    local policies <const> = load_policies(terminal, bundles, entry)
    if policies then
      terminal:write(require("reference.policies").page(entry.bundle, policies))
    end
    ok = ok and policies ~= nil
  end
  return ok and 0 or EXIT_FAILED
end

return M
