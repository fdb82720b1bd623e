-- floe policy: what governance teams do with policies. Its commands stand in lua/command/policy/.
return {
  name = "policy",
  summary = "list, explain, check, test, write and document policies",
  commands = { "list", "explain", "check", "test", "new", "docs" },
  examples = {
    { "floe policy list", "which policies apply here, and in which mode" },
    { "floe policy new ownership.model_owner", "begin a policy with its test" },
    { "floe policy test", "run the tests of the bundle in this folder" },
  },
}
