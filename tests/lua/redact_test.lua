-- What is known to be a secret, and that it stays out of texts, whatever they are.
local document <const> = require "host.document"
local files <const> = require "host.files"
local redact <const> = require "evidence.redact"
local secrets <const> = require "manifest.secrets"
local system <const> = require "host.system"
local test <const> = dofile "tests/lua/support.lua"

-- Variables of the environment, with which nothing else is known.
local function with(variables, run)
  redact.forget()
  for name, value in pairs(variables) do
    system.set_env(name, value)
  end
  run()
  for name in pairs(variables) do
    system.set_env(name, "")
  end
  redact.forget()
end

test.case("a variable is a secret by its name", function()
  for _, name in ipairs { "DBT_ENV_SECRET_X", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "DB_PWD",
    "SLACK_WEBHOOK", "SLACK_WEBHOOK_URL", "WAREHOUSE_DSN", "OTEL_EXPORTER_OTLP_HEADERS",
    "OPENLINEAGE__TRANSPORT__AUTH__APIKEY", "SMTP_PASS", "BASIC_AUTH" } do
    test.equal(secrets.is_variable(name), true, name)
  end
  for _, name in ipairs { "PATH", "FLOE_ENV", "MONKEY", "COMPASS", "AUTHOR", "TOKEN_FILE", "PASSAGE" } do
    test.equal(secrets.is_variable(name), false, name)
  end
end)

test.case("a key of a setting is a secret, unless it says where one is", function()
  for _, key in ipairs { "password", "client-secret", "Authorization", "sfPassword", "access_key_id" } do
    test.equal(secrets.is_key(key), true, key)
  end
  for _, key in ipairs { "key", "primary_key", "password_env", "secret_ref", "token_url", "user", 1 } do
    test.equal(secrets.is_key(key), false, tostring(key))
  end
end)

test.case("values of secret variables are masked, wherever they stand", function()
  with({
    TEST_API_TOKEN = "s3cr3t-value", TEST_ADDRESS = "postgres://me:p%40ss-word@db/x",
    TEST_STRING = "Server=db;User=me;Password=hunter2!;Encrypt=yes", TEST_NUMBER_PWD = "48151623",
    TEST_OTLP_HEADERS = "api-key=otlp-7781,x=Bearer%20otlp-9942",
  }, function()
    test.equal(redact.known("it says s3cr3t-value."), "it says [redacted].")
    test.equal(redact.known("as written p%40ss-word, as meant p@ss-word"), "as written [redacted], as meant [redacted]")
    test.equal(redact.known("login hunter2! failed on db for me"), "login [redacted] failed on db for me")
    test.equal(redact.known("otlp-7781 otlp-9942"), "[redacted] [redacted]")
    test.equal(redact.known("48151623, not 1481516232"), "[redacted], not 1481516232")
  end)
end)

test.case("a variable may be long", function()
  with({ TEST_LONG = ("x"):rep(100000) .. " password = s3cr3t-value" }, function()
    local begun <const> = system.monotonic()
    test.equal(redact.known("it says s3cr3t-value."), "it says [redacted].")
    test.truthy(system.monotonic() - begun < 2)
  end)
end)

test.case("what is said may be long", function()
  local long <const>, begun <const> = ("x"):rep(100000), system.monotonic()
  test.equal(redact.text(long .. " 1password=abc"), long .. " 1password=[redacted]")
  test.truthy(system.monotonic() - begun < 2)
end)

test.case("JSON stays JSON", function()
  with({ TEST_PASSWORD = "a\"b\\c\n1d", TEST_PIN_PWD = "48151623" }, function()
    local text <const> = '{"message":"a\\"b\\\\c\\n1d","rows":48151623,"at":148151623000}'
    local view <const> = assert(document.parse(redact.json(text), "", { format = "json" }))
    test.equal(document.plain(view), { message = "[redacted]", rows = 0, at = 148151623000 })
  end)
end)

test.case("an escape of JSON is no part of a secret", function()
  with({ TEST_PASSWORD = "n1d-secret", TEST_TOKEN = "00e9-secret", TEST_KEY_SECRET = "\\backslash9" }, function()
    local function meant(text)
      return document.plain(assert(document.parse(redact.json(text), "", { format = "json" })))
    end
    local text <const> = [[{"a":"x\n1d-secret","b":"\u00e9-secret","c":"\\n1d-secret","d":"\\\\backslash9"}]]
    test.equal(meant(text), { a = "x\n1d-secret", b = "\u{e9}-secret", c = "\\[redacted]", d = "\\[redacted]" })
    test.equal(meant('["n1d-secret","\\tn1d-secret","00e9-secret"]'),
      { "[redacted]", "\t[redacted]", "[redacted]" })
  end)
end)

