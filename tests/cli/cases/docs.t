floe policy docs prints the reference of a bundle, its own modules included, and of what policies can use.
needs: command:policy

$ cp -r "$ROOT/examples/governance" governance && floe policy docs governance | grep -E '^#+ '
# Policies of acme-governance 1.0.0
## Dashboards
### exposure.public_model
## Ownership
### ownership.model_owner
## Modules
### acme.teams
#### teams.exists(name)
#### teams.nearest(name)
#### teams.ALL

$ floe policy docs governance/policies/exposure | grep -c '^### '
1

$ cd governance && floe policy docs | grep -A 12 '^#### teams.nearest'
#### teams.nearest(name)

The team that was probably meant by a name, nil where none is near.

- `name` (`string`)
- returns (`string?`)

#### teams.ALL

Every team that may own data.

```lua
teams.ALL = { "customer-data", "finance-data", "logistics-data", "sales-reports" }

$ floe policy docs --default | grep -A 30 '^### naming.layer_prefix' | grep '^| `pattern`'
| `pattern` | medallion \| kimball \| custom | `medallion` | not change it | `medallion`: bronze_, silver_, gold_; `kimball`: dim_, fact_, bridge_, hub_, link_, sat_; `custom`: what `custom` and `custom_patterns` say. |

$ floe policy docs --library | grep -c '^### floe\.'
16

$ mkdir -p broken/policies/a && printf 'name: broken\nversion: 1.0.0\n' > broken/bundle.yaml && echo 'return nil' > broken/policies/a/b.lua && floe policy docs broken
2> ERROR: policy 'a.b' could not be loaded: the file returns nothing instead of what policy.define answers
2>     at broken/policies/a/b.lua
[1]

$ floe policy docs nowhere
2> ERROR: there is no 'nowhere'
[2]

$ floe policy docs --library governance
2> ERROR: --library is about what comes with floe, not about a bundle
2>     Leave out --library, or the bundle.
2>     'floe policy docs --help' shows what it takes.
[2]
