Variables of the environment and options are inputs, the platform's compute wins over a product's profile, and what blocks leaves nothing of dbt's work.
fixture: shop manifest
env: FLOE_COMPILE_AS_OF=2026-11-21
env: SOURCE_DATE_EPOCH=1764000000
env: PATH=/usr/bin:/bin
needs: command:compile
env: FLOE_LEDGER=off

$ mkdir -p .venv/bin; mv target kept; cp platform/manifest.yaml strict.yaml; sed -i 's/mode: block, params/mode: warn, params/' platform/manifest.yaml; sed -i 's/2020-01-01T08/2037-01-01T08/' kept/manifest.json

$ cat > .venv/bin/dbt; chmod +x .venv/bin/dbt
< #!/bin/sh
< echo "dbt ran" >> asked.log
< for argument; do
<     [ "$before" = --target-path ] && cp kept/manifest.json "$argument" && mkdir "$argument/compiled" && echo x > "$argument/compiled/x.sql"
<     [ "$before" = --target-path ] && echo '{}' > "$argument/run_results.json"
<     [ "$before" = --profiles-dir ] && sed -n 's#path: "/.*/#path: "ELSEWHERE/#p' "$argument/profiles.yml" | sort -u >> asked.log
<     before=$argument
< done

$ cat > profiles.yml
< shop: { target: dev, outputs: { dev: { type: duckdb, path: ":memory:", password: "{{ env_var('SHOP_PASSWORD', '') }}", schema: "{{ env_var('SHOP_SCHEMA', 'shop') }}" } } }

$ cp platform/manifest.yaml enforced.yaml; sed -i 's/compute: .*/compute: { approved: [ { name: duckdb }, { name: spark } ], default: duckdb }/' platform/manifest.yaml; $FLOE compile | sed -n '/Compute/p; /^.4.7/,/compiled/p; /^Comp/p'; cat asked.log; ls target
      ✓ Compute: duckdb (default)
[4/7] Compiling dbt project
      · Profile: the product's own profiles.yml, as the platform leaves the compute open
      ✓ manifest.json generated (TIME)
      ✓ 3 models compiled
Compilation COMPLETE with 1 alert and 1 warning (TIME)
dbt ran
compiled
manifest.json

$ sed -n '/"environment"/,$p' .floe/artifacts.json
  "environment": [
    {
      "name": "SHOP_PASSWORD",
      "secret": true
    },
    {
      "name": "SHOP_SCHEMA",
      "is_set": false
    }
  ],
  "selection": {}
}

$ $FLOE compile --check | sed 's/: .*//'; SHOP_PASSWORD=other SHOP_SCHEMA=other DBT_TARGET=prod FLOE_ENV=production $FLOE compile --check --target prod --vars '{a: 1}'
✓ .floe/artifacts.json is current
✗ .floe/artifacts.json is not current
  new      variable DBT_TARGET
  new      variable SHOP_SCHEMA
  new      --target
  new      --vars
`floe compile` makes it anew.
[1]

$ SHOP_SCHEMA=other $FLOE compile --check --format json | sed -n '/changes/,$p'
  "changes": [
    {
      "kind": "new",
      "variable": "SHOP_SCHEMA"
    }
  ],
  "reasons": []
}

$ $FLOE compile | grep manifest.json; SHOP_SCHEMA=other $FLOE compile | grep manifest.json; SHOP_SCHEMA=other $FLOE compile | grep manifest.json
      ✓ manifest.json is current: dbt was not run again
      ✓ manifest.json generated (TIME)
      ✓ manifest.json is current: dbt was not run again

$ SHOP_SCHEMA=other $FLOE compile --vars '{a: 1}' | grep manifest.json; $FLOE compile --vars '{a: 1}' --check; SHOP_SCHEMA=other $FLOE compile --vars '{a: 1}' --check | sed 's/: .*//'
      ✓ manifest.json generated (TIME)
✗ .floe/artifacts.json is not current
  gone     variable SHOP_SCHEMA
`floe compile` makes it anew.
✓ .floe/artifacts.json is current

$ sed -i 's/name: duckdb/name: snowflake/; s/default: duckdb/default: spark/' platform/manifest.yaml; $FLOE compile | sed -n '/^ERROR/,$p'
ERROR: the profile connects to 'duckdb', which the platform does not approve: it approves snowflake, spark
      At:            profiles.yml
      What to do:    take one of those, or leave profiles.yml out: floe makes one

Compilation FAILED: the product cannot be judged (TIME)

$ cp enforced.yaml platform/manifest.yaml; : > asked.log; $FLOE compile | sed -n '/Compute/p; /^.4.7/,/compiled/p; /^Comp/p'; cat asked.log; DBT_PROFILES_DIR=kept $FLOE compile | grep Profile; $FLOE compile --profiles-dir kept | grep Profile
      ✓ Compute: duckdb (enforced)
[4/7] Compiling dbt project
      · Profile: made for duckdb, which the platform enforces; the product's own profiles.yml is not used
      ✓ manifest.json generated (TIME)
      ✓ 3 models compiled
Compilation COMPLETE with 1 alert and 1 warning (TIME)
dbt ran
      path: "ELSEWHERE/shop.duckdb"
      ! Profile: made for duckdb, which the platform enforces; DBT_PROFILES_DIR is not used
      ! Profile: made for duckdb, which the platform enforces; --profiles-dir kept is not used

$ SHOP_SCHEMA=other $FLOE compile --check | sed 's/: .*//'; FLOE_ENV=production $FLOE compile --check | sed 's/: .*//'; FLOE_ENV=production $FLOE compile | grep manifest.json
✓ .floe/artifacts.json is current
✓ .floe/artifacts.json is current
      ✓ manifest.json generated (TIME)

$ echo "select '{{ env_var('SHOP_PASSWORD', 'x') }}' as word" > models/silver/stg_leak.sql; $FLOE compile | grep secret; rm models/silver/stg_leak.sql
      ! models/silver/stg_leak.sql reads SHOP_PASSWORD, a secret: dbt runs at every compile

$ SHOP_PASSWORD=hunter2 $FLOE compile --no-cache --quiet; grep -rl hunter2 .; printf hunter2 | sha256sum | cut -d' ' -f1 | xargs -I{} grep -rl {} .
[123]

$ cp strict.yaml platform/manifest.yaml; find . -type f ! -name asked.log ! -name before | sort | xargs sha256sum > before; $FLOE compile --no-cache | tail -1; find . -type f ! -name asked.log ! -name before | sort | xargs sha256sum | diff before -
Compilation FAILED: 1 finding blocks, 1 alerts (TIME)

$ rm -rf .floe target definitions.py; $FLOE compile | tail -1; FLOE_ENV= $FLOE compile --dry-run | tail -1; printf '#!/bin/sh\nkill -TERM $PPID; sleep 30\n' > .venv/bin/dbt; $FLOE compile 2>&1 | tail -1; ls -A
Compilation FAILED: 1 finding blocks, 1 alerts (TIME)
Compilation FAILED: 1 finding blocks, 1 alerts (TIME)
Interrupted: nothing was judged to its end.
.venv
asked.log
before
dbt_project.yml
enforced.yaml
floe.yaml
kept
models
platform
profiles.yml
strict.yaml
