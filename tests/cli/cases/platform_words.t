What tiers say of a policy with a day or a scope stays what each of them said: no resolved manifest is weaker than they are together.
fixture: mesh
needs: command:platform

$ sed -i 's|coverage.columns: .*|documentation.model: { mode: block, from: 2026-01-01 }|' enterprise/manifest.yaml; printf '  policies:\n    documentation.model: { mode: block, from: 2027-01-01, where: { layer: gold } }\n' >> sales/manifest.yaml; floe platform compile sales --quiet; cd sales/.floe/platform/*; python3 -c "import json; [print(*row['words'], sep='\n') for row in json.load(open('policies/effective.json'))['policies'] if row['id'] == 'documentation.model']; print(sorted(json.load(open('manifest.json'))['manifest']['governance']))"
{'from': '2026-01-01', 'mode': 'block', 'tier': "enterprise manifest 'acme'"}
{'from': '2027-01-01', 'mode': 'block', 'tier': "domain manifest 'sales'", 'where': {'layer': 'gold'}}
['audit_logging', 'data_retention_days', 'naming', 'quality_gates']

$ cd orders && floe explain governance.policies.documentation.model.where
governance.policies.documentation.model.mode = block
  Meaning: Models have a description
  Default: warn
  Rule:    a lower tier may keep or strengthen it (off < warn < alert_only < block)
    bundle 'floe-default'                      -                                  sets      warn
  → enterprise manifest 'acme'                 ../enterprise/manifest.yaml:31:28  replaces  block from 2026-01-01
    domain manifest 'sales' ({ layer: gold })  ../sales/manifest.yaml:23:28       keeps     block from 2027-01-01

$ cd orders && floe explain | grep -A 1 documentation.model
governance.policies.documentation.model.[layer: gold].from = 2027-01-01
      domain manifest 'sales', ../sales/manifest.yaml:23:41
governance.policies.documentation.model.[layer: gold].mode = block
      domain manifest 'sales', ../sales/manifest.yaml:23:28
governance.policies.documentation.model.from = 2026-01-01
      enterprise manifest 'acme', ../enterprise/manifest.yaml:31:41
governance.policies.documentation.model.mode = block
      enterprise manifest 'acme', ../enterprise/manifest.yaml:31:28
