Policies are begun, tested, checked, listed and explained.
needs: command:policy

$ floe policy new ownership.model_owner --bundle governance
Created governance:
      ✓ bundle.yaml
      ✓ policies/ownership/model_owner.lua
      ✓ policies/ownership/model_owner_test.lua

Next: floe policy test governance

$ floe policy check governance
Bundle governance 0.1.0 (governance)
      ✓ ownership.model_owner  Models say who owns them

1 policy can be used

$ floe policy test governance
Bundle governance (governance)

ownership.model_owner
      ✓ a model without an owner is reported
      ✓ a model with an owner passes
      ✓ the platform chooses the key

3 passed, 0 failed, 0 skipped: 1 policy (TIME)

$ cd governance && floe policy test policies/ownership/model_owner_test.lua --quiet
3 passed, 0 failed, 0 skipped: 1 policy (TIME)

$ sed -i 's|expected = "meta.steward"|expected = "meta.nobody"|' governance/policies/ownership/model_owner_test.lua; floe policy test governance
Bundle governance (governance)

ownership.model_owner
      ✓ a model without an owner is reported
      ✓ a model with an owner passes
      ✗ the platform chooses the key
          expected 1 finding, got 1
          finding 1 differs
            field        "meta"
            expected     expected "meta.nobody"
                         actual   "meta.steward"

2 passed, 1 failed, 0 skipped: 1 policy (TIME)
[1]

$ floe policy test governance --format json | $PYTHON -c 'import json, sys; print(json.load(sys.stdin)["totals"])'
{'cases': 3, 'failed': 1, 'passed': 2, 'policies': 1, 'untested': 0}

$ floe policy test governance --format junit | sed 's/time="[0-9.]*"/time="T"/'
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="floe policy test">
  <testsuite name="ownership.model_owner" tests="3" failures="1" errors="0" skipped="0">
    <testcase classname="ownership.model_owner" name="a model without an owner is reported" time="T"/>
    <testcase classname="ownership.model_owner" name="a model with an owner passes" time="T"/>
    <testcase classname="ownership.model_owner" name="the platform chooses the key" time="T"><failure message="expected 1 finding, got 1">expected 1 finding, got 1
finding 1 differs
  field        &quot;meta&quot;
  expected     expected &quot;meta.nobody&quot;
               actual   &quot;meta.steward&quot;</failure></testcase>
  </testsuite>
</testsuites>

$ floe policy new ownership.model_owner --bundle governance
2> ERROR: nothing was created: governance/policies/ownership/model_owner.lua, governance/policies/ownership/model_owner_test.lua exist
2>     Nothing is overwritten. Name another folder, or move what is in the way.
[2]

$ floe policy new Ownership --bundle governance
2> ERROR: 'Ownership' is not the id of a policy
2>     An id is CATEGORY.RULE in small letters, digits and underscores, such as ownership.model_owner.
2>     'floe policy new --help' shows what it takes.
[2]

$ floe policy new a.b --bundle governance --code nocode
2> ERROR: --code cannot be 'nocode'
2>     A code is like ACME-E001.
2>     'floe policy new --help' shows what it takes.
[2]

$ floe policy new a.b --bundle governance --quiet && rm governance/policies/ownership/model_owner.lua; floe policy test governance
Bundle governance (governance)

a.b
      ✓ a model without an owner is reported
      ✓ a model with an owner passes
      ✓ the platform chooses the key
governance/policies/ownership/model_owner_test.lua
      ✗ its tests did not run
          governance/policies/ownership/model_owner_test.lua: there is no policy beside this test

3 passed, 1 failed, 0 skipped: 2 policies (TIME)
[1]

$ rm -r governance/policies/a; floe policy test governance
2> ERROR: the bundle 'governance' has no policies
2>     at governance/bundle.yaml
2>     put them in governance/policies/CATEGORY/NAME.lua
[2]

$ floe policy new a.b --bundle other --quiet && rm other/policies/a/b_test.lua && floe policy test other
Bundle other (other)

a.b
      ! has no tests

0 passed, 0 failed, 0 skipped: 1 policy, 1 policy without tests (TIME)
2> ERROR: no test was found
2>     The tests of policies/a/b.lua stand in policies/a/b_test.lua; 'floe policy new ID' shows how.
[2]

$ mkdir empty && cd empty && floe policy test
2> ERROR: '.' is no bundle and lies in none
2>     A bundle is a folder with a bundle.yaml and policies/; 'floe policy new ID' begins one.
[2]

$ floe policy test nowhere
2> ERROR: there is no 'nowhere'
[2]

$ echo 'return 1' > other/policies/a/b.lua; floe policy check other
Bundle other 0.1.0 (other)
      ✗ a.b
          other/policies/a/b.lua: the file returns a number instead of what policy.define answers

1 policy cannot be used, 0 can
[3]

$ echo 'name: Other' > other/bundle.yaml; floe policy check other
2> ERROR: 'name' must be lower-case letters, digits and dashes, with no dash at either end; found 'Other'
2>     at other/bundle.yaml:1:1
2> ERROR: 'version' is missing
2>     at other/bundle.yaml:1:1
2>     add 'version' (a semantic version such as 1.2.3): The bundle's version.
[2]

$ floe policy lst
2> ERROR: 'floe policy' has no command 'lst'; did you mean 'list'?
2>     'floe policy --help' shows what it takes.
[2]

$ floe policy
floe policy: list, explain, check, test, write and document policies

Usage: floe policy COMMAND [OPTIONS]

Commands:
  list     list the policies that apply, with their modes
  explain  say what a policy asks for, why, and who decided its mode
  check    load the policies of a bundle and say what is wrong
  test     run the tests beside each policy
  new      begin a policy with its test
  docs     print the reference of a bundle in Markdown

Common options:
  -q, --quiet    print only what needs attention
  -v, --verbose  print more: details of every finding, traces of bugs
  --color WHEN   when to print colours; NO_COLOR and FORCE_COLOR are honoured: auto, always, never
                 (default: auto)
  -h, --help     print this help

Examples:
  floe policy list
      which policies apply here, and in which mode
  floe policy new ownership.model_owner
      begin a policy with its test
  floe policy test
      run the tests of the bundle in this folder

$ rm -r governance; floe policy new ownership.model_owner --bundle governance --quiet; mkdir -p flat/policies && cp -r governance/policies/. flat/policies/ && cp governance/bundle.yaml flat/policies/ && floe policy test flat/policies --quiet; floe policy check flat/policies/ownership
3 passed, 0 failed, 0 skipped: 1 policy (TIME)
Bundle governance 0.1.0 (flat/policies)
      ✓ ownership.model_owner  Models say who owns them

1 policy can be used

$ floe policy list governance | head -n 2; floe policy list governance | tail -n 1; floe policy explain ownership.model_owner governance | head -n 2
governance 0.1.0
  ownership.model_owner           alert_only  OWNERSHIP-E001  Models say who owns them
There is no floe.yaml here: the policies are in their own modes.
ownership.model_owner  OWNERSHIP-E001
Models say who owns them

$ floe policy explain ownership.model_owner governance | grep -c "^Docs:"; floe policy explain naming.layer_prefix | grep '^Docs:'
0
Docs:    https://floe.dev/docs/policies/naming.layer_prefix
