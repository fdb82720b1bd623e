floe contract compares contracts, and checks that their versions say what changed.
fixture: shop contracts
needs: command:contract

$ floe contract list
orders  1.4.0  active  1 table  4 columns  order-team  datacontract.yaml

$ floe contract show
orders 1.4.0 (active)
  id: sales.orders
  domain: sales
  owner: order-team
  file: datacontract.yaml
  hash: sha256:[DIGEST]
  All orders.

orders → gold_orders
  order_id  integer (int)           primary key, required, unique
  email     string (varchar(50))    pii
  status    string
  amount    number (decimal(12,2))

service levels
  freshness: 6 h (orders.order_id)

$ floe contract validate
✓ datacontract.yaml

1 contract, no problem

$ floe contract diff datacontract.yaml next.yaml
orders (sales.orders)  1.4.0 → 1.5.0
  MAJOR  'orders.email' is now called 'orders.email_address' (a guess: they are alike)
         next.yaml:16:7 (was datacontract.yaml:20:9)
         → Read 'orders.email_address' instead of 'orders.email'.
  MAJOR  'orders.email_address' is required now
         next.yaml:16:93 (was datacontract.yaml:20:9)
         → Writers and copies must fill 'orders.email_address'; readers need nothing.
  MAJOR  the pattern of 'orders.status' lets through less: ^(open|paid)$
         next.yaml:17:38 (was datacontract.yaml:26:31)
         → Values of 'orders.status' that do not match ^(open|paid)$ will not come any more.
  MAJOR  the service level 'freshness' was relaxed from 6 h to P1D
         next.yaml:21:16 (was datacontract.yaml:31:28)
         → Plan with the service level 'freshness' of P1D.
  MINOR  the type of 'orders.order_id' was widened from int to bigint
         next.yaml:15:41 (was datacontract.yaml:16:9)
         → See that what you copy 'orders.order_id' into holds bigint.
  MINOR  'orders.note' was added
         next.yaml:19:7
  PATCH  the type of 'orders.amount' is written DECIMAL(12, 2), it was decimal(12,2): the same type
         next.yaml:18:38 (was datacontract.yaml:29:9)
  PATCH  the description of 'orders.amount' changed
         next.yaml:18:70 (was datacontract.yaml:27:9)
  needs MAJOR: 2.0.0

8 changes: 4 major, 2 minor, 2 patch

$ floe contract diff datacontract.yaml next.yaml --quiet --fail-on major
orders (sales.orders)  1.4.0 → 1.5.0
  MAJOR  'orders.email' is now called 'orders.email_address' (a guess: they are alike)
         next.yaml:16:7 (was datacontract.yaml:20:9)
  MAJOR  'orders.email_address' is required now
         next.yaml:16:93 (was datacontract.yaml:20:9)
  MAJOR  the pattern of 'orders.status' lets through less: ^(open|paid)$
         next.yaml:17:38 (was datacontract.yaml:26:31)
  MAJOR  the service level 'freshness' was relaxed from 6 h to P1D
         next.yaml:21:16 (was datacontract.yaml:31:28)
  MINOR  the type of 'orders.order_id' was widened from int to bigint
         next.yaml:15:41 (was datacontract.yaml:16:9)
  MINOR  'orders.note' was added
         next.yaml:19:7
  PATCH  the type of 'orders.amount' is written DECIMAL(12, 2), it was decimal(12,2): the same type
         next.yaml:18:38 (was datacontract.yaml:29:9)
  PATCH  the description of 'orders.amount' changed
         next.yaml:18:70 (was datacontract.yaml:27:9)
  needs MAJOR: 2.0.0
[1]

$ floe contract diff datacontract.yaml datacontract.yaml --fail-on patch
No changes

$ floe contract diff datacontract.yaml next.yaml --format markdown
# Changes of data contracts

## orders 1.4.0 → 1.5.0

This version breaks something: read what to do before you move to it.

These changes need the version 2.0.0; 1.5.0 does not say so.

Questions: order-team.

### Breaking changes

- `orders.email` is now called `orders.email_address` (a guess: they are alike).
- `orders.email_address` is required now.
- The pattern of `orders.status` lets through less: ^(open\|paid)$.
- The service level `freshness` was relaxed from 6 h to P1D.

### What is new, or wider

- The type of `orders.order_id` was widened from int to bigint.
- `orders.note` was added.

### In other words

