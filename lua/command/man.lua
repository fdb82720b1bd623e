-- floe man: the manual page, made from the same definitions as the help. The build installs what it prints.
local M = {
  name = "man",
  summary = "print the manual page",
  hidden = true,
  options = {
    { name = "format", value = "FORMAT", type = "choice", choices = { "roff", "markdown" }, default = "roff",
      help = "for man, or as a page of the reference" },
  },
  examples = { { "floe man | man -l -", "read it" } },
}

---@return integer
function M.run(options, terminal)
  terminal:write(require(options.format == "markdown" and "usage.markdown" or "usage.manual").page())
  return 0
end

return M
