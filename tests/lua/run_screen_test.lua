local screens <const> = require "run.screen"
local test <const> = dofile "tests/lua/support.lua"

-- The lines that a screen prints of tests.
local function shown(tests, verbose)
  local out <const>, lines <const> = { verbose = verbose }, {}
  function out.line(_, text)
    lines[#lines + 1] = text
  end
  function out.hanging(_, prefix, _, text)
    lines[#lines + 1] = prefix .. text
  end
  function out.paint(_, _, text)
    return text
  end
  function out.transient() end
  function out.flush() end
  screens.open(out):tests(tests)
  return lines
end

-- Tests of as many models, one each; what `special` says of the number of one stands for it.
local function tests_of(count, special)
  local out <const> = {}
  for number = 1, count do
    out[number] = { name = "t" .. number, test_name = "unique", column_name = "id", status = special[number] or "pass",
      attached = "model.shop.m" .. number, kind = "test" }
  end
  return out
end

test.case("of hundreds of tests those are told that did not pass, and how many there were", function()
  test.equal(shown(tests_of(400, { [7] = "fail", [9] = "skipped", [10] = "warn" })), {
    "      m7", "        ✗ unique: id (fail)", "      m9", "        - 1 test (skipped)", "      m10",
    "        ! unique: id (warn)", "      · 400 tests: 397 pass, 1 warn, 1 fail, 1 skipped",
  })
  test.equal(shown(tests_of(400, {})), { "      · 400 tests: 400 pass" })
  test.equal(#shown(tests_of(400, {}), true), 801)
end)

test.case("of a few tests each is told", function()
  test.equal(shown(tests_of(1, {})), { "      m1", "        ✓ unique: id (pass)", "      · 1 test: 1 pass" })
  test.equal(shown {}, { "      - No test ran" })
end)

test.finish()