- The type of `orders.amount` is written DECIMAL(12, 2), it was decimal(12,2): the same type.
- The description of `orders.amount` changed.

### What to do

- [ ] Read `orders.email_address` instead of `orders.email`.
- [ ] Writers and copies must fill `orders.email_address`; readers need nothing.
- [ ] Values of `orders.status` that do not match ^(open\|paid)$ will not come any more.
- [ ] Plan with the service level `freshness` of P1D.
- [ ] See that what you copy `orders.order_id` into holds bigint.

$ floe contract diff released/orders-1.3.0.yaml datacontract.yaml --format json
{
  "schema": "floe.dev/contract-diff/v1",
  "contracts": [
    {
      "id": "sales.orders",
      "name": "orders",
      "old": {
        "version": "1.3.0",
        "status": "active",
        "file": "released/orders-1.3.0.yaml",
        "hash": "sha256:[DIGEST]"
      },
      "new": {
        "version": "1.4.0",
        "status": "active",
        "file": "datacontract.yaml",
        "hash": "sha256:[DIGEST]"
      },
      "bump": "minor",
      "required": "1.4.0",
      "counts": {
        "major": 0,
        "minor": 1,
        "patch": 0
      },
      "changes": [
        {
          "kind": "property_added_optional",
          "bump": "minor",
          "path": "schema.orders.properties.amount",
          "name": "orders.amount",
          "field": null,
          "message": "'orders.amount' was added",
          "step": null,
          "old": null,
          "new": "number",
          "guess": false,
          "old_place": null,
          "new_place": {
            "file": "datacontract.yaml",
            "line": 27,
            "column": 9
          }
        }
      ]
    }
  ]
}

$ floe contract diff next.yaml --against released
orders (sales.orders)  1.4.0 → 1.5.0
  MAJOR  'orders.email' is now called 'orders.email_address' (a guess: they are alike)
         next.yaml:16:7 (was released/orders-1.4.0.yaml:20:9)
         → Read 'orders.email_address' instead of 'orders.email'.
  MAJOR  'orders.email_address' is required now
         next.yaml:16:93 (was released/orders-1.4.0.yaml:20:9)
         → Writers and copies must fill 'orders.email_address'; readers need nothing.
  MAJOR  the pattern of 'orders.status' lets through less: ^(open|paid)$
         next.yaml:17:38 (was released/orders-1.4.0.yaml:26:31)
         → Values of 'orders.status' that do not match ^(open|paid)$ will not come any more.
  MAJOR  the service level 'freshness' was relaxed from 6 h to P1D
         next.yaml:21:16 (was released/orders-1.4.0.yaml:31:28)
         → Plan with the service level 'freshness' of P1D.
  MINOR  the type of 'orders.order_id' was widened from int to bigint
         next.yaml:15:41 (was released/orders-1.4.0.yaml:16:9)
         → See that what you copy 'orders.order_id' into holds bigint.
  MINOR  'orders.note' was added
         next.yaml:19:7
  PATCH  the type of 'orders.amount' is written DECIMAL(12, 2), it was decimal(12,2): the same type
         next.yaml:18:38 (was released/orders-1.4.0.yaml:29:9)
  PATCH  the description of 'orders.amount' changed
         next.yaml:18:70 (was released/orders-1.4.0.yaml:27:9)
  needs MAJOR: 2.0.0

8 changes: 4 major, 2 minor, 2 patch

$ floe contract validate-version released/orders-1.3.0.yaml datacontract.yaml
orders (sales.orders)  1.3.0 → 1.4.0
  ✓ MINOR is needed, a new MINOR was made

1 contract: the versions say what changed

$ floe contract validate-version next.yaml --against released
orders (sales.orders)  1.4.0 → 1.5.0
  ✗ 1.4.0 → 1.5.0 is no new MAJOR: 4 changes need it [FLOE-E520]
      next.yaml:6:1
  MAJOR  'orders.email' is now called 'orders.email_address' (a guess: they are alike)
         next.yaml:16:7 (was released/orders-1.4.0.yaml:20:9)
         → Read 'orders.email_address' instead of 'orders.email'.
  MAJOR  'orders.email_address' is required now
         next.yaml:16:93 (was released/orders-1.4.0.yaml:20:9)
         → Writers and copies must fill 'orders.email_address'; readers need nothing.
  MAJOR  the pattern of 'orders.status' lets through less: ^(open|paid)$
         next.yaml:17:38 (was released/orders-1.4.0.yaml:26:31)
         → Values of 'orders.status' that do not match ^(open|paid)$ will not come any more.
  MAJOR  the service level 'freshness' was relaxed from 6 h to P1D
         next.yaml:21:16 (was released/orders-1.4.0.yaml:31:28)
         → Plan with the service level 'freshness' of P1D.
      write version: 2.0.0; or have a platform team record that it is accepted:
      governance.accepted_changes: [{ contract: sales.orders, version: 1.5.0, changes: ["schema.orders.properties.email_address"], reason: …, approved_by: … }]

