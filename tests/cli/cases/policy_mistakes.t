A policy's author is told what is wrong, in which line, by check and by test alike.
needs: command:policy

$ mkdir -p acme/policies/x && printf 'name: acme\nversion: 1.0.0\n' > acme/bundle.yaml

$ printf '%s\n' 'local policy <const> = require "floe.policy"' 'return policy.define {' '  id = "x.KEY", code = "ACME-E1", title = "T", why = "W", targets = "model",' '  EXTRA' '  check = function(model, ctx)' '    BODY' '  end,' '}' > template

$ printf '%s\n' 'local test <const> = require "floe.test"' 'return test.suite("x.KEY", { test.case("it passes", function(t)' '  t:judge(test.model { name = "orders" })' '  t:passes()' 'end) })' > template_test

$ make() { sed "s/KEY/$1/; s/EXTRA/$2/; s/BODY/$3/" template > acme/policies/x/$1.lua; sed "s/KEY/$1/" template_test > acme/policies/x/$1_test.lua; }; make target 'phases = "validat",' ''; make choice 'params = { a = policy.enum({ "one", "two" }, "ones") },' ''; make regex 'params = { a = policy.regex("(a") },' ''; make option 'params = { a = policy.integer(1, { minn = 0 }) },' ''; make field '' 'return model.descripton'; make report '' 'ctx:report { message = "m", field = "descripton" }'; make loop '' 'while true do end'; make memory '' 'local t = {} while true do t[#t + 1] = ("x"):rep(1000) .. #t end'; echo 'return 5' > acme/policies/x/number.lua; echo 'return {}' > acme/policies/x/empty.lua

$ floe policy check acme
Bundle acme 1.0.0 (acme)
      ✗ x.choice
          acme/policies/x/choice.lua:4: the default is 'ones'; it must be one of: one, two; did you mean 'one'?
      ✗ x.empty
          acme/policies/x/empty.lua: the file returns a table that policy.define did not make
      ✓ x.field  T
      ✓ x.loop  T
      ✓ x.memory  T
      ✗ x.number
          acme/policies/x/number.lua: the file returns a number instead of what policy.define answers
      ✗ x.option
          acme/policies/x/option.lua:4: a param of type integer has no key 'minn'; did you mean 'min'?
      ✗ x.regex
          acme/policies/x/regex.lua:4: the default: the regular expression is wrong: missing closing parenthesis at position 3
      ✓ x.report  T
      ✗ x.target
          acme/policies/x/target.lua: policy 'x.target': the phase 'validat' does not exist; did you mean 'validate'? (there are: init, validate, compile, publish, deploy, run, monitor)

6 policies cannot be used, 4 can
[3]

$ floe policy test acme
Bundle acme (acme)

x.choice
      ✗ its tests did not run
          acme/policies/x/choice.lua:4: the default is 'ones'; it must be one of: one, two; did you mean 'one'?
x.empty
      ! has no tests
x.field
      ✗ it passes
          the policy failed: a model has no field 'descripton'; did you mean 'description'? (acme/policies/x/field.lua:6)
x.loop
      ✗ it passes
          the policy ran for more than 100000000 instructions (acme/policies/x/loop.lua:6)
x.memory
      ✗ it passes
          the policy needs more than 65536 KiB of memory (acme/policies/x/memory.lua:6)
x.number
      ! has no tests
x.option
      ✗ its tests did not run
          acme/policies/x/option.lua:4: a param of type integer has no key 'minn'; did you mean 'min'?
x.regex
      ✗ its tests did not run
          acme/policies/x/regex.lua:4: the default: the regular expression is wrong: missing closing parenthesis at position 3
x.report
      ✗ it passes
          the policy failed: 'field' of a report: a model has no field 'descripton'; did you mean 'description'? (acme/policies/x/report.lua:6)
x.target
      ✗ its tests did not run
          acme/policies/x/target.lua: policy 'x.target': the phase 'validat' does not exist; did you mean 'validate'? (there are: init, validate, compile, publish, deploy, run, monitor)

0 passed, 8 failed, 0 skipped: 10 policies, 2 policies without tests (TIME)
[1]
