A closed pipe, a full disk, an output that cannot be written, an interrupt.
fixture: shop failing
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate --policy naming.layer_prefix > /dev/full
2> ERROR: cannot write to 'standard output': No space left on device
2>     make room there, and run the command again
[2]

$ floe validate --policy naming.layer_prefix --quiet --report json=nowhere/out.json
model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation BLOCKED: 1 finding blocks (TIME)
2> ERROR: the json report was not written: cannot write 'nowhere/out.json': No such file or directory
2>     Name a file in a folder that exists and may be written.
[2]

$ floe validate --policy naming.layer_prefix --quiet --report json=. ; ls
model.shop.stg_payments
  models/silver/stg_payments.sql:1:1: ERROR: model 'stg_payments' carries no layer prefix [FLOE-E201]
      Expected:      bronze_, silver_, gold_
      Actual:        stg_payments
      Suggestions:
        - silver_payments
        - bronze_payments
      Policy:        naming.layer_prefix (block)
      Documentation: https://floe.dev/docs/policies/naming.layer_prefix

Validation BLOCKED: 1 finding blocks (TIME)
dbt_project.yml
floe.yaml
governance
models
platform
sources
2> ERROR: the json report was not written: cannot write '.': Is a directory
2>     Name a file in a folder that exists and may be written.

$ $PYTHON $TESTS/streams.py closed floe validate --policy naming.layer_prefix
exit code 1

$ $PYTHON $TESTS/streams.py closed floe validate --policy naming.layer_prefix --format json
exit code 1

$ $PYTHON $TESTS/streams.py interrupt floe validate --policy bad.loops
exit code 130
Interrupted: nothing was judged to its end.

$ for i in $(seq 90); do echo '{% for a in range(3000) %}{% for b in range(3000) %}{% set x = a + b %}{% endfor %}{% endfor %}' > models/slow_$i.sql; done
$ $PYTHON $TESTS/streams.py busy floe validate --facts sources
exit code 130
Interrupted: nothing was judged to its end.

$ $PYTHON $TESTS/streams.py busy floe facts --facts sources --format manifest
exit code 130
Interrupted: nothing was judged to its end.
