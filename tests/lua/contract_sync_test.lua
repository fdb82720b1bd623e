local difference <const> = require "difference"
local document <const> = require "host.document"
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

local function changed(before, after)
  local out <const> = {}
  for _, line in ipairs(difference.lines(before, after, "m.yml")) do
    if line:find("^[+-] ") then
      out[#out + 1] = line
    end
  end
  return out
end

-- A step at a path that is written in words: "models 1 columns 2".
local function step(kind, path, more)
  local out <const> = { kind = kind, path = {} }
  for part in path:gmatch("%S+") do
    out.path[#out.path + 1] = math.tointeger(part) or part
  end
  for key, value in pairs(more) do
    out[key] = value
  end
  return out
end

-- A text with edits of one step each, and how many of them were refused.
local function edited(text, ...)
  local edits <const> = {}
  for index, one in ipairs { ... } do
    edits[index] = { steps = { one } }
  end
  local after <const>, refused <const> = editors.apply("m.yml", text, edits)
  return after, after and #refused or refused
end

test.case("a scalar is replaced where it stands, with what stands beside it", function()
  local after <const> = edited(FILE,
    step("set", "models 1", { key = "description", value = "One: row" }),
    step("set", "models 1 columns 1", { key = "data_type", value = "bigint" }),
    step("set", "models 1 columns 3", { key = "description", value = "a, b" }))
  test.equal(changed(FILE, after), {
    '-    description: "One row \'an\' order"  # said twice', '+    description: "One: row"  # said twice',
    "-        data_type: int # narrow", "+        data_type: bigint # narrow",
    "-      - { name: flow, description: é ü, tests: [not_null] }",
    '+      - { name: flow, description: "a, b", tests: [not_null] }',
  })
end)

test.case("a text of several lines is replaced, in its style where that holds the new one", function()
  local after <const>, refused <const> = edited(FILE,
    step("set", "models 1", { key = "description", value = "First.\n\n- one\n- two" }),
    step("set", "models 1 columns 2", { key = "description", value = "What it is " .. ("now "):rep(30) .. "for ever" }),
    step("set", "models 1 columns 4", { key = "description", value = "x\ny" }),
    step("set", "models 1 columns 3", { key = "description", value = "p\nq" }),
    step("set", "models 1 columns 2", { key = "config", value = "x" }))
  test.equal(refused, 1)
  test.equal(changed(FILE, after), {
    '-    description: "One row \'an\' order"  # said twice', "+    description: |-  # said twice",
    "+      First.", "+      - one", "+      - two",
    "-          What became", "-          of it.",
    "+          What it is now now now now now now now now now now now now now now now now now now now now",
    "+          now now now now now now now now now now for ever",
    "-      - { name: flow, description: é ü, tests: [not_null] }",
    '+      - { name: flow, description: "p\\nq", tests: [not_null] }',
    "-        description: goes on", "-          in the next line",
    "+        description: |-", "+          x", "+          y",
  })
end)

test.case("members are added behind their neighbours, or first", function()
  local after <const> = edited(FILE,
    step("add", "models 1 columns 1", { key = "description", value = "The key.", after = { "name" } }),
    step("add", "models 1 columns 1", { key = "config", value = { meta = { a = "b" } },
      after = { "name", "data_type" } }),
    step("add", "models 1 columns 2", { key = "data_type", value = "int", after = { "name", "description" } }),
    step("add", "models 1 columns 2 config meta", { key = "classification", value = "pii" }),
    step("add", "models 1 columns 3", { key = "data_type", value = "decimal(1,2)", after = { "name" } }),
    step("add", "models 2", { key = "description", value = "Last.", after = { "name" } }))
  test.equal(changed(FILE, after), {
    "+        description: The key.", "+        config:", "+          meta:", "+            a: b",
    "+        data_type: int",
    "+            classification: pii",
    "-      - { name: flow, description: é ü, tests: [not_null] }",
    '+      - { name: flow, data_type: "decimal(1,2)", description: é ü, tests: [not_null] }',
    "+    description: Last.",
  })
end)

test.case("items are added to lists of either style, and columns behind the last", function()
  local values <const> = { accepted_values = { arguments = { values = { "a", "b: c" } } } }
  local after <const> = edited(FILE,
    step("prepend", "models 1 columns 1 data_tests", { value = "x" }),
    step("prepend", "models 1 columns 2 data_tests", { value = values }),
    step("prepend", "models 1 columns 3 tests", { value = values }),
    step("append", "models 1 columns", { value = { name = "new", data_type = "int" }, order = { "name" } }),
    step("append", "models 1 columns", { value = { name = "newer" } }),
    step("extend", "models 2", { key = "columns", value = { { name = "first" } } }))
  test.equal(changed(FILE, after), {
    "-        data_tests: [not_null, unique]", "+        data_tests: [x, not_null, unique]",
    '+          - accepted_values: {arguments: {values: [a, "b: c"]}}',
    "-      - { name: flow, description: é ü, tests: [not_null] }",
    '+      - { name: flow, description: é ü, tests: [{accepted_values: {arguments: {values: [a, "b: c"]}}}, '
      .. "not_null] }",
    "+      - name: new", "+        data_type: int", "+      - name: newer", "+    columns:", "+      - name: first",
  })
end)

test.case("a file without a last line break, and lists that are not indented, are edited too", function()
  test.equal(edited("models:\n- name: a\n  columns:\n  - name: b\n  tests: [x]\n- name: c",
    step("append", "models 1 columns", { value = { name = "d" } }),
    step("add", "models 2", { key = "description", value = "Last.", after = { "name" } })),
    "models:\n- name: a\n  columns:\n  - name: b\n  - name: d\n  tests: [x]\n- name: c\n  description: Last.")
end)

test.case("lists between brackets grow at their end, and empty ones are filled", function()
  test.equal(edited("models: [{name: a, columns: [{name: b}, {name: c}]}]\n",
    step("append", "models 1 columns", { value = { name = "d", data_type = "int" }, order = { "name" } })),
    "models: [{name: a, columns: [{name: b}, {name: c}, {name: d, data_type: int}]}]\n")
  test.equal(edited("models:\n  - name: a\n    columns: []  # none\n  - {name: b, columns: []}\n",
    step("extend", "models 1", { key = "columns", value = { { name = "x" } } }),
    step("extend", "models 2", { key = "columns", value = { { name = "z" } } })),
    "models:\n  - name: a\n    columns:   # none\n      - name: x\n  - {name: b, columns: [{name: z}]}\n")
end)

test.case("line endings and a byte order mark stay", function()
  local bom <const> = "\u{feff}"
  test.equal(edited(bom .. "models: # ö\r\n  - name: a\r\n    description: |\r\n      b\r\n      c\r\n"
    .. "    columns:\r\n      - name: d\r\n",
    step("set", "models 1", { key = "description", value = "one\ntwo\nthree" }),
    step("append", "models 1 columns", { value = { name = "e" } })),
    bom .. "models: # ö\r\n  - name: a\r\n    description: |\r\n      one\r\n      two\r\n      three\r\n"
      .. "    columns:\r\n      - name: d\r\n      - name: e\r\n")
  test.equal(edited(bom .. "{models: [{name: a}]}",
    step("add", "models 1", { key = "description", value = "b", after = { "name" } })),
    bom .. "{models: [{name: a, description: b}]}")
end)

test.case("a member that is null gets its value", function()
  test.equal(edited("models:\n  - name: a\n    description:  # why\n    meta: ~\n  - {name: b, description: }\n",
    step("add", "models 1", { key = "description", value = "c" }),
    step("add", "models 2", { key = "description", value = "d" })),
    "models:\n  - name: a\n    description: c  # why\n    meta: ~\n  - {name: b, description: d }\n")
end)

test.case("an edit that cannot be made does not spoil the others", function()
  local text <const> = "models:\n  - name: a\n    description: &d b\n    columns:\n      - name: c\n"
    .. "        description: *d\n"
  local after <const>, refused <const> = edited(text,
    step("set", "models 1", { key = "description", value = "new" }),
    step("add", "models 1 columns 1", { key = "data_type", value = "int", after = { "name" } }))
  test.equal({ changed(text, after), refused }, { { "+        data_type: int" }, 1 })
end)

test.case("steps of one edit are made together or not at all", function()
  local after <const>, refused <const> = editors.apply("m.yml", FILE, { { steps = {
    step("add", "models 2", { key = "description", value = "x" }),
    step("add", "models 2", { key = "name", value = "y" }),
  } } })
  test.equal({ after, #refused }, { FILE, 1 })
end)

test.case("a file in which nobody can say where lines end is refused", function()
  for _, odd in ipairs { "models: # a\r  - name: b\n", "models: # a\u{2028}b\n", "models: [] # \u{85}\n" } do
    local after <const>, err <const> = editors.apply("m.yml", odd, {})
    test.equal(after, nil, odd)
    test.contains(err.message, "cannot be edited safely")
  end
end)

-- Files that people and programs write, and some that nobody should.
local ODD <const> = {
  "models:\r\n  - name: a\r\n    description: b\r\n    columns:\r\n      - name: c\r\n",
  "models:\n  - &x\n    name: a\n    description: &d b\n    columns: &c\n      - name: c\n"
    .. "  - <<: *x\n    name: z\n",
  "models:\n  - name: a\n    description: b\n    columns:\n      - &c\n        name: c\n      - *c\n",
  "models:\n  - {name: a, description: b, columns: [{name: c}]}\n",
  "models:\n  - name: a\n    description: !!str b\n    columns: [{name: c}, ]\n",
  "models: [{\"name\": \"a\", \"description\": 'b', columns: [{name: c}]}]\n",
  "{\"models\": [{\"name\": \"a\", \"description\": \"b\",\n  \"columns\": [{\"name\": \"c\"}\n  ]\n}]}\n",
  "models:\n  - ? name\n    : a\n    description: b\n    columns:\n      - name: c\n",
  "models:\n  -\n    name: a\n    description: b\n    columns:\n      -   name: c\n          tests:\n          - x\n",
  "models:\n  - name: a\n    description: 'it''s' # c\n    columns:\n      - name: c\n        description: |\n"
    .. "          x: y\n",
  "models:\n  - name: a\n    description: >-  # c\n        deep\n\n          deeper\n\n\n    columns:\n    - name: c\n",
  "models:\n  - name: a\n    description: |2\n        b\n    columns:\n      - name: c # }\n",
  "models:\n  - name: a\n    description: |+\n      b\n\n    columns:\n      - name: c\n",
  "models:\n  - name: a\n    description: b\n      goes on # here\n    columns: [ # all\n      {name: c}, # }\n"
    .. "      {name: \"d}\", description: it's} # ]\n    ]\n",
  "models:\n  - name: a\n    description: \"b \\\n      c\" # d\n    columns:\n"
    .. "      - {name: c\n         ,description: x\n         y}\n",
  "models:\n  - name: a\n    description: b\n    columns:\n      - name: c\n# not indented\n        data_tests:\n"
    .. "        - x\n",
  "models:\n  - name: a\n    description:\tb\n    columns:\n      - name: c\n\t# tab\n",
  "---\nmodels:\n  - name: a\n    description: b\n    columns:\n      - name: c\n...\n",
  "%YAML 1.1\n---\nmodels:\n  - name: a\n    description: b\n    columns:\n      - name: c\n",
  "models:\n  - name : a\n    description : b\n    columns :\n      - name: c",
  "models:\n  - {name: a,\n     description: b, columns:\n     [{name: c}]}\n",
  "models:\n  - name: ä\n    description: ö # ü 日本\n    columns:\n      - name: 名 # 前\n",
  "models:\n  - name: a\n    description: {{ doc('a') }}\n    columns:\n      - name: c\n",
  "models:\n  - name: a\n    description: null\n    columns:\n      - name: c\n        x: .inf\n        y: .nan\n",
}

test.case("what is written in odd ways is refused or edited right, never wrong", function()
  local made, refused_all = 0, 0
  for _, text in ipairs(ODD) do
    for _, value in ipairs { "new: text", "two\nlines", "{{ x }}", "ends # so", "", "\tx\n\n y" } do
      local edits <const> = {
        step("set", "models 1", { key = "description", value = value }),
        step("add", "models 1 columns 1", { key = "data_type", value = value, after = { "name" } }),
        step("append", "models 1 columns", { value = { name = "more", description = value } }),
        step("prepend", "models 1 columns 1 tests", { value = "y" }),
      }
      local before <const> = document.parse(text, "m.yml", { format = "yaml", dialect = "dbt" })
      local after <const>, refused <const> = edited(text, table.unpack(edits))
      test.truthy(before == nil or after, text)
      if before ~= nil then
        made, refused_all = made + #edits - refused, refused_all + refused
        for comment in text:gmatch("%f[#]# [^\r\n]*") do
          test.contains(after, comment)
        end
        local again <const> = document.plain(document.parse(after, "m.yml", { format = "yaml", dialect = "dbt" }), true)
        local columns <const> = again.models[1].columns
        test.truthy(refused == #edits or again.models[1].description == value
          or again.models[1].description == value .. "\n" or columns[1].data_type == value
          or columns[1].tests and columns[1].tests[1] == "y" or columns[#columns].description == value, after)
      end
    end
  end
  test.truthy(made > refused_all * 2, ("%d made, %d refused"):format(made, refused_all))
end)

test.case("differences are the shortest there are", function()
  test.equal(difference.lines("a\nb\nc\n", "a\nb\nc\n", "f"), {})
  test.equal(difference.lines("a\nb\nc\n", "a\nx\nc\nd\n", "f"),
    { "--- f", "+++ f", "@@ -1,3 +1,4 @@", " a", "-b", "+x", " c", "+d" })
  test.equal(difference.lines(nil, "a\nb\n", "f"), { "--- /dev/null", "+++ f", "@@ -0,0 +1,2 @@", "+a", "+b" })
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
