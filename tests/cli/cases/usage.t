The command line explains itself, and says what is wrong with it.

$ floe version
floe [VERSION]

$ floe --version
floe [VERSION]

$ floe verson
2> ERROR: 'floe' has no command 'verson'; did you mean 'version'?
2>     'floe --help' shows what it takes.
[2]

$ floe version --formt json
2> ERROR: unknown option '--formt'; did you mean '--format'?
2>     'floe version --help' shows what it takes.
[2]

$ floe version --format xml
2> ERROR: --format cannot be 'xml'
2>     It is one of: text, json.
2>     'floe version --help' shows what it takes.
[2]

$ floe version --format
2> ERROR: option '--format' requires an argument
2>     'floe version --help' shows what it takes.
[2]

$ floe version extra
2> ERROR: 'extra' is one argument too many
2>     'floe version --help' shows what it takes.
[2]

$ floe --quiet version
2> ERROR: 'floe' does not take '--quiet'
2>     Options stand behind the command.
2>     'floe --help' shows what it takes.
[2]

$ FLOE_VERSION_FORMAT=txt floe version
2> ERROR: FLOE_VERSION_FORMAT cannot be 'txt'; did you mean 'text'?
2>     It is one of: text, json.
2>     'floe version --help' shows what it takes.
[2]

$ FLOE_VERSION_QUIET=maybe floe version
2> ERROR: FLOE_VERSION_QUIET takes true or false, not 'maybe'
2>     'floe version --help' shows what it takes.
[2]

$ floe version --help
floe version: print the version

Usage: floe version [OPTIONS]

Options:
  --format FORMAT  how to print it: text, json (default: text)

Common options:
  -q, --quiet    print only what needs attention
  -v, --verbose  print more: details of every finding, traces of bugs
  --color WHEN   when to print colours; NO_COLOR and FORCE_COLOR are honoured: auto, always, never
                 (default: auto)
  -h, --help     print this help

Examples:
  floe version
      one line
  floe version --format json
      the versions of the linked libraries too

Each option has an environment variable: --format is FLOE_VERSION_FORMAT. An option wins over its
variable.

$ floe help nothing
2> ERROR: there is no command 'nothing'
2>     'floe help --help' shows what it takes.
[2]

$ floe completion
2> ERROR: missing SHELL
2>     'floe completion --help' shows what it takes.
[2]

$ floe completion tcsh
2> ERROR: SHELL cannot be 'tcsh'
2>     It is one of: bash, zsh, fish.
2>     'floe completion --help' shows what it takes.
[2]

$ floe version > /dev/full
2> ERROR: cannot write to 'standard output': No space left on device
2>     make room there, and run the command again
[2]

$ FLOE_VERSION_FROMAT=json floe version
2> ERROR: FLOE_VERSION_FROMAT is not read by floe version; did you mean 'FLOE_VERSION_FORMAT'?
2>     It would change nothing: correct it, or unset it.
2>     'floe version --help' shows what it takes.
[2]

$ FLOE_POLICY_LIST_FORMAT=names floe policy list | head -n 1
classification.contract_agrees

$ floe
floe: a policy host for data products

Usage: floe COMMAND [OPTIONS]

Commands:
  init        create a data product that validates at once
  validate    judge data products against the policies that apply to them
  contract    check, compare, list, export and import data contracts
  compile     turn a data product and its platform into one checked artifact
  run         run a compiled data product, with its platform's guardrails on
  monitor     watch the contracts of products, and tell who is to know
  explain     say where a resolved value comes from: each tier's word, the rule, and who decided
  platform    check and compile platform manifests, and test the policies they name
  facts       print what is known about a dbt project, and what is not
  policy      list, explain, check, test, write and document policies
  waivers     list the waivers and approvals that apply, and those that expire or are not needed
  baseline    accept the findings there are, so that only new ones block
  catalog     look at the catalog in which products and their contracts are registered
  ledger      look at what was judged, and prove that nothing of it was changed
  evidence    send what waits for lineage, telemetry and alerts, and see what does
  replay      judge again what the ledger recorded, and compare the verdicts
  schema      print the JSON Schema or the reference of a file that floe reads or writes
  env         print versions, limits, what is found, and FLOE_ variables
  version     print the version
  help        explain floe or one command
  completion  print the completion script of a shell

Start here:
  floe init my-product  create a data product that validates at once
  floe validate         judge the product in this folder
  floe policy list      see which policies apply to it

'floe COMMAND --help' says more about a command, with examples.

$ floe polcy list
2> ERROR: 'floe' has no command 'polcy'; did you mean 'policy'?
2>     'floe --help' shows what it takes.
[2]

$ floe validate --workers 0
2> ERROR: --workers takes a whole number from 1 to 256, not '0'
2>     'floe validate --help' shows what it takes.
[2]

$ floe validate --as-of 2026-02-30
2> ERROR: --as-of takes a date such as 2026-11-21, not '2026-02-30'
2>     'floe validate --help' shows what it takes.
[2]

$ floe validate --report sarf=x
2> ERROR: --report's format cannot be 'sarf'; did you mean 'sarif'?
2>     It is one of: text, json, sarif, junit, github, gitlab, markdown.
2>     'floe validate --help' shows what it takes.
[2]

$ floe validate -- --strange
[1/4] Validating floe.yaml
      ✗ there is no folder '--strange'

[2/4] Validating dbt project
      - Not reached

[3/4] Validating data contracts
      - Not reached

[4/4] Checking platform compliance
      - Not reached

ERROR: there is no folder '--strange'
      At:            --strange/floe.yaml
      What to do:    name a folder that holds a floe.yaml

Validation FAILED: the product cannot be judged (TIME)
[2]

$ floe version -qv --color never
floe [VERSION]

$ NO_COLOR=1 floe validate nowhere --color always | head -n 2 | cat -v
[1/4] Validating floe.yaml
      ^[[31mM-bM-^\M-^W^[[0m there is no folder 'nowhere'

$ FORCE_COLOR=1 floe validate nowhere | head -n 2 | cat -v
[1/4] Validating floe.yaml
      ^[[31mM-bM-^\M-^W^[[0m there is no folder 'nowhere'
