-- floe baseline write: accepts the findings there are, or takes out of the baseline what was repaired.
local clean <const> = require("terminal").clean
local files <const> = require "host.files"

local EXIT_BLOCKED <const>, EXIT_USAGE <const> = 1, 2

local M = {
  name = "write",
  summary = "accept the findings there are; later: take out what was repaired",
  description = [[
Judges the product and writes its open findings to .floe/baseline.yaml, sorted, for your repository. A finding is
recognised by policy, subject and path in the subject, so that moved lines do not matter. Where there is a baseline
already it may only shrink: new findings are refused unless --grow is given.]],
  arguments = {
    { name = "folder", label = "DIR", complete = "directory", help = "the product's folder (default: this folder)" },
  },
  options = require("usage.reading").options {
    { name = "file", value = "FILE", complete = "file", help = "the baseline (default: .floe/baseline.yaml in DIR)" },
    { name = "grow", help = "accept findings that are not in the baseline yet" },
    { name = "as-of", value = "DATE", type = "date", help = "judge as on this day" },
  },
  examples = {
    { "floe baseline write", "begin with what there is, or take out what was repaired" },
  },
  exits = {
    [0] = "written", [1] = "there is something new, and nothing was written",
    [2] = "misuse, or an input that cannot be judged", [3] = "a policy failed to run", [4] = "an outside system failed",
  },
}

local MOST_SHOWN <const> = 10

local function print_new(terminal, baselines, entries)
  for index = 1, math.min(#entries, MOST_SHOWN) do
    terminal:complain("      " .. clean(baselines.words(entries[index])))
  end
  if #entries > MOST_SHOWN then
    terminal:complain(("      and %d more"):format(#entries - MOST_SHOWN))
  end
end

---@return integer
function M.run(options, terminal)
  local baselines <const> = require "enforce.baseline"
  local requests <const> = require "request"
  local request <const> = requests.of(options)
  request.baseline = false
  local verdicts <const>, exit <const> = requests.judge(request, terminal)
  if not verdicts then
    return exit
  end
  local path <const> = options.file or files.normalize(files.join(request.folders[1], baselines.default_path))
  local done <const>, err <const> = baselines.write(path, baselines.entries(verdicts), {
    as_of = request.as_of, grow = options.grow,
  })
  if not done then
    if err.new then
      err.hint = "Repair it, have it waived, or accept it with --grow:"
    end
    terminal:fail(err)
    print_new(terminal, baselines, err.new or {})
    return err.new and EXIT_BLOCKED or EXIT_USAGE
  end
  if not terminal.quiet then
    terminal:line(("Wrote %s: %s accepted, %d new, %d gone"):format(clean(path),
      require("terminal").count(done.kept + done.added, "finding"), done.added, done.removed))
  end
  return 0
end

return M
