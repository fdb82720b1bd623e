-- How the commands of `floe ledger` reach a ledger: that of a product, or a file.
local files <const> = require "host.files"
local ledgers <const> = require "evidence.ledger"

local M = {}

M.EXIT_ABSENT, M.EXIT_USAGE, M.EXIT_OUTSIDE, M.EXIT_TRUST = 1, 2, 4, 5

--- The option that names a ledger without a product.
---@type usage.option
M.option = {
  name = "ledger", value = "FILE", complete = "file",
  help = "a ledger's SQLite file (default: FLOE_LEDGER, or .floe/ledger.db of the product)",
}

--- The argument that names a product.
M.folder = {
  name = "folder", label = "DIR", complete = "directory", help = "a product's folder (default: this folder)",
}

--- Prints an error and answers the exit code.
---@param terminal terminal
---@param err table
---@return integer
function M.fail(terminal, err)
  terminal:fail(err)
  return err.code == "trust" and M.EXIT_TRUST or err.code == "invalid" and M.EXIT_USAGE or M.EXIT_OUTSIDE
end

--- The ledger that is meant, to be closed by the caller. Errors are printed.
---@param options { folder: string?, ledger: string? }
---@param terminal terminal
---@return any? handle
---@return string|integer path its file, or the exit code
function M.open(options, terminal)
  local path <const> = options.ledger or ledgers.locate(options.folder or ".")
  if not path then
    terminal:fail({ message = "FLOE_LEDGER is 'off': nothing is recorded", hint = "name a file with --ledger" })
    return nil, M.EXIT_USAGE
  end
  local handle <const>, err <const> = ledgers.open(path)
  if not handle then
    return nil, M.fail(terminal, err)
  elseif files.exists(path) then
    return handle, path
  end
  local _, unseen <const> = handle:oldest() -- where nobody may look, that is said
  handle:close()
  if unseen then
    return nil, M.fail(terminal, unseen)
  end
  terminal:fail({ message = ("there is no ledger '%s'"):format(path),
    hint = "`floe validate` and `floe compile` write it" })
  return nil, M.EXIT_USAGE
end

-- The entry with a number or an id; nil where there is none.
local function entry_of(handle, name)
  local number <const> = name:match("^%d+$") and math.tointeger(tonumber(name))
  local found <const>, err <const> = handle:entries(number and #name < 8 and { before = number + 1, limit = 1 }
    or { id = name })
  if not found then
    return nil, err
  end
  local entry <const> = found[1]
  return entry and (entry.id == name or entry.seq == number) and entry or nil
end

--- Does something with one entry of a ledger. Where there is none, or none such, that is told.
---@param options { entry: string, folder: string?, ledger: string? }
---@param terminal terminal
---@param act fun(handle: any, entry: table): integer
---@return integer exit
function M.with_entry(options, terminal, act)
  local handle <close>, path <const> = M.open(options, terminal)
  if not handle then
    return path
  end
  local entry <const>, err <const> = entry_of(handle, options.entry)
  if err then
    return M.fail(terminal, err)
  elseif not entry then
    terminal:fail({ message = ("the ledger '%s' has no entry '%s'"):format(path, options.entry),
      hint = "`floe ledger list` shows those it has" })
    return M.EXIT_ABSENT
  end
  return act(handle, entry)
end

--- What an entry says, read from its body: a view.
---@param entry table
---@return table|userdata
function M.body(entry)
  local document <const> = require "host.document"
  local view <const> = document.parse(entry.body, "an entry of the ledger", { format = "json" })
  return document.kind(view) == "object" and view or {}
end

--- A moment as people read it.
---@param at integer milliseconds since 1970
---@return string
function M.moment(at)
  return require("host.system").timestamp(at // 1000)
end

return M
