-- floe baseline check: compares the baseline with the findings there are.
local clean <const> = require("terminal").clean
local count <const> = require("terminal").count
local files <const> = require "host.files"

local EXIT_BLOCKED <const>, EXIT_USAGE <const> = 1, 2

local M = {
  name = "check",
  summary = "compare the baseline with the findings there are",
  description = [[
Says what is found and not in the baseline (new), and what is in the baseline and no longer found (gone). New findings
fail the command, whatever their mode; 'floe baseline write' takes out what is gone.]],
  arguments = {
    { name = "folder", label = "DIR", complete = "directory", help = "the product's folder (default: this folder)" },
  },
  options = require("usage.reading").options {
    { name = "file", value = "FILE", complete = "file", help = "the baseline (default: .floe/baseline.yaml in DIR)" },
    { name = "as-of", value = "DATE", type = "date", help = "judge as on this day" },
  },
  examples = {
    { "floe baseline check", "in CI, so that the list can only shrink" },
  },
  exits = {
    [0] = "nothing is new", [1] = "something is new", [2] = "misuse, no baseline, or an input that cannot be judged",
    [3] = "a policy failed to run", [4] = "an outside system failed",
  },
}

local function print_entries(terminal, baselines, title, entries)
  for _, entry in ipairs(entries) do
    terminal:line(("  %s: %s"):format(title, clean(baselines.words(entry))))
  end
end

---@return integer
function M.run(options, terminal)
  local baselines <const> = require "enforce.baseline"
  local requests <const> = require "request"
  local request <const> = requests.of(options)
  request.baseline = false
  local path <const> = options.file or files.normalize(files.join(request.folders[1], baselines.default_path))
  if not files.exists(path) then
    terminal:fail({ message = ("there is no baseline '%s'"):format(path), hint = "'floe baseline write' makes one." })
    return EXIT_USAGE
  end
  local verdicts <const>, exit <const> = requests.judge(request, terminal)
  if not verdicts then
    return exit
  end
  local difference <const>, problems <const> = baselines.check(path, baselines.entries(verdicts))
  if not difference then
    terminal:fail_all(problems)
    return EXIT_USAGE
  end
  print_entries(terminal, baselines, terminal:paint("red", "new"), difference.new)
  if not terminal.quiet then
    print_entries(terminal, baselines, "gone", difference.stale)
    terminal:line(("%s in the baseline, %d new, %d gone"):format(count(difference.kept, "finding"), #difference.new,
      #difference.stale))
  end
  return #difference.new > 0 and EXIT_BLOCKED or 0
end

return M
