-- floe man: the manual page, made from the same definitions as the help. The build installs what it prints.
local M = {
  name = "man",
  summary = "print the manual page",
  hidden = true,
  examples = { { "floe man | man -l -", "read it" } },
}

---@return integer
function M.run(_, terminal)
  terminal:write(require("usage.manual").page())
  return 0
end

return M
