local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"

local STAGED <const> = { deprecated = true, sunset = true, retired = true }

-- Where a contract says something of its end: at one of these members, or as a whole.
local function place(contract, members)
  for _, member in ipairs(contract.source ~= "port" and members or {}) do
    if contract.spec[member] ~= nil then
      return contract.spec, member
    end
  end
  return contract, nil
end

local DATES <const> = { "deprecation", "customProperties", "status" }

-- The notice that consumers get: from the announcement to the sunset, and from there to the end.
local function check_notice(contract, ctx)
  local life <const>, params <const> = contract.lifecycle, ctx.params
  local announced <const>, sunset <const> = contracts.day(life.announced), contracts.day(life.sunset)
  local retired <const> = contracts.day(life.retired)
  local at <const>, field <const> = place(contract, DATES)
  if announced and sunset and sunset - announced < params.notice_days then
    ctx:report {
      code = "FLOE-E525",
      at = at,
      field = field,
      path = "deprecation.sunset_date",
      message = ("the contract's sunset comes %d days after it was announced"):format(sunset - announced),
      expected = ("at least %d days between %s and the sunset"):format(params.notice_days, life.announced),
      actual = life.sunset,
    }
  end
  if sunset and retired and retired - sunset < params.sunset_days then
    ctx:report {
      code = "FLOE-E525",
      at = at,
      field = field,
      path = "deprecation.retired",
      message = ("the contract is retired %d days after its sunset"):format(retired - sunset),
      expected = ("at least %d days after %s"):format(params.sunset_days, life.sunset),
      actual = life.retired,
    }
  end
  if STAGED[life.status] and not (announced and sunset) then
    ctx:report {
      code = "FLOE-E525",
      at = at,
      field = field,
      path = "deprecation",
      message = ("the contract is %s, and does not say since when and until when"):format(life.status),
      expected = "deprecation: { announced: DATE, sunset_date: DATE, replacement: … }",
      actual = announced and "no sunset_date" or sunset and "no day of the announcement" or "no dates",
    }
  end
end

-- The status against what the dates say of today.
local function check_status(contract, ctx)
  local life <const> = contract.lifecycle
  local stage <const> = contracts.stage_by_dates(life, ctx.as_of, ctx.params.sunset_days)
  local status <const> = STAGED[life.status] and life.status or "active"
  if stage and stage ~= status then
    local at <const>, field <const> = place(contract, { "status" })
    ctx:report {
      code = "FLOE-E526",
      at = at,
      field = field,
      path = "status",
      message = ("by its dates the contract is %s on %s, and its status is %s"):format(stage, ctx.as_of,
        contract.status or "not said"),
      expected = stage,
      actual = contract.status or "none",
      suggest = ("write `status: %s`, or correct the dates"):format(stage),
    }
  end
end

local function check_ports(contract, ctx)
  local product <const> = contract.product
  local stage <const> = contracts.stage(contract.lifecycle, ctx.as_of, ctx.params.sunset_days)
  for _, port in ipairs(stage == "retired" and product and product.output_ports or {}) do
    if port.contract == contract then
      ctx:report {
        code = "FLOE-E526",
        at = port,
        message = ("output port '%s' still serves what its contract calls retired"):format(port.name),
        expected = "no output port, or a contract that replaces the retired one",
        actual = contract.file,
      }
    end
  end
end

return policy.define {
  id = "contract.lifecycle",
  code = "FLOE-E525",
  codes = { "FLOE-E525", "FLOE-E526" },
  title = "Contracts end with notice, on the days they say",
  why = "Whoever reads the data needs time to move; a contract that ends without a date gives none.",
  help = [[
A contract goes from active to deprecated, then for some days to sunset, then to retired. E525: it says since when it is
deprecated (`announced`) and when its sunset is (`sunset_date`), with enough days in between; in the standard they stand
in the custom property `deprecation`. E526: its status is what the dates say, and nothing serves a retired contract.]],
  targets = "contract",
  params = {
    notice_days = policy.integer(30, { doc = "days from announcement to sunset", min = 0, stricter = "higher" }),
    sunset_days = policy.integer(7, { doc = "days from the sunset to the end", min = 0, stricter = "higher" }),
  },
  summary = "contracts end with notice",

  check = function(contract, ctx)
    check_notice(contract, ctx)
    check_status(contract, ctx)
    check_ports(contract, ctx)
  end,
}
