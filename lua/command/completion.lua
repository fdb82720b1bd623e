-- floe completion: the script by which a shell completes commands, options and values.
local M = {
  name = "completion",
  summary = "print the completion script of a shell",
  arguments = {
    { name = "shell", label = "SHELL", required = true, choices = { "bash", "zsh", "fish" }, help = "which shell" },
  },
  examples = {
    { "source <(floe completion bash)", "in this bash; in ~/.bashrc for all" },
    { "floe completion zsh > ~/.zfunc/_floe", "zsh, where ~/.zfunc is in fpath" },
    { "floe completion fish > ~/.config/fish/completions/floe.fish", "fish" },
  },
}

---@return integer
function M.run(options, terminal)
  terminal:write(require("usage.completion")[options.shell]())
  return 0
end

return M
