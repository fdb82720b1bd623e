Service levels of a platform hold for every contract: one that says nothing gets them, none may say less, and no tier either.
fixture: made
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_COMPILE_FACTS=sources
env: SOURCE_DATE_EPOCH=1764000000
env: FLOE_COMPILE_QUIET=1
needs: command:compile

$ sed -i 's/^    "\*": off/    "*": off\n    contract.*: block/; /alert_only/d; s#^governance:#governance:\n  slas: { freshness: PT4H, availability: "99.5%" }#' platform/manifest.yaml; floe compile
contract.sales.daily-orders.orders
  floe.yaml:26:7: ERROR: the contract weakens 'freshness' to 6 h; platform/manifest.yaml:16 asks for 4 h [FLOE-E510]
      Expected:      4 h
      Actual:        6 h
      Suggestion:    promise 4 h, or a firmer one
      Policy:        contract.inherits (block)
      Documentation: https://floe.dev/docs/policies/contract.inherits

Compilation FAILED: 1 finding blocks (TIME)
[1]

$ sed -i 's/PT4H/P1D/' platform/manifest.yaml; floe compile; python3 -c 'import json; [print(level) for level in json.load(open(".floe/artifacts.json"))["data_contracts"][0]["document"]["slaProperties"]]'
{'property': 'freshness', 'unit': 'h', 'value': 6}
{'property': 'availability', 'unit': 'percent', 'value': 99.5}

$ floe compile --check; sed -i 's/99.5%/99.9%/' platform/manifest.yaml; floe compile --check
✗ .floe/artifacts.json is not current
  changed  platform/manifest.yaml
`floe compile` makes it anew.
[1]

$ sed -i 's/^platform:/governance: { slas: { availability: 99.8 } }\n&/' floe.yaml; floe compile
ERROR: the product's floe.yaml weakens 'governance.slas.availability' from 99.9% to 99.8; the platform manifest 'acme-platform' decided it (platform/manifest.yaml:16)
      At:            floe.yaml:11:23
      What to do:    a lower tier may keep or strengthen what an upper one decides

Compilation FAILED: the product cannot be judged (TIME)
[2]

$ sed -i 's/availability: 99.8/availability: 99.95, freshness: soon/' floe.yaml; floe compile
ERROR: 'governance.slas.freshness' must be a duration such as PT6H, 15m, 6h or 1d; found 'soon' [FLOE-E504]
      At:            floe.yaml:11:44

Compilation FAILED: the product cannot be judged (TIME)
[2]

$ sed -i 's/freshness: soon/latency: { value: 2, unit: s }/' floe.yaml; floe compile; sed -i 's/^version: 1.0.0/version: 1.1.0/' datacontract.yaml; floe compile; python3 -c 'import json; [print(level) for level in json.load(open(".floe/artifacts.json"))["data_contracts"][0]["document"]["slaProperties"]]'
contract.sales.daily-orders.orders
  datacontract.yaml:5:1: ERROR: version 1.0.0 is taken: it is registered with other contents [FLOE-E524]
      Expected:      sha256:[DIGEST]
      Actual:        sha256:[DIGEST]
      Suggestion:    write version: 1.1.0
      Policy:        contract.version (block)
      Documentation: https://floe.dev/docs/policies/contract.version

Compilation FAILED: 1 finding blocks (TIME)
{'property': 'freshness', 'unit': 'h', 'value': 6}
{'property': 'availability', 'unit': 'percent', 'value': 99.95}
{'property': 'latency', 'unit': 's', 'value': 2}

$ floe explain governance.slas
governance.slas.availability = 99.95
  Rule:    a lower tier may keep or strengthen it (the firmer promise is stricter)
    platform manifest 'acme-platform'  platform/manifest.yaml:16:27  sets         99.9%
  → product's floe.yaml                floe.yaml:11:23               strengthens  99.95

governance.slas.freshness = P1D
  Rule:    a lower tier may keep or strengthen it (the firmer promise is stricter)
  → platform manifest 'acme-platform'  platform/manifest.yaml:16:11  sets  P1D

governance.slas.latency = {"unit":"s","value":2}
  Rule:    a lower tier may keep or strengthen it (the firmer promise is stricter)
  → product's floe.yaml  floe.yaml:11:44  sets  {"unit":"s","value":2}