test.case("JSON stays JSON where a secret looks like a number", function()
  with({ TEST_PASSWORD = "-3.141592", TEST_TOKEN = "6.022e23", TEST_PIN_PWD = "2026-11-22" }, function()
    local text <const> = '{"a":-3.141592,"b":[6.022e23,16.022e234],"at":"2026-11-22T10:00:00Z","c":"is -3.141592!"}'
    local view <const> = assert(document.parse(redact.json(text), "", { format = "json" }))
    test.equal(document.plain(view),
      { a = 0, b = { 0, 16.022e234 }, at = "2026-11-22T10:00:00Z", c = "is 0!" })
    test.equal(redact.known("is x-3.141592"), "is x[redacted]")
  end)
end)

test.case("a secret of digits and signs is masked in JSON before a point, behind a letter and within a name", function()
  with({ TEST_PASSWORD = "4815-1623", TEST_TOKEN = "+49-151-23" }, function()
    test.equal(redact.json('{"a":"it is 4815-1623.","b":"key-4815-1623, x4815-1623","c":"tel.+49-151-23-0"}'),
      '{"a":"it is 0.","b":"key-0, x0","c":"tel.0-0"}')
  end)
end)

test.case("plain words and short values are left alone: they are names of other things too", function()
  with({ TEST_PASSWORD = "customer", TEST_TOKEN = "ab1" }, function()
    test.equal(redact.known("model customer has ab1"), "model customer has ab1")
  end)
end)

test.case("each line of a private key is masked", function()
  local key <const> = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nAASCBKcwggSjAgEAAoIBAQ\n-----END KEY-----"
  with({ TEST_PRIVATE_KEY = key }, function()
    test.equal(redact.known("at MIIEvQIBADANBgkqhkiG9w0BAQEF"), "at [redacted]")
  end)
end)

test.case("a file that a variable names is no secret", function()
  with({ TEST_CREDENTIALS = "tests/lua/redact_test.lua" }, function()
    test.equal(redact.known("read tests/lua/redact_test.lua"), "read tests/lua/redact_test.lua")
  end)
end)

test.case("settings tell secrets, and the variables that hold them", function()
  with({ TEST_ONCALL = "https://hooks.example.com/services/T0/B0/zzz999" }, function()
    redact.add_settings {
      { name = "oncall", url_env = "TEST_ONCALL" }, { user = "me-myself-1", password = "in-profile-1" },
      { path = "md:x?motherduck_token=duck-token-1" },
    }
    test.equal(redact.known("to https://hooks.example.com/services/T0/B0/zzz999 as me-myself-1"),
      "to [redacted] as me-myself-1")
    test.equal(redact.known("in-profile-1 duck-token-1"), "[redacted] [redacted]")
    redact.add("handed-out-1")
    test.equal(redact.known("handed-out-1"), "[redacted]")
  end)
end)

test.case("variables of dbt are secrets by their names, however they are written", function()
  with({}, function()
    redact.add_yaml "{start: 2026-01-01, api_token: vars-secret-1, pins: {door_secret: 48151623}}"
    test.equal(redact.known("2026-01-01 vars-secret-1 48151623"), "2026-01-01 [redacted] [redacted]")
    redact.add_yaml "{no yaml: postgres://me:vars-secret-2@db"
    test.equal(redact.known("vars-secret-2"), "[redacted]")
  end)
end)

test.case("what looks like a secret is none of anybody's business either", function()
  with({}, function()
    test.equal(redact.text("connect host=db password=abc user=me"), "connect host=db password=[redacted] user=me")
    test.equal(redact.text("token: 'abc', at postgres://me:pw@db/x"), "token: '[redacted]', at postgres://db/x")
    test.equal(redact.text("AKIAIOSFODNN7EXAMPLE"), "[redacted]")
    test.equal(redact.text("password: {{ env_var('X') }}"), "password: {{ env_var('X') }}")
    test.equal(redact.text("3 of 4 tests passed; key: id"), "3 of 4 tests passed; key: id")
  end)
end)

test.case("a secret in a file is masked wherever it stands, also where the file is long", function()
  with({ TEST_PASSWORD = "hunter2-hunter2" }, function()
    for _, at in ipairs { 0, (1 << 18) - 7, (1 << 18) - 15, 1 << 18, (1 << 19) - 1 } do
      local path <const> = files.join(test.folder { log = ("x"):rep(at) .. "hunter2-hunter2\n" }, "log")
      redact.file(path)
      test.equal(files.read(path) == ("x"):rep(at) .. "[redacted]\n", true, at)
    end
  end)
end)

test.finish()
