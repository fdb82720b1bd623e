-- Nodes that take long are told of while they run.
local longs <const> = require "run.long"
local system <const> = require "host.system"
local test <const> = dofile "tests/lua/support.lua"

-- What is told, and a clock that is set by hand.
local function watching()
  local told <const>, time = {}, { now = 1000 }
  local long <const> = longs.new(function(node)
    told[#told + 1] = node.name
  end, function()
    return time.now
  end)
  return long, told, time
end

test.case("a node is told of after a minute, and every five minutes from then on, until it ends", function()
  local long <const>, told <const>, time <const> = watching()
  test.equal(long:look(), nil, "nothing runs")
  local slow <const>, quick <const> = { name = "slow" }, { name = "quick" }
  long:started(slow)
  test.equal(long:look(), 60)
  time.now = 1030
  long:started(quick)
  test.equal({ long:look(), told }, { 30, {} })
  long:ended(quick)
  time.now = 1059
  test.equal({ long:look(), told }, { 1, {} })
  time.now = 1060
  test.equal({ long:look(), told }, { 300, { "slow" } })
  time.now = 1500
  test.equal({ long:look(), told }, { 300, { "slow", "slow" } }, "a machine that slept tells of it once")
  long:ended(slow)
  time.now = 9000
  test.equal({ long:look() == nil, told }, { true, { "slow", "slow" } })
end)

test.case("the time is a setting; one that is none is passed over", function()
  for set, seconds in pairs { ["5"] = 5, ["0.5"] = 0.5, ["0"] = 60, ["-1"] = 60, soon = 60 } do
    system.set_env("FLOE_RUNNING_AFTER", set)
    local long <const> = watching()
    long:started {}
    test.equal(long:look(), seconds)
  end
end)

test.finish()
