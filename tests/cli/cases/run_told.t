What floe run says stands where it belongs: what policies let pass is told at the end of its step and counted once, and a
platform that is another now is named once.
fixture: shop runs
env: FLOE_COMPILE_AS_OF=2026-11-21
env: FLOE_RUN_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
env: FLOE_DBT=bin/dbt
env: FLOE_ENV=dev
env: FLOE_EVIDENCE_WAIT=0
needs: command:run

$ sed -i 's/mode: block, params/mode: warn, params/; s/^  policies:/&\n    run.approval: { mode: alert_only, params: { environments: [dev] } }/' platform/manifest.yaml; floe compile --facts sources --quiet; floe run | sed '/^.3.4/,$d'
[1/4] Starting runtime
      ✓ Artifact: shop 1.2.0, compiled 2025-11-24T16:00:00Z, current (10 inputs)
      ✓ Platform: acme-platform v1.0.0
      ✓ dbt 1.11.0: duckdb 1.11.1, target dev, 2 threads

run.sales.shop
  floe.yaml:1:1: ALERT: 'sales.shop' has no approval to run in 'dev' [FLOE-E802]
      Expected:      an approval for sales.shop 1.2.0 on 2026-11-21
      Actual:        none
      Suggestion:    ask the platform team to record one in governance.approvals
      Policy:        run.approval (alert_only)
      Documentation: https://floe.dev/docs/policies/run.approval

[2/4] Executing transforms
      ▶ bronze_orders (TIME)
          ├── Rows: 1,234,567
          └── OpenLineage: COMPLETE
      ▶ stg_payments (TIME)
          ├── Rows: 12
          └── OpenLineage: COMPLETE
      ▶ gold_revenue (TIME)
          ├── Rows: 3
          └── OpenLineage: COMPLETE

$ floe run --format junit | grep -A1 run.approval; floe run --format markdown | head -12; floe run --quiet
    <testcase classname="run.approval" name="run.sales.shop" file="floe.yaml" line="1"><system-out>ALERT: &apos;sales.shop&apos; has no approval to run in &apos;dev&apos;
Expected: an approval for sales.shop 1.2.0 on 2026-11-21
--
Documentation: https://floe.dev/docs/policies/run.approval</system-out></testcase>
    <testcase classname="dbt.model" name="model.shop.bronze_orders" time="0.250"/>
## floe

### ⚠️ `sales.shop`: Run COMPLETE with 1 alert

| | Where | Policy | What |
|---|---|---|---|
| ALERT | `floe.yaml:1:1` | [`run.approval`](https://floe.dev/docs/policies/run.approval) | 'sales.shop' has no approval to run in 'dev'<br>Expected: `an approval for sales.shop 1.2.0 on 2026-11-21`<br>Actual: `none`<br>Suggestions: `ask the platform team to record one in governance.approvals` |

1 policy, 2 subjects, 2 checks. As of 2026-11-21.

$ echo "# more" >>platform/manifest.yaml; floe run 2>&1 | sed -E 's/sha256:[0-9a-f]*/DIGEST/'
ERROR: the artifact is not that of the files, so it may not run
  | it was compiled for acme-platform 1.0.0 (DIGEST), and 'platform/manifest.yaml' is another now
    at .floe/artifacts.json
    `floe compile` makes it anew
