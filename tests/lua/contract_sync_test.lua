local difference <const> = require "difference"
local editors <const> = require "contract.sync.editor"
local test <const> = dofile "tests/lua/support.lua"

local FILE <const> = [[
version: 2

# All models.
models:
  - name: orders   # the orders
    description: "One row 'an' order"  # said twice
    columns:
      # the key
      - name: id
        data_type: int # narrow
        data_tests: [not_null, unique]

      - name: state
        description: >
          What became
          of it.
        data_tests:
          # always
          - not_null
        config:
          meta:
            owner: us
      - { name: flow, description: é ü, tests: [not_null] }
      - name: plain
        description: goes on
          in the next line
  # the next one
  - name: other
]]

local function open(text)
  local editor <const> = assert(editors.open("m.yml", text or FILE))
  return editor, editor.root.models, editor.tree.models
end

local function changed(before, after)
  local out <const> = {}
  for _, line in ipairs(difference.lines(before, after, "m.yml")) do
    if line:find("^[+-] ") then
      out[#out + 1] = line
    end
  end
  return out
end

test.case("a scalar is replaced where it stands, with what stands beside it", function()
  local editor <const>, views <const>, plain <const> = open()
  test.truthy(editor:replace(views[1], plain[1], "description", "One: row"))
  test.truthy(editor:replace(views[1].columns[1], plain[1].columns[1], "data_type", "bigint"))
  test.truthy(editor:replace(views[1].columns[3], plain[1].columns[3], "description", "a, b"))
  test.equal(changed(FILE, editor:finish()), {
    '-    description: "One row \'an\' order"  # said twice', '+    description: "One: row"  # said twice',
    "-        data_type: int # narrow", "+        data_type: bigint # narrow",
    "-      - { name: flow, description: é ü, tests: [not_null] }",
    '+      - { name: flow, description: "a, b", tests: [not_null] }',
  })
end)

test.case("what stands on several lines is not replaced", function()
  local editor <const>, views <const>, plain <const> = open()
  test.equal({ editor:replace(views[1].columns[2], plain[1].columns[2], "description", "x"),
    editor:replace(views[1].columns[4], plain[1].columns[4], "description", "x"),
    editor:replace(views[1].columns[2], plain[1].columns[2], "config", "x") }, { false, false, false })
  test.equal(editor:finish(), FILE)
end)

test.case("members are added behind their neighbours, or first", function()
  local editor <const>, views <const>, plain <const> = open()
  local columns <const>, trees <const> = views[1].columns, plain[1].columns
  test.truthy(editor:add(columns[1], trees[1], "description", "The key.", { "name" }))
  test.truthy(editor:add(columns[1], trees[1], "config", { meta = { a = "b" } }, { "name", "data_type" }))
  test.truthy(editor:add(columns[2].config.meta, trees[2].config.meta, "classification", "pii", {}))
  test.truthy(editor:add(columns[3], trees[3], "data_type", "decimal(1,2)", { "name" }))
  test.truthy(editor:add(views[2], plain[2], "description", "Last.", { "name" }))
  test.equal(changed(FILE, editor:finish()), {
    "+        description: The key.", "+        config:", "+          meta:", "+            a: b",
    "+            classification: pii",
    "-      - { name: flow, description: é ü, tests: [not_null] }",
    '+      - { name: flow, data_type: "decimal(1,2)", description: é ü, tests: [not_null] }',
    "+    description: Last.",
  })
end)

test.case("items are added to lists of either style, and columns behind the last", function()
  local editor <const>, views <const>, plain <const> = open()
  local columns <const>, trees <const> = views[1].columns, plain[1].columns
  local values <const> = { accepted_values = { arguments = { values = { "a", "b: c" } } } }
  test.truthy(editor:prepend(columns[1].data_tests, trees[1].data_tests, "x"))
  test.truthy(editor:prepend(columns[2].data_tests, trees[2].data_tests, values))
  test.truthy(editor:prepend(columns[3].tests, trees[3].tests, values))
  test.truthy(editor:append(columns, trees, { name = "new", data_type = "int" }, { "name" }))
  test.truthy(editor:add_list(views[2], plain[2], "columns", { { name = "first" } }, {}))
  test.equal(changed(FILE, editor:finish()), {
    "-        data_tests: [not_null, unique]", "+        data_tests: [x, not_null, unique]",
    '+          - accepted_values: {arguments: {values: [a, "b: c"]}}',
    "-      - { name: flow, description: é ü, tests: [not_null] }",
    '+      - { name: flow, description: é ü, tests: [{accepted_values: {arguments: {values: [a, "b: c"]}}}, '
      .. "not_null] }",
    "+      - name: new", "+        data_type: int", "+    columns:", "+      - name: first",
  })
end)

test.case("a file without a last line break, and lists that are not indented, are edited too", function()
  local text <const> = "models:\n- name: a\n  columns:\n  - name: b\n  tests: [x]\n- name: c"
  local editor <const>, views <const>, plain <const> = open(text)
  test.truthy(editor:append(views[1].columns, plain[1].columns, { name = "d" }, {}))
  test.truthy(editor:add(views[2], plain[2], "description", "Last.", { "name" }))
  test.equal(editor:finish(),
    "models:\n- name: a\n  columns:\n  - name: b\n  - name: d\n  tests: [x]\n- name: c\n  description: Last.")
end)

test.case("what is written in odd ways is refused or edited right, never wrong", function()
  for _, text in ipairs {
    "models:\r\n  - name: a\r\n    description: b\r\n    columns:\r\n      - name: c\r\n",
    "models:\n  - &x\n    name: a\n    description: &d b\n    columns: &c\n      - name: c\n  - <<: *x\n    name: z\n",
    "models:\n  - {name: a, description: b, columns: [{name: c}]}\n",
    "models:\n  - name: a\n    description: !!str b\n    columns: [{name: c}, ]\n",
    "models: [{\"name\": \"a\", \"description\": 'b', columns: [{name: c}]}]\n",
    "models:\n  - ? name\n    : a\n    description: b\n    columns:\n      - name: c\n",
    "models:\n  -\n    name: a\n    description: b\n    columns:\n      -   name: c\n          tests:\n          - x\n",
    "models:\n  - name: a\n    description: 'it''s' # c\n    columns:\n      - name: c\n        description: |\n"
      .. "          x: y\n",
  } do
    local before <const> = open(text)
    local views <const>, plain <const> = before.root.models, before.tree.models
    local unchanged = true
    for _, done in ipairs {
      before:replace(views[1], plain[1], "description", "new: text"),
      before:add(views[1].columns[1], plain[1].columns[1], "data_type", "int", { "name" }),
      before:append(views[1].columns, plain[1].columns, { name = "more" }, {}),
    } do
      unchanged = unchanged and not done
    end
    local after <const> = before:finish()
    test.truthy(after == nil or unchanged == (after == text), text)
  end
end)

test.case("differences are the shortest there are", function()
  test.equal(difference.lines("a\nb\nc\n", "a\nb\nc\n", "f"), {})
  test.equal(difference.lines("a\nb\nc\n", "a\nx\nc\nd\n", "f"),
    { "--- f", "+++ f", "@@ -1,3 +1,4 @@", " a", "-b", "+x", " c", "+d" })
  local lines <const> = {}
  for index = 1, 30 do
    lines[index] = "line " .. index
  end
  local before <const> = table.concat(lines, "\n")
  lines[3], lines[28] = "three", "twenty-eight"
  local found <const> = difference.lines(before, table.concat(lines, "\n"), "f")
  test.equal({ found[3], found[11], #found }, { "@@ -1,6 +1,6 @@", "@@ -25,6 +25,6 @@", 18 })
end)

test.finish()
