What is wrong with a call of floe contract is said, and what to do.
fixture: shop contracts
needs: command:contract

$ floe contract diff datacontract.yaml
2> ERROR: two contracts are needed: the earlier one and the new one
2>     Name both, or one with --against: 'datacontract.yaml --against git:main'.
2>     'floe contract diff --help' shows what it takes.
[2]

$ floe contract diff datacontract.yaml released
2> ERROR: a file and a folder cannot be compared
2>     To find the earlier version in a folder: FILE --against FOLDER.
2>     'floe contract diff --help' shows what it takes.
[2]

$ floe contract diff nothing.yaml next.yaml
2> ERROR: cannot read 'nothing.yaml': No such file or directory
2>     at nothing.yaml
[2]

$ floe contract diff next.yaml --against nothing
2> ERROR: there is no 'nothing' to compare with
2>     name a file, a folder of earlier versions, a revision (git:main), or catalog
[2]

$ floe contract validate-version --old next.yaml
2> ERROR: --old and --new are given together, and nothing beside them
2>     'floe contract validate-version --help' shows what it takes.
[2]

$ floe contract show order
2> ERROR: there is no contract 'order' here
2>     Did you mean 'orders'?
[2]

$ floe contract show nothing.yaml
2> ERROR: there is no file 'nothing.yaml'
[2]

$ mkdir empty && floe contract list empty
2> ERROR: there is no data contract in 'empty'
2>     contracts stand in datacontract.yaml, *.odcs.yaml or contracts/; or name the file
[2]

$ printf 'a: [' > broken.yaml; floe contract validate broken.yaml
2> ERROR: cannot read YAML: did not find expected node content while parsing a flow node
2>     at broken.yaml:1:5
[2]

$ sed -i 's/logicalType: number/logicalType: numbr/' datacontract.yaml; floe contract validate; echo "exit $?"; floe contract validate --format json --quiet | head -20; floe contract diff released/orders-1.4.0.yaml datacontract.yaml
datacontract.yaml:28:9: 'schema[0].properties[3].logicalType' must be one of 'string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean'; found the text 'numbr' [FLOE-E503]
      Expected:   one of 'string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean'
      Actual:     numbr
      Suggestion: number

1 problem in 1 contract
exit 1
{
  "schema": "floe.dev/contract-problems/v1",
  "contracts": [
    {
      "file": "datacontract.yaml",
      "id": "sales.orders",
      "name": "orders",
      "form": "odcs",
      "ok": false,
      "problems": [
        {
          "code": "FLOE-E503",
          "message": "'schema[0].properties[3].logicalType' must be one of 'string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean'; found the text 'numbr'",
          "path": "schema[0].properties[3].logicalType",
          "expected": "one of 'string', 'date', 'timestamp', 'time', 'number', 'integer', 'object', 'array', 'boolean'",
          "actual": "numbr",
          "suggestions": [
            "number"
          ],
          "file": "datacontract.yaml",
orders (sales.orders)  1.4.0
  MAJOR  the type of 'orders.amount' changed from number to numbr
         datacontract.yaml:28:9 (was released/orders-1.4.0.yaml:28:9)
         → Read 'orders.amount' as numbr; casts and comparisons with number must go.
  needs MAJOR: 2.0.0

1 change: 1 major
2> note: the form of 'datacontract.yaml' has 1 problem; 'floe contract validate' shows what

$ floe contract diff datacontract.yaml --against git:-x
2> ERROR: '-x' is no revision
2>     name a commit, a branch or a tag: git:main
[2]