1 of 1 contract: the version does not say what changed
[1]

$ floe contract validate-version --old next.yaml --new datacontract.yaml
orders (sales.orders)  1.5.0 → 1.4.0
  ✗ 1.4.0 comes before 1.5.0, which is there already [FLOE-E523]
      datacontract.yaml:5:1
      write version: 2.0.0

1 of 1 contract: the version does not say what changed
[1]

$ sed -i 's/bigint/int/; s/: int$/: text/' datacontract.yaml && floe contract validate-version --against released --format markdown
# Versions of data contracts

## orders 1.4.0

❌ version 1.4.0 is taken: what it says has changed since (FLOE-E524)

- The type of `orders.order_id` changed from int to text.

write version: 2.0.0
[1]

$ cat platform/accepting.yaml >> platform/manifest.yaml && grep -q '^governance' platform/manifest.yaml && floe contract validate-version next.yaml --against released
orders (sales.orders)  1.4.0 → 1.5.0
  ! 'orders.email' is now called 'orders.email_address' (a guess: they are alike)
      accepted by data-governance (GOV-31): the only reader moves on the same day
      platform/manifest.yaml:19
  ! 'orders.email_address' is required now
      accepted by data-governance (GOV-31): the only reader moves on the same day
      platform/manifest.yaml:19
  ! the pattern of 'orders.status' lets through less: ^(open|paid)$
      accepted by data-governance (GOV-31): the only reader moves on the same day
      platform/manifest.yaml:19
  ! the service level 'freshness' was relaxed from 6 h to P1D
      accepted by data-governance (GOV-31): the only reader moves on the same day
      platform/manifest.yaml:19
  ✓ MINOR is needed, a new MINOR was made

1 contract: the versions say what changed

$ floe contract validate-version next.yaml --against released --format json | grep -A40 '"ok"'
      "ok": true,
      "needed": "minor",
      "made": "minor",
      "draft": false,
      "accepted": [
        {
          "change": {
            "kind": "property_renamed",
            "bump": "major",
            "path": "schema.orders.properties.email_address",
            "name": "orders.email_address",
            "field": "name",
            "message": "'orders.email' is now called 'orders.email_address' (a guess: they are alike)",
            "step": "Read 'orders.email_address' instead of 'orders.email'.",
            "old": "orders.email",
            "new": "orders.email_address",
            "guess": true,
            "old_place": {
              "file": "released/orders-1.4.0.yaml",
              "line": 20,
              "column": 9
            },
            "new_place": {
              "file": "next.yaml",
              "line": 16,
              "column": 7
            }
          },
          "reason": "the only reader moves on the same day",
          "approved_by": "data-governance",
          "ticket": "GOV-31",
          "file": "platform/manifest.yaml",
          "line": 19
        },
        {
          "change": {
            "kind": "required_added",
            "bump": "major",
            "path": "schema.orders.properties.email_address",
            "name": "orders.email_address",
            "field": "required",

$ sed -i 's/^    email/  email/' next.yaml; printf 'governance:\n  accepted_changes: []\n' >> floe.yaml; floe contract validate-version --against released
2> ERROR: 'accepted_changes' is not allowed here: a product may not accept its own breaking changes
2>     at floe.yaml:16:3
2>     ask the platform team to record it in the platform manifest's governance.accepted_changes
[2]

$ floe contract diff --kinds | awk '{ print $1 }' | uniq -c
     33 MAJOR
     21 MINOR
     17 PATCH

$ floe contract diff --kinds --format json | head -12
{
  "schema": "floe.dev/contract-kinds/v1",
  "kinds": [
    {
      "kind": "bound_changed",
      "bump": "major",
      "message": "{what} of '{name}' changed from {old} to {new}",
      "step": "Handle such values of '{name}'.",
      "reverse": [
        "bound_changed"
      ]
    },
