local document <const> = require "host.document"
local json <const> = require "host.json"
local terminal <const> = require "terminal"
local test <const> = dofile "tests/lua/support.lua"

test.case("a line of text is no command to who runs jobs", function()
  local buffer <const>, text <const> = terminal.buffer {}
  buffer:line("::error::gone")
  buffer:line("in the middle ##[group]x")
  test.equal(text(), "\\x3a:error::gone\nin the middle \\x23#[group]x\n")
end)

test.case("a document in JSON is no command either, and stays JSON that says the same", function()
  local buffer <const>, text <const> = terminal.buffer {}
  local said <const> = "##[error]gone ###[x] ##vso[task.setvariable variable=a]b"
  buffer:json(json.object { { "reason", said }, { "##[key]", true } })
  test.equal(text():find("##", 1, true), nil)
  local read <const> = document.parse(text(), "printed", { format = "json" })
  test.equal(read.reason, said)
  test.equal(read["##[key]"], true)
end)

test.finish()
