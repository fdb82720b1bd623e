Contracts are compared with what they were at a revision of their repository.
fixture: shop contracts
needs: command:contract
needs: program:git
env: GIT_CONFIG_GLOBAL=/dev/null
env: GIT_CONFIG_SYSTEM=/dev/null

$ floe contract diff --against git:main
2> ERROR: 'datacontract.yaml' lies in no git repository
2>     compare with a file or a folder instead
[2]

$ git init -q -b main . && git add datacontract.yaml && git -c user.name=a -c user.email=a@example.com commit -qm one; floe contract diff --against git:main
No changes

$ floe contract diff --against git:nowhere
2> ERROR: git knows no revision 'nowhere'
2>     name a commit, a branch or a tag; in CI, fetch it first (a shallow checkout has one commit)
[2]

$ sed -i 's/decimal(12,2)/decimal(10,2)/; s/1.4.0/1.4.1/' datacontract.yaml; floe contract diff --against git:main; cd models && floe contract validate-version ../datacontract.yaml --against git:HEAD
orders (sales.orders)  1.4.0 → 1.4.1
  MAJOR  the type of 'orders.amount' was narrowed from decimal(12,2) to decimal(10,2)
         datacontract.yaml:29:9 (was main:datacontract.yaml:29:9)
         → See that your values of 'orders.amount' still fit decimal(10,2).
  needs MAJOR: 2.0.0

1 change: 1 major
orders (sales.orders)  1.4.0 → 1.4.1
  ✗ 1.4.0 → 1.4.1 is no new MAJOR: the type of 'orders.amount' was narrowed from decimal(12,2) to decimal(10,2) [FLOE-E520]
      ../datacontract.yaml:5:1
  MAJOR  the type of 'orders.amount' was narrowed from decimal(12,2) to decimal(10,2)
         ../datacontract.yaml:29:9 (was HEAD:../datacontract.yaml:29:9)
         → See that your values of 'orders.amount' still fit decimal(10,2).
      write version: 2.0.0; or have a platform team record that it is accepted:
      governance.accepted_changes: [{ contract: sales.orders, version: 1.4.1, changes: ["schema.orders.properties.amount"], reason: …, approved_by: … }]

1 of 1 contract: the version does not say what changed
[1]

$ floe contract diff next.yaml --against git:main
orders (sales.orders)  1.5.0, new

No changes

$ PATH=/nowhere $FLOE contract diff --against git:main
2> ERROR: there is no git in PATH
2>     install git
[4]
