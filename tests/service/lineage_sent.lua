-- Tells of a command of the product in ROOT, and waits for what is sent. Prints what it would say to people.
local observers <const> = require "evidence.observers"
local system <const> = require "host.system"

local all <const> = observers.open { root = system.env "ROOT", program = system.env "FLOE", settings = {} }
local at <const> = 1795340000123
all:tell("command_started", {
  id = "0193502e-1c5e-7d55-9a37-1c9c4a6e2b10", command = "run", arguments = {}, at = at,
  product = { id = "shop", name = "shop", version = "1.0.0", description = ("What was sold. "):rep(100) },
  platform = { name = "acme", version = "1.0.0", digest = "sha256:" .. ("0"):rep(64) },
})
all:tell("command_ended", { at = at + 1000, seconds = 1, status = "complete", exit = 0, counts = {} })
for _, line in ipairs(all:close()) do
  print(line)
end
