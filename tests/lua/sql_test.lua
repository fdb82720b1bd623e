-- floe.sql: the examples of its comments, and what relations, phrases and stars are found in code of all styles.
local comments <const> = require "reference.comments"
local sql <const> = require "floe.sql"
local test <const> = dofile "tests/lua/support.lua"

test.case("the examples of floe.sql are true, and every function has one", function()
  local module <const> = comments.read(assert(require("host.embedded").read("stdlib/floe/sql.lua")))
  for _, item in ipairs(module.functions) do
    test.equal(#item.examples > 0, true, item.name)
    for _, example in ipairs(item.examples) do
      local expression <const>, expected <const> = example:match("^(.-)%s+%-%->%s+(.+)$")
      local values <const> = assert(load(("local sql = ...; return %s, %s"):format(expression, expected)))
      local actual <const>, wanted <const> = values(sql)
      test.equal(actual, wanted, expression)
    end
  end
end)

-- The kinds and texts of code, one behind the other.
local function kinds(code, dialect)
  local parts <const> = {}
  for token in sql.tokens(code, dialect) do
    parts[#parts + 1] = token.kind .. ":" .. token.text .. (token.closed and "" or "!")
  end
  return table.concat(parts, " ")
end

test.case("tokens have their places, and say where an end is missing", function()
  local at <const> = {}
  for token in sql.tokens("select 'é',\n  {{ a }} -- b\r\n/* c") do
    at[#at + 1] = ("%d:%d"):format(token.line, token.column)
  end
  test.equal(table.concat(at, " "), "1:1 1:8 1:11 2:3 2:11 3:1")
  test.equal(kinds("a 'b"), "word:a string:'b!")
  test.equal(kinds("/* b"), "comment:/* b!")
  test.equal(kinds("{{ b"), "jinja_output:{{ b!")
end)

test.case("Jinja is part of the string or comment that it stands in", function()
  test.equal(kinds("'{{ var('a') }}' -- {{ it's }}\n\"{{ b(\"c\") }}\""),
    "string:'{{ var('a') }}' comment:-- {{ it's }} quoted:\"{{ b(\"c\") }}\"")
  test.equal(kinds("{# '{{ #}{% set a = '%}' %}"), "jinja_comment:{# '{{ #} jinja_statement:{% set a = '%}' %}")
end)

test.case("dialects differ in comments, strings and names", function()
  test.equal(kinds("# a", "bigquery"), "comment:# a")
  test.equal(kinds("# a", "postgres"), "operator:# word:a")
  test.equal(kinds("/* /* */ a */", "postgres"), "comment:/* /* */ a */")
  test.equal(kinds("/* /* */ a", "trino"), "comment:/* /* */ word:a")
  test.equal(kinds("'a\\'b'", "snowflake"), "string:'a\\'b'")
  test.equal(kinds("'a\\' b", "duckdb"), "string:'a\\' word:b")
  test.equal(kinds("[a b].c", "sqlserver"), "quoted:[a b] operator:. word:c")
  test.equal(kinds("a[1]", "duckdb"), "word:a operator:[ number:1 operator:]")
  test.equal(kinds("'''a'b''' r'\\'", "bigquery"), "string:'''a'b''' string:r'\\'")
  test.equal(kinds("// a", "snowflake"), "comment:// a")
  test.equal(kinds("$$ a 'b $$ $t$ $$ $t$"), "string:$$ a 'b $$ string:$t$ $$ $t$")
end)

test.case("numbers, operators and parameters are told apart", function()
  test.equal(kinds("1.5e-3+.5 0x1F a::int b->>'c' $1 @d a.1"),
    "number:1.5e-3 operator:+ number:.5 number:0x1F word:a operator::: word:int word:b operator:->> string:'c' "
      .. "word:$1 word:@d word:a operator:. number:1")
end)

-- The names that `relations` finds, with a space between.
local function relations(code, dialect)
  local names <const> = {}
  for index, relation in ipairs(sql.relations(code, dialect)) do
    names[index] = relation.text
  end
  return table.concat(names, " ")
end

for code, wanted in pairs {
  ["select 1"] = "",
  ["select * from a"] = "a",
  ["select * from a.b.c as d where e in (1, 2)"] = "a.b.c",
  ["select * from {{ ref('a') }}, b c, d.e"] = "b d.e",
  ["select * from a join b on a.x = b.x left join c using (x), d"] = "a b c d",
  ["with a as (select * from b), c (x, y) as materialized (select * from a) select * from c"] = "b",
  ["with recursive a as (select 1 union all select x from a) select * from A"] = "",
  ["select * from (select * from a) b, (c join d on true)"] = "a c d",
  ["select * from ((a join b on true) join c on true)"] = "a b c",
  ["select * from unnest(a) u, lateral flatten(input => b) f, table(g(h))"] = "",
  ["select * from lateral (select * from a) b, only c"] = "a c",
  ["select * from orders o, o.items i, i.parts"] = "orders",
  ["select * from {{ ref('a') }} as a, a.items"] = "",
  ["select extract(year from a), trim(both ' ' from b), substring(c from 2), trim(from d) from e"] = "e",
  ["select a is distinct from b, c is not distinct from d from e"] = "e",
  ["select distinct a from b"] = "b",
  ["select x from {{ source('a', 'b') }}.c, raw_{{ env }}.d, {{ e }}_f, g{% if h %}_h{% endif %}"] = "",
  ["select x from {% if a %} b {% else %} c {% endif %} where 1 = 1"] = "b",
  ["select x from a where y in (select z from b) order by c, d"] = "a b",
  ["select x from a union all select x from b group by c, d"] = "a b",
  ["from a select b, c"] = "a",
  ["select 'from a', \"from b\" /* from c */ -- from d\nfrom e"] = "e",
  ['select * from "Raw"."a b"."C"'] = '"Raw"."a b"."C"',
  ["delete from a where b; select * from c"] = "a c",
  ["select * from a cross join b inner join c on true for update"] = "a b c",
  ["select count(*) filter (where a) over (order by b, c) from d"] = "d",
  ["select * from a pivot (sum(b) for c in ('d', 'e')), f"] = "a",
} do
  test.case("relations of: " .. code:gsub("\n", " "), function()
    test.equal(relations(code), wanted)
  end)
end

test.case("names of BigQuery may hold dashes, and stand in backticks as a whole", function()
  test.equal(relations("select * from my-project.a.b where c - d > 0", "bigquery"), "my-project.a.b")
  test.equal(relations("select * from `my-project.a.b`", "bigquery"), "`my-project.a.b`")
end)

test.case("a phrase is found across lines and comments, and never inside of something", function()
  local found <const> = sql.find("select 1;\nDELETE -- all\n  FROM a", "delete from")
  test.equal(#found, 1)
  test.equal({ found[1].line, found[1].column, found[1].text }, { 2, 1, "DELETE -- all\n  FROM" })
  test.equal(#sql.find("a a a a", "a a"), 3)
  test.equal(#sql.find("select 'x'", "'x'"), 1)
  test.equal(pcall(sql.find, "a", " -- nothing"), false)
end)

test.case("a star for all columns is told from a product and a count", function()
  local function stars(code)
    local at <const> = {}
    for index, star in ipairs(sql.stars(code)) do
      at[index] = star.column
    end
    return at
  end
  test.equal(stars("select *, a.*, b * c, count(*), d, * from e"), { 8, 13, 36 })
  test.equal(stars("select distinct * from a"), { 17 })
  test.equal(stars("select {{ dbt_utils.star(a) }} from b -- select *"), {})
end)

test.finish()
