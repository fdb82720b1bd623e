local policy <const> = require "floe.policy"
local contracts <const> = require "floe.contract"
local text <const> = require "floe.text"

local STAGED <const> = { deprecated = true, sunset = true, retired = true }

-- Where a contract says a day of its end, or its end, or its status: the nearest of them that it says.
local function place(contract, day)
  local life <const> = contract.lifecycle
  if life.at and contract.source ~= "port" then
    return life.at, day and life.keys[day] or nil
  elseif contract.source ~= "port" and contract.spec.status ~= nil then
    return contract.spec, "status"
  end
  return contract, nil
end

local function report(contract, ctx, day, what)
  what.at, what.field = place(contract, day)
  what.code = "FLOE-E525"
  ctx:report(what)
end

-- How a day stands to the one before it: "19 days after", or before it.
local function words(what, gap, after)
  return gap < 0 and ("%s before %s"):format(what, after)
    or ("%s %s after %s"):format(what, text.count(gap, "day"), after)
end

-- The notice that consumers get: from the announcement to the sunset, and from there to the end.
local function check_notice(contract, ctx)
  local life <const>, params <const> = contract.lifecycle, ctx.params
  local announced <const>, sunset <const> = contracts.day(life.announced), contracts.day(life.sunset)
  local retired <const> = contracts.day(life.retired)
  if announced and sunset and sunset - announced < params.notice_days then
    report(contract, ctx, "sunset", {
      path = "deprecation.sunset_date",
      message = words("the contract's sunset comes", sunset - announced, "its announcement"),
      expected = ("at least %d days between %s and the sunset"):format(params.notice_days, life.announced),
      actual = life.sunset,
      suggest = ("write `sunset_date: %s` or a later day"):format(contracts.date(announced + params.notice_days)),
    })
  end
  if sunset and retired and retired - sunset < params.sunset_days then
    report(contract, ctx, "retired", {
      path = "deprecation.retired_date",
      message = words("the contract is retired", retired - sunset, "its sunset"),
      expected = ("at least %d days after %s"):format(params.sunset_days, life.sunset),
      actual = life.retired,
      suggest = ("write `retired_date: %s` or a later day"):format(contracts.date(sunset + params.sunset_days)),
    })
  end
end

-- What consumers have to be told, as days that there are.
local function check_dates(contract, ctx)
  local life <const> = contract.lifecycle
  local wrong_days <const> = life.wrong or {}
  for _, wrong in ipairs(wrong_days) do
    ctx:report {
      code = "FLOE-E525",
      at = life.at or contract,
      field = life.at and wrong.key or nil,
      path = "deprecation." .. wrong.key,
      message = ("'%s' of the contract's end is '%s', which is no day"):format(wrong.key, wrong.value),
      expected = "a day as YYYY-MM-DD",
      actual = wrong.value,
      suggest = ("write `%s: %s`, or the day that is meant"):format(wrong.key, ctx.as_of),
    }
  end
  if STAGED[life.status] and not (life.announced and life.sunset) and #wrong_days == 0 then
    local first <const> = life.announced
      and contracts.date(contracts.day(life.announced) + ctx.params.notice_days)
    report(contract, ctx, nil, {
      path = "deprecation",
      message = ("the contract is %s, and does not say since when and until when"):format(life.status),
      expected = "deprecation: { announced: DATE, sunset_date: DATE, replacement: … }",
      actual = life.announced and "no sunset_date" or life.sunset and "no day of the announcement" or "no dates",
      suggest = first and ("write `sunset_date: %s` or a later day"):format(first)
        or ("write `announced: %s`, or the day that is meant"):format(ctx.as_of),
    })
  end
end

-- The status against what the dates say of today.
local function check_status(contract, ctx)
  local life <const> = contract.lifecycle
  local stage <const> = contracts.stage_by_dates(life, ctx.as_of, ctx.params.sunset_days)
  local status <const> = STAGED[life.status] and life.status or "active"
  if stage and stage ~= status then
    local has_status <const> = contract.source ~= "port" and contract.spec.status ~= nil
    ctx:report {
      code = "FLOE-E526",
      at = has_status and contract.spec or contract,
      field = has_status and "status" or nil,
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
        suggest = "take the port out of floe.yaml, or describe it by a contract that is active",
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
    check_dates(contract, ctx)
    check_notice(contract, ctx)
    check_status(contract, ctx)
    check_ports(contract, ctx)
  end,
}
