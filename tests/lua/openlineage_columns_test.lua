-- Which columns pass through a query: told where it is certain, and never where it is not.
local columns <const> = require "evidence.openlineage.columns"
local test <const> = dofile "tests/lua/support.lua"

local TABLES <const> = { orders = true, customers = true, tickets = true }

-- What passes, as "name=table.field", sorted.
local function passed(code, declared)
  local out <const> = {}
  for _, column in ipairs(columns.passed(code, {
    dialect = "duckdb", declared = declared,
    relation = function(parts)
      local name <const> = parts[#parts]:lower()
      return TABLES[name] and { namespace = "duckdb", name = name } or nil
    end,
    location = function(path)
      return { namespace = "file", name = path }
    end,
  })) do
    out[#out + 1] = ("%s=%s.%s"):format(column.name, column.identity.name, column.field)
  end
  table.sort(out)
  return table.concat(out, " ")
end

test.case("columns that are passed on are told, also under another name", function()
  for code, expected in pairs {
    ["select id, name as n, upper(x) as y from orders"] = "id=orders.id n=orders.name",
    ['select o."Id" as i, o.b c from "db"."main"."orders" as o'] = "c=orders.b i=orders.Id",
    ["select a.id, b.name, count(*) from orders a left outer join customers b on a.cid = b.id and b.x in (1, 2)"] =
      "id=orders.id name=customers.name",
    ["select distinct id from orders where x > 1 group by id having count(*) > 1 order by id limit 3"] = "id=orders.id",
    ["select id -- , other\nfrom 'landing/a.csv'"] = "id=landing/a.csv.id",
    ["with a as (select id as k, sum(x) as s from orders group by id), b as (select k, s from a) select k, s from b"] =
      "k=orders.id",
    ["with a as (select *, row_number() over (partition by id) as n from orders) select id, n from a"] = "id=orders.id",
    ["select x.id from (select id from orders) as x"] = "id=orders.id",
    ["select id from orders;"] = "id=orders.id",
    ["select o.id, t.id as ticket from orders o, tickets t where o.id = t.order_id"] = "id=orders.id ticket=tickets.id",
  } do
    test.equal(passed(code), expected, code)
  end
end)

test.case("a star passes what the result is known to have, but for what is computed beside it", function()
  test.equal(passed("select * from orders", { "id", "total" }), "id=orders.id total=orders.total")
  test.equal(passed("select *, 1 as total from orders", { "id", "total" }), "id=orders.id")
  test.equal(passed("select * from orders"), "")
  test.equal(passed("select o.*, c.name from orders o join customers c on true", { "id" }),
    "id=orders.id name=customers.name")
end)

test.case("a name that items of one query give may be meant by others, as may a whole row of a source", function()
  for code, expected in pairs {
    ["select id as x, x as y from orders"] = "x=orders.id", ["select upper(id) x, x as y from orders"] = "",
    ["select a as b, b as a from orders"] = "", ["select a, a as b from orders"] = "a=orders.a b=orders.a",
    ["select o.a as b, o.b as a from orders o"] = "a=orders.b b=orders.a",
    ["select orders, o from orders o"] = "orders=orders.orders", ["select o from orders o"] = "",
    ["select u.a from (select *, b as a from orders) u"] = "",
    ["select u.a from (select b as a, c from orders) u"] = "a=orders.b",
    ["select a from (select case when true then b end a, o.a from orders o) u"] = "",
  } do
    test.equal(passed(code), expected, code)
  end
  test.equal(passed("select * from (select *, upper(id) as id from orders) u", { "id_1", "total" }),
    "total=orders.total")
end)

test.case("what is not certain is not told", function()
  for _, code in ipairs {
    "select id from orders join customers using (id)",
    "select id from orders, customers",
    "select id from orders union all select id from customers",
    "select id from somewhere.else_",
    "select current_date as d, null as n, true as t from orders",
    "select id::text as id, id + 1 as j, -id as k from orders",
    "select * exclude (id) from orders",
    "select a.id from orders a join orders a on true",
    "select id from read_csv('a.csv')",
    "select id as a, x as a from orders",
    "select t.id from orders as t (a, b)",
    "with recursive a as (select id from orders) select id from a",
    "select case when id then id end as id from orders",
    "select id from orders pivot (sum(x) for y in (1, 2))",
    "insert into x select id from orders", "select id, from orders", "select id from (orders", "select 'id from orders",
    "{{ config() }} select id from orders", "", "select", "with", "select id from",
  } do
    test.equal(passed(code, { "id" }), "", code)
  end
end)

test.finish()
