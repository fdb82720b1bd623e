-- What a run reads of dbt's log about its nodes.
local nodes <const> = require "run.nodes"
local test <const> = dofile "tests/lua/support.lua"

local function rows(answer)
  local what <const>, node <const> = nodes.of("LogModelResult", {
    node_info = {
      unique_id = "model.shop.orders", resource_type = "model", node_name = "orders", node_status = "success",
    },
    status = answer, execution_time = 1.5,
  })
  test.equal({ what, node.status, node.seconds }, { "ended", "success", 1.5 })
  return node.rows
end

test.case("rows are told where the adapter's answer counts them, and not where its number is another", function()
  for answer, wanted in pairs {
    ["SELECT 148500"] = 148500, ["INSERT 0 12"] = 12, ["INSERT 6"] = 6, ["MERGE 3"] = 3, ["OK 7"] = 7, ["SELECT 0"] = 0,
  } do
    test.equal(rows(answer), wanted, answer)
  end
  for _, answer in ipairs { "SUCCESS 1", "OK", "CREATE VIEW", "CREATE TABLE (1.5k rows, 3 KiB)", "" } do
    test.equal(rows(answer), nil, answer)
  end
end)

test.finish()
