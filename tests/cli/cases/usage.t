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
[2]
