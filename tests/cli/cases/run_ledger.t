Where a platform requires the ledger, a run that cannot be recorded does not begin: no dbt is started.
example: customer-360 platform governance
env: SOURCE_DATE_EPOCH=1763683200

$ cd customer-360; sed -i 's|^governance:|governance:\n  evidence: { required: true }|' ../platform/manifest.yaml; grep -A1 ^governance ../platform/manifest.yaml; printf '#!/bin/sh\necho "$@" >> ../started\n' > ../dbt; chmod +x ../dbt; floe compile --facts sources --quiet
governance:
  evidence: { required: true }

$ cd customer-360; FLOE_RUN_DBT=../dbt FLOE_LEDGER=off floe run; echo "exit $?"; ls ../started
Pipeline FAILED (TIME)
exit 4
2> ERROR: this run is not in the ledger, which the platform requires
2>     look where FLOE_LEDGER leads, and whether that can be written
2> ls: cannot access '../started': No such file or directory
[2]

$ cd customer-360; FLOE_RUN_DBT=../dbt FLOE_LEDGER=floe.yaml floe run --quiet; echo "exit $?"; ls ../started
Pipeline FAILED (TIME)
exit 4
2> ERROR: this run is not in the ledger, which the platform requires
2>     look where FLOE_LEDGER leads, and whether that can be written
2> evidence: ledger: 'floe.yaml' is not a ledger: it is no SQLite database
2> ls: cannot access '../started': No such file or directory
[2]

$ cd customer-360; sed -i 's|required: true|required: false|' ../platform/manifest.yaml; floe compile --facts sources --quiet; FLOE_RUN_DBT=../dbt FLOE_LEDGER=floe.yaml floe run > ../out 2>&1; ls ../started; grep -o 'not a ledger' ../out
../started
not a ledger
