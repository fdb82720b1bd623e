"""ends.py EVENTS: what was told of each run of lineage, in the order in which they began."""
import json
import sys

runs = {}
with open(sys.argv[1], encoding="utf-8") as file:
    for event in map(json.loads, file):
        runs.setdefault((event["run"]["runId"], event["job"]["name"]), []).append(event["eventType"])
for (_, job), told in runs.items():
    print(job, *told)
