No name of a file becomes a command of the job that floe runs in, and no byte hides a file from the search for secrets.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ echo '    secrets.in_files: block' >> platform/manifest.yaml

$ key=AKIA; for name in '::stop-commands::x' '##[error]y' $'\u3000::add-mask::z'; do echo "key = ${key}QXJ7W2M5T9ZKL4PV" > "$name"; done

$ floe validate --policy secrets.in_files --quiet
\\x23#[error]y
  \x23#[error]y:1:7: ERROR: an AWS access key stands in '\x23#[error]y' [FLOE-E601]
      Expected:      no secret in a file that is committed
      Actual:        AKIA********
      Suggestion:    take it out, make it invalid where it was issued, and read it at run time: {{ env_var('NAME') }}
      Policy:        secrets.in_files (block)
      Documentation: https://floe.dev/docs/policies/secrets.in_files

\\x3a:stop-commands::x
  \x3a:stop-commands::x:1:7: ERROR: an AWS access key stands in '::stop-commands::x' [FLOE-E601]
      Expected:      no secret in a file that is committed
      Actual:        AKIA********
      Suggestion:    take it out, make it invalid where it was issued, and read it at run time: {{ env_var('NAME') }}
      Policy:        secrets.in_files (block)

　\x3a:add-mask::z
  　\x3a:add-mask::z:1:7: ERROR: an AWS access key stands in '　::add-mask::z' [FLOE-E601]
      Expected:      no secret in a file that is committed
      Actual:        AKIA********
      Suggestion:    take it out, make it invalid where it was issued, and read it at run time: {{ env_var('NAME') }}
      Policy:        secrets.in_files (block)

Validation BLOCKED: 3 findings block (TIME)
[1]

$ floe validate --policy secrets.in_files --format github
::error file=##[error]y,line=1,col=7,title=FLOE-E601 secrets.in_files::an AWS access key stands in '##[error]y'%0AExpected: no secret in a file that is committed%0AActual: AKIA********%0ASuggestions: take it out, make it invalid where it was issued, and read it at run time: {{ env_var('NAME') }}%0Ahttps://floe.dev/docs/policies/secrets.in_files
::error file=%3A%3Astop-commands%3A%3Ax,line=1,col=7,title=FLOE-E601 secrets.in_files::an AWS access key stands in '::stop-commands::x'%0AExpected: no secret in a file that is committed%0AActual: AKIA********%0ASuggestions: take it out, make it invalid where it was issued, and read it at run time: {{ env_var('NAME') }}%0Ahttps://floe.dev/docs/policies/secrets.in_files
::error file=　%3A%3Aadd-mask%3A%3Az,line=1,col=7,title=FLOE-E601 secrets.in_files::an AWS access key stands in '　::add-mask::z'%0AExpected: no secret in a file that is committed%0AActual: AKIA********%0ASuggestions: take it out, make it invalid where it was issued, and read it at run time: {{ env_var('NAME') }}%0Ahttps://floe.dev/docs/policies/secrets.in_files
sales.shop: Validation BLOCKED: 3 findings block
[1]

$ rm ::* '##[error]y' *add-mask*; key=AKIA; { printf 'caf\351 \377\376\n'; echo "key = ${key}QXJ7W2M5T9ZKL4PV"; } > latin.cfg; head -c 2000000 /dev/zero | tr '\0' x > large.env

$ floe validate --policy secrets.in_files --format github
::error file=latin.cfg,line=2,col=7,title=FLOE-E601 secrets.in_files::an AWS access key stands in 'latin.cfg'%0AExpected: no secret in a file that is committed%0AActual: AKIA********%0ASuggestions: take it out, make it invalid where it was issued, and read it at run time: {{ env_var('NAME') }}%0Ahttps://floe.dev/docs/policies/secrets.in_files
::notice file=floe.yaml,title=floe::not searched, as larger than 1 MiB: large.env%0Akeep data out of the product's folder
sales.shop: Validation BLOCKED: 1 finding blocks
[1]
