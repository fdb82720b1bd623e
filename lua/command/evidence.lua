-- floe evidence: what waits to be sent to lineage, telemetry and alerts. Its commands stand in lua/command/evidence/.
return {
  name = "evidence",
  summary = "send what waits for lineage, telemetry and alerts, and see what does",
  commands = { "flush", "status", "follow" },
  examples = {
    { "floe evidence status", "what waits, since when, for whom" },
    { "floe evidence flush", "send it" },
  },
}
