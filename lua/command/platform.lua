-- floe platform: what platform teams do with their manifests. Its commands stand in lua/command/platform/.
return {
  name = "platform",
  summary = "check and compile platform manifests, and test the policies they name",
  commands = { "compile", "test" },
  examples = {
    { "floe platform compile platform/", "check a manifest with those above it, and write its artifact" },
    { "floe platform compile --check", "in CI: is the artifact that of the files?" },
    { "floe platform test", "run the tests of all policies that the manifest names" },
  },
}
