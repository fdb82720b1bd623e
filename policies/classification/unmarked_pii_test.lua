local test <const> = require "floe.test"

local function column(name, fields)
  local given <const> = fields or {}
  given.name, given.node = name, { name = "customers" }
  return test.column(given)
end

return test.suite("classification.unmarked_pii", {
  test.case("names of personal data without a mark are reported with their kind", function(t)
    local kinds <const> = {
      { "email", "email" }, { "customer_email", "email" }, { "e_mail", "email" }, { "email_address", "email" },
      { "EmailAddress", "email" }, { "phone_number", "phone" }, { "mobile_no", "phone" }, { "fax", "phone" },
      { "first_name", "name" }, { "lastName", "name" }, { "customer_full_name", "name" }, { "surname", "name" },
      { "customer_name", "name" }, { "date_of_birth", "dob" }, { "dob", "dob" }, { "birth_date", "dob" },
      { "ssn", "ssn" }, { "social_security_number", "ssn" }, { "passport_number", "passport" }, { "tax_id", "tax_id" },
      { "address", "address" }, { "home_address", "address" }, { "billing_address_1", "address" },
      { "address_line_2", "address" }, { "ip_address", "ip_address" }, { "client_ip", "ip_address" },
      { "ipv4_address", "ip_address" }, { "credit_card_number", "credit_card" }, { "iban", "bank_account" },
      { "emailaddress", "email" }, { "mobile", "phone" }, { "phonenumber", "phone" }, { "ssn_last4", "ssn" },
      { "driver_license_number", "driver_license" }, { "bank_account_number", "bank_account" },
      { "national_insurance_number", "national_id" }, { "fname", "name" }, { "lname", "name" }, { "username", "name" },
      { "user_name", "name" }, { "full_name", "name" }, { "street", "address" }, { "street_name", "address" },
      { "cc_number", "credit_card" }, { "remote_addr", "ip_address" },
    }
    for _, pair in ipairs(kinds) do
      t:judge(column(pair[1]))
      t:finds {
        code = "FLOE-E230", subject = "model.shop.customers." .. pair[1], field = "meta", actual = "unmarked",
        suggestions = { ("meta: { classification: pii, pii_type: %s, sensitivity: high }"):format(pair[2]) },
      }
    end
  end),

  test.case("names that only hold such a word are left alone", function(t)
    for _, name in ipairs({
      "email_sent_count", "name_length", "address_type", "is_email_valid", "name", "product_name", "file_name",
      "email_verified_at", "has_phone", "phone_type", "address_id", "mac_address", "wallet_address", "zip", "shipment",
      "recipient", "tip", "ship", "script", "hashed_email", "email_hash", "email_domain", "newsletter_emails",
      "customer_id", "national_total", "birth_rate", "naming", "telemetry", "voice_mail", "card_type", "tax_rate",
      "account", "first", "last_login", "no_email", "product_full_name", "model_display_name", "table_full_name",
      "host_ip", "server_ip", "snail_mail", "mobile_sessions", "email_number", "license_type", "account_manager_count",
    }) do
      t:judge(column(name))
      t:passes()
    end
  end),

  test.case("a type that cannot hold it clears the name", function(t)
    t:judge(column("email", { data_type = "boolean" }))
    t:passes()
    t:judge(column("first_name", { data_type = "INTEGER" }))
    t:passes()
    t:judge(column("phone", { data_type = "bigint" }))
    t:finds { code = "FLOE-E230" }
    t:judge(column("birthday", { data_type = "date" }))
    t:finds { code = "FLOE-E230" }
    t:judge(column("email", { data_type = "date" }))
    t:passes()
    t:judge(column("email", { data_type = "varchar(255)" }))
    t:finds { code = "FLOE-E230" }
  end),

  test.case("any mark is a decision, and so is a masker", function(t)
    for _, meta in ipairs({
      { classification = "pii" }, { floe = { classification = "pii" } }, { classification = "public" },
      { masked_by = "sha256" }, { floe = { masking = "partial" } },
    }) do
      t:judge(column("email", { meta = meta }))
      t:passes()
    end
  end),

  test.case("a platform can ask for more than any mark", function(t)
    t:judge(column("email", { meta = { classification = "public" } }), { minimum = "confidential" })
    t:finds { code = "FLOE-E230", expected = "a classification of at least confidential", actual = "public" }
    t:judge(column("email", { meta = { classification = "confidential" } }), { minimum = "confidential" })
    t:passes()
  end),

  test.case("type and sensitivity can be required of every pii column", function(t)
    local params <const> = { require_type = true, require_sensitivity = true }
    t:judge(column("blob", { meta = { classification = "pii" } }), params)
    t:finds { code = "FLOE-E230", path = "meta.pii_type", actual = "pii" }
    t:judge(column("email", { meta = { floe = { classification = "pii", pii_type = "email" } } }), params)
    t:finds { code = "FLOE-E230", path = "meta.sensitivity" }
    local full <const> = { classification = "pii", pii_type = "email", sensitivity = "high" }
    t:judge(column("email", { meta = full }), params)
    t:passes()
  end),

  test.case("names can be left out", function(t)
    t:judge(column("vendor_email"), { ignore = { "vendor_*" } })
    t:passes()
  end),

  test.case("columns of sources are judged too", function(t)
    t:judge(test.source { columns = { "email" } })
    t:finds { code = "FLOE-E230", subject = "source.shop.crm.accounts.email" }
  end),

  test.case("odd names and marks break nothing", function(t)
    for _, name in ipairs({ "", "_", "\255\254", ("email_"):rep(200), "123", "__" }) do
      t:judge(column(name))
      t:passes()
    end
    t:judge(column("email", { meta = { classification = { "pii" } } }))
    t:passes()
  end),

  test.case("columns of which only a run knows are not reported", function(t)
    t:judge(test.model { columns = { "email" }, partial = { { about = "columns" } } })
    t:passes()
  end),
})
