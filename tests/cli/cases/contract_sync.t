floe contract sync writes what a contract says into properties files, and keeps what stands there.
fixture: sync
needs: command:contract
env: FLOE_CONTRACT_SYNC_FACTS=sources

$ floe contract sync --dry-run
--- models/models.yml
+++ models/models.yml
@@ -3,27 +3,39 @@
 models:
   # what was bought
   - name: orders
-    description: Orders.  # short
+    description: One row for every order.  # short
     columns:
       - name: order_id
+        description: "The order's number: unique."
         data_type: INTEGER   # as the warehouse says
-        data_tests: [not_null]
+        data_tests: [unique, not_null]
 
       # paid or not
       - name: status
         description: >
-          What became of
-          the order.
+          What became of it.
+        data_type: varchar
         data_tests:
           - accepted_values:
               values: [open]
       - name: amount
         description: '{{ doc("amount") }}'
-        data_type: decimal(10,2)
+        data_type: decimal(12,2)
         config:
           meta:
+            classification: confidential
             owner: finance  # they pay
+      - name: day
+        data_type: date
+        config:
+          meta:
+            classification: internal
+        data_tests: [not_null]
 
   - name: customers
     columns:
-      - { name: email, data_type: varchar, tests: [unique] }
+      - { name: email, data_type: varchar, config: {meta: {classification: pii}}, tests: [not_null, unique] }
+  - name: bare
+    columns:
+      - name: a
+        data_type: varchar

11 changes in 1 file, not written
2> refused: models/models.yml:17:9: orders.status: the accepted values differ from the contract's: open, paid
2> refused: no model of the dbt project 'shop' makes the table 'gone'
[1]

$ cp models/models.yml before.yml; floe contract sync
models/models.yml
  orders: description changed
  orders.order_id: description added
  orders.order_id: test unique added
  orders.status: description changed
  orders.status: data_type added
  orders.amount: data_type decimal(10,2) → decimal(12,2)
  orders.amount: classification added
  orders.day: column added
  customers.email: classification pii added
  customers.email: test not_null added
  bare: described

11 changes in 1 file
2> refused: models/models.yml:17:9: orders.status: the accepted values differ from the contract's: open, paid
2> refused: no model of the dbt project 'shop' makes the table 'gone'
[1]

$ diff before.yml models/models.yml | grep -c '^[<>]'; floe contract sync --quiet
24
2> refused: models/models.yml:18:9: orders.status: the accepted values differ from the contract's: open, paid
2> refused: no model of the dbt project 'shop' makes the table 'gone'
[1]

$ floe contract import --facts sources --node orders --node customers --id sales.orders > imported.yaml; floe contract diff imported.yaml datacontract.yaml --quiet | grep -v description
orders (sales.orders)  0.1.0 → 1.0.0
  MAJOR  the values of 'customers.email' are not unique any more
         datacontract.yaml:21:9 (was imported.yaml:16:9)
  MINOR  'orders.status' may be 'paid' now
         datacontract.yaml:16:68 (was imported.yaml:38:15)
  MINOR  'orders' has a primary key now: order_id
         datacontract.yaml:8:5 (was imported.yaml:18:5)
  MINOR  the table 'bare' was added
         datacontract.yaml:22:5
  MINOR  the table 'gone' was added
         datacontract.yaml:24:5
  PATCH  the status changed from draft to active
         datacontract.yaml:6:1 (was imported.yaml:6:1)
  PATCH  name of the contract changed
         datacontract.yaml:4:1 (was imported.yaml:4:1)
  PATCH  physicalName of 'orders' changed
         datacontract.yaml:8:5 (was imported.yaml:19:5)
  PATCH  physicalType of 'orders' changed
         datacontract.yaml:8:5 (was imported.yaml:20:5)
  PATCH  the type of 'orders.order_id' is written int, it was INTEGER: the same type
         datacontract.yaml:11:49 (was imported.yaml:24:9)
  PATCH  required of 'orders.order_id' changed
         datacontract.yaml:11:9 (was imported.yaml:26:9)
  PATCH  unique of 'orders.order_id' changed
         datacontract.yaml:11:9 (was imported.yaml:27:9)
         datacontract.yaml:15:9 (was imported.yaml:32:9)
         datacontract.yaml:17:107 (was imported.yaml:40:9)
  PATCH  physicalType of 'orders.day' changed
         datacontract.yaml:18:9 (was imported.yaml:45:9)
  PATCH  physicalName of 'customers' changed
         datacontract.yaml:19:5 (was imported.yaml:9:5)
  PATCH  physicalType of 'customers' changed
         datacontract.yaml:19:5 (was imported.yaml:10:5)
  PATCH  physicalType of 'customers.email' changed
         datacontract.yaml:21:9 (was imported.yaml:13:9)
  needs MAJOR

$ sed -i '/- name: bare/,$d' datacontract.yaml; sed -i '/quality:/d; s/What became of it./What became of the order./' datacontract.yaml; rm imported.yaml; floe contract sync
models/models.yml
  orders.status: description changed

1 change in 1 file

$ floe contract sync --project nowhere
2> ERROR: there is no dbt project in 'nowhere'
2>     Name a folder with a dbt_project.yml.
[2]

$ sed -i 's/^/  /; 1i models:' models/models.yml; floe contract sync
Nothing was written.
2> refused: models/models.yml:1:1: 'orders' may be described in a file that dbt refuses: 'models' is an object and not a list
2> refused: models/models.yml:1:1: 'customers' may be described in a file that dbt refuses: 'models' is an object and not a list
[1]
