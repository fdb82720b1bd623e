The fish completion is valid fish, and completes commands, options and values.
needs: program:fish

$ floe completion fish > floe.fish && fish --no-execute floe.fish && echo valid
valid

$ fish -c "source floe.fish; complete -C 'floe policy '" | cut -f 1
check
docs
explain
list
new
test

$ fish -c "source floe.fish; complete -C 'floe baseline write --gr'" | cut -f 1
--grow

$ fish -c "source floe.fish; complete -C 'floe schema '"
artifacts
bundle
contract
contract-checks
contract-diff
contract-kinds
contract-list
contract-problems
contract-status-facet
contract-version
contract-violation-facet
data-classification-facet
environment
facts
floe-dataset-facet
floe-run-facet
iceberg-snapshot-facet
ledger-entry
ledger-list
ledger-verification
metrics
platform
platform-compilation
product
run
trace-correlation-facet

$ fish -c "source floe.fish; complete -C 'floe policy explain nam'"
naming.layer_prefix
