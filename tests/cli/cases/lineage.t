What a run tells becomes events of OpenLineage that hold together: each run starts once and ends once, within that of the
command, and floe's own facets fit the schemas that floe prints.

example: customer-360
needs: python:jsonschema

$ "$(dirname "$FLOE")/run_lua" "$TESTS/lineage_story.lua" >events.jsonl

$ "$PYTHON" "$TESTS/check_lineage.py" events.jsonl
74 events of 31 runs: 1 ABORT, 12 COMPLETE, 18 FAIL, 12 RUNNING, 31 START
facets: columnLineage, contractStatus, contractViolation, dataClassification, dataQualityAssertions, dataSource, datasetType, documentation, errorMessage, floe, jobType, nominalTime, outputStatistics, ownership, parent, processing_engine, schema, sourceCodeLocation, sql, tags, test, traceCorrelation

$ sed '1s/"mode":"mesh"/"mode":1/; 3s/"eventType":"[A-Z]*"/"eventType":"COMPLETE"/; $d' events.jsonl >broken.jsonl

$ "$PYTHON" "$TESTS/check_lineage.py" broken.jsonl | sed 's/[0-9a-f]*-[0-9a-f-]*:/RUN:/' | sed -n 1,4p
event 1 (START customer-360) facet floe: mode 1 is not of type 'string'
RUN: goes through ['START', 'RUNNING']
RUN: goes through ['COMPLETE', 'RUNNING', 'COMPLETE']
73 events of 31 runs: 1 ABORT, 13 COMPLETE, 17 FAIL, 12 RUNNING, 30 START
