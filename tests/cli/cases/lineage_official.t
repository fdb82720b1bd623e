Each event and each facet fits the schemas of OpenLineage 2.0.2 as the specification publishes them.

example: customer-360
needs: python:jsonschema
needs: file:../shared/data/openlineage/OpenLineage.json

$ "$(dirname "$FLOE")/run_lua" "$TESTS/lineage_story.lua" >events.jsonl

$ "$PYTHON" "$TESTS/check_lineage.py" events.jsonl "$ROOT/../shared/data/openlineage"
74 events of 31 runs: 1 ABORT, 12 COMPLETE, 18 FAIL, 12 RUNNING, 31 START
facets: columnLineage, contractStatus, contractViolation, dataClassification, dataQualityAssertions, dataSource, datasetType, documentation, errorMessage, floe, jobType, nominalTime, outputStatistics, ownership, parent, processing_engine, schema, sourceCodeLocation, sql, tags, test, traceCorrelation

$ sed '2s/"nominalStartTime":"[^"]*"/"nominalStartTime":7/; 5s/"rowCount":[0-9]*/"rowCount":"many"/' events.jsonl >broken.jsonl

$ "$PYTHON" "$TESTS/check_lineage.py" broken.jsonl "$ROOT/../shared/data/openlineage" | sed -n 1,2p
event 2 (RUNNING customer-360) facet nominalTime: nominalStartTime 7 is not of type 'string'
event 5 (COMPLETE seed.customer_360.countries) facet outputStatistics: rowCount 'many' is not of type 'integer'
