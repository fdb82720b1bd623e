floe contract sync writes versions of models, texts of several lines and new files; files that are not its own it leaves.
fixture: sync_versions
needs: command:contract
env: FLOE_CONTRACT_SYNC_FACTS=sources

$ floe contract sync --dry-run
--- models/gold/_models.yml
+++ models/gold/_models.yml
@@ -16,22 +16,52 @@
       - v: 1
       # the new one
       - v: 2
+        description: Customers of version two.
         columns:
           - include: all
+            exclude: [id, email]
           - name: country
-            data_type: char(2)
+            data_type: varchar(2)
+          - name: id
+            description: The key.
+            data_type: int
+            data_tests: [not_null, unique]
+          - name: email
+            description: |-
+              Where we write to.
 
+              - lower case
+              - checked: daily
+            data_type: varchar
+            config:
+              meta:
+                classification: pii
+          - name: phone
+            data_type: varchar
+
   - name: orders
-    description: "Orders
-      in two lines" # quoted
+    description: |- # quoted
+      One row for every order.
+      Late ones come later.
     columns:
       - name: id
         description: |
-          One.
-
-          Two.
+          A single line now
+        data_type: int
+        data_tests: [not_null, unique]
       - name: state
+        description: "What: became"
+        data_type: varchar
+        data_tests:
+          - not_null
+          - accepted_values:
+              arguments:
+                values: [open, paid]
       - name: amount
         # below
         description:
-          on the next line
+          Euros
+        data_type: decimal(10,2)
+        config:
+          meta:
+            classification: confidential
--- /dev/null
+++ models/bare/lonely.yml
@@ -0,0 +1,8 @@
+version: 2
+models:
+  - name: lonely
+    description: Alone.
+    columns:
+      - name: id
+        data_type: int
+        data_tests: [not_null]
--- /dev/null
+++ models/bare/alone.yml
@@ -0,0 +1,10 @@
+version: 2
+models:
+  - name: alone
+    columns:
+      - name: id
+        description: |-
+          a
+          b
+        data_type: int
+        data_tests: [not_null]

15 changes in 3 files, not written

$ floe contract sync
models/gold/_models.yml
  customers.v2: description changed
  customers.v2.country: data_type char(2) → varchar(2)
  customers.v2: gets columns of its own: id, email, phone
  orders: description changed
  orders.id: description changed
  orders.id: data_type added
  orders.id: tests not_null, unique added
  orders.state: description added
  orders.state: data_type added
  orders.state: tests not_null, accepted_values added
  orders.amount: description changed
  orders.amount: data_type added
  orders.amount: classification confidential added
models/bare/lonely.yml (new)
  lonely: described
models/bare/alone.yml (new)
  alone: described

15 changes in 3 files

$ floe contract sync
The properties files say what the contract says.

$ printf 'version: 2\nmodels:\n  - name: alone\n    description: &a x\n    columns: [{name: id, description: *a}]\n' > models/bare/alone.yml; floe contract sync
models/bare/alone.yml
  alone.id: data_type added
  alone.id: test not_null added

2 changes in 1 file
2> refused: models/bare/alone.yml:5:26: alone.id: description cannot be written safely; write it yourself
[1]

$ rm models/bare/*.yml; chmod a-w models/gold/_models.yml; sed -i 's/varchar(2)/varchar(3)/' datacontract.yaml; floe contract sync; chmod u+w models/gold/_models.yml; rm models/bare/*.yml
models/bare/lonely.yml (new)
  lonely: described
models/bare/alone.yml (new)
  alone: described

2 changes in 2 files
2> refused: 'models/gold/_models.yml' is read-only

$ mkdir ../outside.$$; mv models/gold/_models.yml ../outside.$$/m.yml; ln -s ../../../outside.$$/m.yml models/gold/_models.yml; mkdir .git; cp ../outside.$$/m.yml before.yml; floe contract sync --quiet 2>&1 | sed "s/outside.$$/outside/g; s|to '.*/outside|to '/outside|"; cmp before.yml ../outside.$$/m.yml; rm -r ../outside.$$ models/gold/_models.yml
refused: no model of the dbt project 'shop' makes the table 'customers'
refused: models/gold/_models.yml: 'orders' may be described in a file that dbt refuses: this leads out of the project's repository and is not read
refused: models/gold/_models.yml: 'lonely' may be described in a file that dbt refuses: this leads out of the project's repository and is not read
refused: models/gold/_models.yml: 'alone' may be described in a file that dbt refuses: this leads out of the project's repository and is not read

$ mv before.yml shared.yml; ln -s ../../shared.yml models/gold/_models.yml; floe contract sync; test -L models/gold/_models.yml && grep -c 'varchar(3)' shared.yml
models/gold/_models.yml
  customers.v2.country: data_type varchar(2) → varchar(3)
models/bare/lonely.yml (new)
  lonely: described
models/bare/alone.yml (new)
  alone: described

3 changes in 3 files
1

$ sed -i 's/^    columns:/    columns: [/' shared.yml; rm models/bare/*.yml; floe contract sync
Nothing was written.
2> refused: no model of the dbt project 'shop' makes the table 'customers'
2> refused: models/gold/_models.yml:11:7: 'orders' may be described in a file that dbt refuses: cannot read YAML: did not find expected node content while parsing a flow node
2> refused: models/gold/_models.yml:11:7: 'lonely' may be described in a file that dbt refuses: cannot read YAML: did not find expected node content while parsing a flow node
2> refused: models/gold/_models.yml:11:7: 'alone' may be described in a file that dbt refuses: cannot read YAML: did not find expected node content while parsing a flow node
[1]
