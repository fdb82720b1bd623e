A closed pipe, a full disk, an output that cannot be written, an interrupt.
fixture: shop failing
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate --policy naming.layer_prefix > /dev/full

$ floe validate --policy naming.layer_prefix --quiet --report json=nowhere/out.json

$ floe validate --policy naming.layer_prefix --quiet --report json=. ; ls

$ $PYTHON $TESTS/streams.py closed floe validate --policy naming.layer_prefix

$ $PYTHON $TESTS/streams.py closed floe validate --policy naming.layer_prefix --format json

$ $PYTHON $TESTS/streams.py interrupt floe validate --policy bad.loops
