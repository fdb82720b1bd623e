-- floe help: the overview, or the help of one command.
local M = {
  name = "help",
  summary = "explain floe or one command",
  arguments = {
    { name = "words", label = "COMMAND…", many = true, complete = "command", help = "the command to explain" },
  },
  examples = {
    { "floe help", "all commands" },
    { "floe help policy test", "the same as 'floe policy test --help'" },
  },
}

---@return integer
function M.run(options, terminal)
  local help <const> = require "usage.help"
  if #options.words == 0 then
    terminal:write(help.overview())
    return 0
  end
  local commands <const> = require "usage.commands"
  local definition <const> = commands.find(options.words)
  if not definition then
    local parser <const> = require "usage.parser"
    local text <const> = table.concat(options.words, " ")
    parser.misuse(("there is no command '%s'%s"):format(text, parser.suggestion(text, commands.names)))
  end
  terminal:write(help.command(definition))
  return 0
end

return M
