local oci <const> = require "manifest.oci"
local test <const> = dofile "tests/lua/support.lua"

local DIGEST <const> = "sha256:" .. ("a1"):rep(32)

test.case("a reference has registry, repository, tag and digest", function()
  test.equal(oci.parse("oci://registry.acme.com:5000/platform/core:v1.2.3@" .. DIGEST),
    { registry = "registry.acme.com:5000", repository = "platform/core", tag = "v1.2.3", digest = DIGEST })
  test.equal(oci.parse("oci://localhost/a"), { registry = "localhost", repository = "a" })
  test.equal(oci.parse("oci://r/a__b/c-d@" .. DIGEST), { registry = "r", repository = "a__b/c-d", digest = DIGEST })
end)

test.case("what is wrong with a reference is said", function()
  for text, why in pairs {
    ["oci://"] = "names no registry",
    ["oci:///a"] = "names no registry",
    ["oci://registry"] = "names no repository",
    ["oci://registry/"] = "names no repository",
    ["oci://registry/:v1"] = "names no repository",
    ["oci://registry:port/a"] = "the port 'port'",
    ["oci://registry:70000/a"] = "the port '70000'",
    ["oci://-registry/a"] = "'-registry' is no host name",
    ["oci://me:secret@registry/a"] = "credentials do not belong",
    ["oci://registry/Platform:v1"] = "capital letters",
    ["oci://registry/a//b"] = "is no name of a repository",
    ["oci://registry/a b"] = "white space",
    ["oci://registry/a:"] = "'' is no tag",
    ["oci://registry/a:-v1"] = "'-v1' is no tag",
    ["oci://registry/a:v1:v2"] = "'v1:v2' is no tag",
    ["oci://registry/a@"] = "'' is no digest",
    ["oci://registry/a@sha256:abc"] = "'sha256:abc' is no digest",
    ["oci://registry/a@" .. DIGEST:upper()] = "is no digest",
    ["oci://r/" .. ("a"):rep(300)] = "longer than 255",
  } do
    local reference <const>, message <const> = oci.parse(text)
    test.equal(reference, nil, text)
    test.contains(message, why)
  end
end)

test.finish()
