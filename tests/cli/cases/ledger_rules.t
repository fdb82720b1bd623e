A platform may require that every verdict is kept: a ledger that cannot be written then fails the command.
fixture: shop
needs: command:ledger

$ sed -i 's/^governance:/governance:\n  evidence: { required: true, retention: 90d }/' platform/manifest.yaml; grep -A1 '^governance' platform/manifest.yaml
governance:
  evidence: { required: true, retention: 90d }

$ floe validate --quiet --policy documentation.model > /dev/null; echo $?; floe ledger list --quiet | wc -l
0
1

$ FLOE_LEDGER=off floe validate --quiet --policy documentation.model 2>&1 | tail -2; FLOE_LEDGER=off floe validate --quiet --policy documentation.model > /dev/null 2>&1
ERROR: this verdict is not in the ledger, which the platform requires: FLOE_LEDGER is 'off'
[4]

$ FLOE_LEDGER=floe.yaml floe validate --quiet --policy documentation.model 2>&1 | tail -2; FLOE_LEDGER=floe.yaml floe validate --quiet --policy documentation.model > /dev/null 2>&1
ERROR: this verdict is not in the ledger, which the platform requires: 'floe.yaml' is not a ledger: it is no SQLite database
    name another file, with --ledger or FLOE_LEDGER
[4]

$ FLOE_LEDGER=floe.yaml floe validate --quiet --policy naming.layer_prefix > /dev/null 2>&1
[4]

$ sed -i 's/required: true/required: yes please/; s/90d/often/' platform/manifest.yaml; floe validate --quiet 2>&1 | grep -A3 evidence
ERROR: 'governance.evidence.required': expected true or false, found the text 'yes please'
      At:            platform/manifest.yaml:13:15

ERROR: 'governance.evidence.retention' must be hours, days or weeks, such as 90d; found 'often'
      At:            platform/manifest.yaml:13:37

Validation FAILED: the product cannot be judged (TIME)
