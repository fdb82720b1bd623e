-- floe baseline: findings accepted on a day. Its commands stand in lua/command/baseline/.
return {
  name = "baseline",
  summary = "accept the findings there are, so that only new ones block",
  commands = { "write", "check" },
  examples = {
    { "floe baseline write", "accept what is found today; later: take out what was repaired" },
    { "floe baseline check", "in CI: is there anything new, is anything gone?" },
  },
}
