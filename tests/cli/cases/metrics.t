Commands write metrics where a variable says so: counters of a product go on, also from commands that end at once.
fixture: shop

$ export FLOE_METRICS_FILE=$PWD/floe.prom; for i in 1 2 3 4 5 6; do floe validate --quiet > /dev/null & done; wait; grep -E '^floe_(policy_judgements|commands)_total|^floe_policy_findings' floe.prom; ls -a .floe/evidence
floe_commands_total{product="sales.shop",command="validate",status="failed"} 6
floe_policy_judgements_total{product="sales.shop",command="validate",verdict="blocked"} 6
floe_policy_findings{product="sales.shop",command="validate",policy="documentation.model",verdict="alert"} 1
floe_policy_findings{product="sales.shop",command="validate",policy="naming.layer_prefix",verdict="block"} 1
.
..
metrics.lock
metrics.prom

$ mkdir texts; FLOE_METRICS_FILE=texts floe validate --quiet > /dev/null; ls texts; grep -c '^floe_' texts/*; sed -n '/^# .* floe_policy_findings/p' texts/*
floe-sales.shop.prom
20
# HELP floe_policy_findings What a policy found the last time, by what became of it: warn, alert, block, waived or baseline.
# TYPE floe_policy_findings gauge

$ FLOE_METRICS_FILE=absent/floe.prom floe validate --quiet 2>&1 | tail -1; FLOE_PUSHGATEWAY_URL=localhost floe validate --quiet 2>&1 | tail -1
evidence: prometheus: metrics could not be written: cannot write 'absent/floe.prom': No such file or directory
evidence: FLOE_PUSHGATEWAY_URL is no address of a pushgateway; write it as https://pushgateway.example.com:9091
