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

test.case("a text breaks between words where the terminal ends, and what is longer than a line stays whole", function()
  test.equal(terminal.wrap("one two three", nil, 6), { "one two three" })
  test.equal(terminal.wrap("changed  two", 80, 6), { "changed  two" })
  test.equal(terminal.wrap("Reused: 12 nodes, 31 tests (a, b)", 30, 8), { "Reused: 12 nodes, 31", "tests (a, b)" })
  test.equal(terminal.wrap("é" .. ("é"):rep(20) .. " x", 29, 8), { "é" .. ("é"):rep(20), "x" })
  test.equal(terminal.wrap("a narrow terminal has some room", 4, 8), { "a narrow terminal", "has some room" })
  local buffer <const>, text <const> = terminal.buffer {}
  buffer.width = 32
  buffer:hanging("      · ", 8, "Reused: 12 nodes, ::error::gone tests")
  test.equal(text(), "      · Reused: 12 nodes,\n        \\x3a:error::gone tests\n")
end)

test.finish()
