However floe was started, its limits hold; where the system does not let it confine its workers, it says so.
fixture: shop failing
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ $PYTHON $TESTS/started.py sigchld $FLOE validate --policy bad.loops --format github
::error file=floe.yaml,title=policy bad.loops failed::governance/policies/bad/loops.lua:11: the policy ran for more than 1000 ms
sales.shop: Validation FAILED: 1 policy failed to run
[3]

$ $PYTHON $TESTS/started.py mask $FLOE validate --policy bad.loops --format github
::error file=floe.yaml,title=policy bad.loops failed::governance/policies/bad/loops.lua:11: the policy ran for more than 1000 ms
sales.shop: Validation FAILED: 1 policy failed to run
[3]

$ $PYTHON $TESTS/started.py filters $FLOE validate --policy bad.loops --format github
::error file=floe.yaml,title=policy bad.loops failed::governance/policies/bad/loops.lua:11: the policy ran for more than 1000 ms
::notice file=floe.yaml,title=floe::policies ran less confined than they should: system calls cannot be filtered here: Function not implemented%0Alet the container use seccomp; until then only the sandbox's other walls stand
sales.shop: Validation FAILED: 1 policy failed to run
[3]
