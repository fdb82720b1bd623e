local test <const> = require "floe.test"

-- None of these is a secret: they are made up here, and put together so that no scanner takes them for one.
local AWS_KEY <const> = "AKIA" .. "Q3EGRIYZABCD2345"
local RANDOM <const> = "f83Kx0Qm" .. "Zr27VbTn" .. "L5cYw9Hd" .. "Pe41"
local BEGIN <const> = "-----BEGIN %sPRIVATE" .. " KEY-----"

local function file(path, text)
  return test.file { path = path, text = text }
end

-- Judges one line in a file that holds plain values, and one in which only quoted ones count.
local function yaml(text)
  return file("profiles.yml", text)
end

local function python(text)
  return file("scripts/load.py", text)
end

return test.suite("secrets.in_files", {
  test.case("an empty file and one of prose pass", function(t)
    t:judge(file("README.md", ""))
    t:passes()
    t:judge(file("README.md", "The password is in the vault: ask for it. AKIA is a prefix, a token = a word."))
    t:passes()
  end),

  test.case("an AWS access key is found with its place and never shown", function(t)
    local findings <const> = t:judge(python("x = 1\n  key = '" .. AWS_KEY .. "'\n"))
    t:finds {
      code = "FLOE-E601", subject = "scripts/load.py", path = "aws_access_key", line = 2, column = 10,
      actual = "AKIA********",
    }
    t:equal(findings[1].message:find(AWS_KEY:sub(5), 1, true), nil, "message")
  end),

  test.case("what is longer or shorter than an AWS key is none", function(t)
    for _, text in ipairs({ AWS_KEY .. "A", AWS_KEY:sub(1, 19), "x" .. AWS_KEY, AWS_KEY:lower() }) do
      t:judge(file("README.md", text))
      t:passes()
    end
  end),

  test.case("passwords are found in code and in plain values", function(t)
    for _, text in ipairs({
      "password = 'hunter2'", "DB_PASSWORD=\"hunter2\"", "{\"userPassword\": \"hunter2\"}", "pwd='hunter2'",
      "conn['password'] = 'hunter2'",
    }) do
      t:judge(python(text))
      t:finds { code = "FLOE-E602" }
    end
    for _, text in ipairs({ "password: hunter2", "  - passwd: hunter2", "{user: a, password: hunter2}" }) do
      t:judge(yaml(text))
      t:finds { code = "FLOE-E602" }
    end
    t:judge(file(".env", "export PGPASSWORD=hunter2\n"))
    t:finds { code = "FLOE-E602", path = "PGPASSWORD", actual = "PGPASSWORD = ********", line = 1, column = 19 }
  end),

  test.case("API keys, tokens and secrets are found", function(t)
    for _, text in ipairs({
      "api_key = 'abcd1234'", "apiKey: 'abcd1234'", "access-token = \"abcd1234\"", "client_secret = 'abcd1234'",
      "AWS_SECRET_ACCESS_KEY = 'abcd1234'",
    }) do
      t:judge(python(text))
      t:finds { code = "FLOE-E603" }
    end
    t:judge(yaml("token: abcd1234"))
    t:finds { code = "FLOE-E603", path = "token", actual = "token = ********" }
  end),

  test.case("tokens that say who issued them are found wherever they stand", function(t)
    local letters <const> = "16C7e42F292c6912E7710c838347Ae178B4a"
    for _, token in ipairs({
      "ghp" .. "_" .. letters, "xox" .. "b-123456789012-1234567890123-AbCdEf", "sk" .. "_live_" .. letters,
      "AI" .. "za" .. letters, "glpat" .. "-" .. letters, "dapi" .. ("12ab"):rep(8), "npm" .. "_" .. letters,
      "eyJ" .. "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    }) do
      t:judge(file("notes.md", "see " .. token .. " here"))
      t:finds { code = "FLOE-E603", line = 1, column = 5 }
    end
    t:judge(file("notes.md", "ghp_ and xoxb-short and dapi are prefixes, AIza as well; eyJ begins JSON"))
    t:passes()
    t:judge(python("token = '" .. "ghp" .. "_" .. letters .. "'"))
    t:finds { code = "FLOE-E603", path = "token" }
  end),

  test.case("a password in an address is found, and what is looked up there is none", function(t)
    t:judge(file(".env", "DB_URL=postgres://floe:S3cr3tPw@db:5432/shop"))
    t:finds { code = "FLOE-E602", path = "address", actual = "floe:********@", line = 1, column = 24 }
    for _, text in ipairs({
      "postgres://floe:${PASSWORD}@db/shop", "postgres://floe:%s@db/shop", "postgres://floe:{password}@db/shop",
      "postgres://floe@db:5432/shop", "http://host:8080/path@x", "https://user:<password>@host",
      "postgres://user:password@localhost/db", "git@github.com:acme/shop.git",
    }) do
      t:judge(file("README.md", text))
      t:passes()
    end
  end),

  test.case("an access key that expires is one too", function(t)
    t:judge(file("notes.md", "ASIA" .. AWS_KEY:sub(5)))
    t:finds { code = "FLOE-E601", path = "aws_access_key", actual = "ASIA********" }
  end),

  test.case("`pass` holds a password where that is all of the name", function(t)
    t:judge(yaml("      pass: s3cretpw"))
    t:finds { code = "FLOE-E602", path = "pass" }
    for _, text in ipairs({ "pass: true", "bypass: s3cretpw", "pass: 12", "all_pass: s3cretpw" }) do
      t:judge(yaml(text))
      t:passes()
    end
  end),

  test.case("SQL compares, and a checksum is no secret", function(t)
    t:judge(file("models/a.sql", "select 1 where token = 'signed_up_1' and secret = 'classified_v2'"))
    t:passes()
    t:judge(file("models/a.sql", "create user a password = 'hunter2'"))
    t:finds { code = "FLOE-E602" }
    t:judge(file("package-lock.json", '{"integrity": "sha512-abc123ABCdef456DEFghi789GHI=="}'))
    t:passes()
  end),

  test.case("a private key is found once, of whatever kind", function(t)
    for _, kind in ipairs({ "", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED " }) do
      local begin <const> = BEGIN:format(kind)
      t:judge(file("key.pem", begin .. "\nMIIE\n" .. begin:gsub("BEGIN", "END") .. "\n"))
      t:finds { code = "FLOE-E604", path = "private_key", line = 1 }
    end
    t:judge(file("key.pub", "-----BEGIN PUBLIC KEY-----\nMIIE\n"))
    t:passes()
  end),

  test.case("a long quoted value that looks random is found, whatever its name", function(t)
    t:judge(python("salt = '" .. RANDOM .. "'"))
    t:finds { code = "FLOE-E605", path = "salt", actual = "salt = ********" }
  end),

  test.case("twenty characters and four bits are the border", function(t)
    local sixteen <const> = "0123456789abcdef"
    t:judge(python("salt = '" .. sixteen .. sixteen .. "'")) -- exactly 4 bits a character
    t:finds { code = "FLOE-E605" }
    t:judge(python("salt = '" .. sixteen .. sixteen .. "00'"))
    t:passes()
    t:judge(python("salt = '0123456789abcdefghi'")) -- 19 characters
    t:passes()
    t:judge(python("salt = '0123456789abcdefghij'"))
    t:finds { code = "FLOE-E605" }
  end),

  test.case("names, paths, addresses and digests are not random", function(t)
    for _, value in ipairs({
      "customer_lifetime_value_segment_v2", "models/silver/silver_customers_2024.sql", "2026-01-01T00:00:00.000000Z",
      "https://example.com/a1B2c3D4e5F6g7", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "00000000000000000000000000000001",
      "a sentence with 20 words and 3 digits", ("deadbeef"):rep(8),
    }) do
      t:judge(python("x = '" .. value .. "'"))
      t:passes()
    end
  end),

  test.case("look-ups are not secrets", function(t)
    for _, text in ipairs({
      "password: \"{{ env_var('DB_PASSWORD') }}\"", "password: \"{{ var('p') }}\"", "password: ${DB_PASSWORD}",
      "password: $DB_PASSWORD", "password: '%DB_PASSWORD%'", "token: env_var('API_TOKEN_1')",
      "password: 'vault:secret/data/db#password1'", "secret: ref+vault://secret1/x", "password: *anchor1",
      "secret: !Ref Secret1Name",
    }) do
      t:judge(yaml(text))
      t:passes()
    end
    for _, text in ipairs({ "password = os.environ['X']", "password = get_password()", "if password == 'x123456':" }) do
      t:judge(python(text))
      t:passes()
    end
  end),

  test.case("obvious placeholders are not secrets", function(t)
    for _, value in ipairs({
      "changeme", "<password>", "your_token_1", "your-api-key-1", "xxxxxxxx", "********", "REPLACE_ME_1",
      "None", "password", "not_null", "dummy123", "", "aaaaaaaaaaaa", "example-token-1",
    }) do
      t:judge(python("password = '" .. value .. "'; token = '" .. value .. "'"))
      t:passes()
    end
  end),

  test.case("words of the file's own language are not secrets", function(t)
    for _, text in ipairs({
      "- name: password", "password: true", "password: ", "password:\n  type: string", "token: string",
      "secret_ref: my-secret-1", "unique_key: customer_id1", "description: the password: hashed1",
      "columns: [password, token]", "password: |\n  text", "password: 12345678",
    }) do
      t:judge(yaml(text))
      t:passes()
    end
    t:judge(file("models/a.sql", "select password = t.password1, token: t.token12345 from t where key = token_123456"))
    t:passes()
  end),

  test.case("several secrets in one file are several findings in their order", function(t)
    t:judge(yaml("a:\n  password: hunter2\n  token: abcd1234\nb:\n  password: hunter3\n"))
    t:finds { { code = "FLOE-E602", line = 2 }, { code = "FLOE-E603", line = 3 }, { code = "FLOE-E602", line = 5 } }
  end),

  test.case("of a file that is a list of secrets the first hundred are reported", function(t)
    local findings <const> = t:judge(yaml(("password: hunter2\n"):rep(2000)))
    t:equal(#findings, 100, "findings")
    t:equal(findings[100].line, 100, "line")
  end),

  test.case("many secrets in one long line are placed in reasonable time", function(t)
    local findings <const> = t:judge(python(("ä password='hunter2';"):rep(4000)))
    t:equal(#findings, 100, "findings")
    t:equal(findings[2].column, 13 + 21, "column")
  end),

  test.case("files can be left out by name or by path", function(t)
    local secret <const> = "password = 'hunter2'"
    t:judge(file("poetry.lock", secret))
    t:passes()
    t:judge(file("tests/data/a.py", secret), { exclude_patterns = { "tests/**" } })
    t:passes()
    t:judge(file("src/tests/a.py", secret), { exclude_patterns = { "tests/**", "*.sql" } })
    t:finds { code = "FLOE-E602" }
    t:judge(file("deep/down/a.sql", secret), { exclude_patterns = { "*.sql" } })
    t:passes()
  end),

  test.case("an organisation's own patterns are searched too", function(t)
    local params <const> = { custom_patterns = { acme_key = "ACME-[0-9]{6}", other = "\\bnever\\b" } }
    t:judge(file("README.md", "x ACME-123456 and\nACME-654321, nevermore"), params)
    t:finds {
      { code = "FLOE-E600", path = "acme_key", line = 1, column = 3, actual = "********" },
      { code = "FLOE-E600", path = "acme_key", line = 2, column = 1 },
    }
    t:judge(file("README.md", "aaa"), { custom_patterns = { empty = "x*" } })
    t:finds { { path = "empty" }, { path = "empty" }, { path = "empty" } }
  end),

  test.case("a custom pattern that is no regular expression fails and does not pass", function(t)
    t:judge(file("README.md", "text"), { custom_patterns = { broken = "(" } })
    t:raises("custom pattern 'broken'")
  end),

  test.case("hostile files are searched in reasonable time", function(t)
    for _, text in ipairs({
      ("="):rep(4000), (": \""):rep(4000), ("a=' "):rep(4000), ("AKIA"):rep(4000), ("\t"):rep(4000) .. "=",
      "password" .. (" "):rep(4000) .. "= 'x'", "k='" .. ("\255\0"):rep(4000) .. "'", ("token"):rep(4000),
      ("'"):rep(4000), ("password:"):rep(4000), ("key=\n"):rep(4000), ("PRIVATE KEY-----"):rep(4000), ("eyJ"):rep(4000),
      ("eyJ-"):rep(4000), ("://"):rep(4000), ("://a:"):rep(4000), "://" .. ("a"):rep(8000),
    }) do
      t:judge(python(text))
      t:passes()
    end
  end),
})
