#!/usr/bin/env python3
"""check_lineage.py EVENTS [SCHEMAS]: events of OpenLineage, one JSON document a line, must hold together.

Each run starts once, first, and ends once; what names a run, a job or a dataset is there; floe's own facets fit the
schemas that `floe schema` prints. With SCHEMAS, the folder of the specification's own, each event and each facet must
fit those. Prints what is wrong, otherwise how many events of which kinds there are.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

OWN = ["floe-run-facet", "floe-dataset-facet", "data-classification-facet", "contract-violation-facet",
       "contract-status-facet", "trace-correlation-facet", "iceberg-snapshot-facet"]
ENDS = {"COMPLETE", "FAIL", "ABORT"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
BASE = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
OPEN_BASE = {"$id": BASE, "$defs": {name: {"type": "object", "required": ["_producer", "_schemaURL"]} for name in
                                    ("RunFacet", "DatasetFacet", "JobFacet", "InputDatasetFacet", "OutputDatasetFacet")}}
problems = []


def wrong(where, text):
    problems.append(f"{where}: {text}")


def own_schemas():
    floe = os.environ.get("FLOE", "floe")
    return [json.loads(subprocess.run([floe, "schema", kind], capture_output=True, check=True).stdout) for kind in OWN]


def facets_of(event):
    """(owner, key, facet) of all facets of an event."""
    for entity in ("run", "job"):
        for key, facet in event[entity].get("facets", {}).items():
            yield entity, key, facet
    for side in ("inputs", "outputs"):
        for dataset in event[side]:
            for part in ("facets", "inputFacets", "outputFacets"):
                for key, facet in dataset.get(part, {}).items():
                    yield part, key, facet


class Checker:
    def __init__(self, folder):
        documents = own_schemas()
        self.own = {document["$id"] for document in documents}
        if folder:
            documents += [json.loads(path.read_text()) for path in pathlib.Path(folder).rglob("*.json")]
        else:
            documents.append(OPEN_BASE)
        self.known = {document["$id"] for document in documents}
        self.registry = Registry().with_resources(
            (document["$id"], Resource(contents=document, specification=DRAFT202012)) for document in documents)
        self.official = bool(folder)
        self.validators, self.used = {}, collections.Counter()

    def validate(self, where, value, address):
        if address not in self.validators:
            self.validators[address] = jsonschema.Draft202012Validator(
                {"$ref": address}, registry=self.registry, format_checker=jsonschema.FormatChecker())
        for error in self.validators[address].iter_errors(value):
            wrong(where, f"{'/'.join(map(str, error.absolute_path))} {error.message[:200]}")

    def facet(self, where, key, facet):
        address = facet.get("_schemaURL", "")
        document, _, pointer = address.partition("#")
        name = pointer.rpartition("/")[2]
        if not (facet.get("_producer", "").startswith("https://") and f"/{name}.json" in document):
            wrong(where, f"facet {key} says not who made it, or not by which schema")
        elif document in self.known:
            self.validate(f"{where} facet {key}", facet, address)
        elif self.official or not document.startswith("https://openlineage.io/spec/facets/"):
            wrong(where, f"facet {key} has an unknown schema {address}")
        self.used[key] += 1

    def event(self, where, event):
        if set(event) != {"eventType", "eventTime", "producer", "schemaURL", "run", "job", "inputs", "outputs"}:
            wrong(where, f"members {sorted(event)}")
        if not UUID.fullmatch(event["run"]["runId"]) or not TIME.fullmatch(event["eventTime"]):
            wrong(where, "its run's id is no UUID of version 7, or its time no moment in UTC")
        for thing in [event["job"], *event["inputs"], *event["outputs"]]:
            if not thing.get("namespace") or not thing.get("name"):
                wrong(where, f"something has no name: {thing}")
        if self.official:
            self.validate(where, event, BASE + "#/$defs/RunEvent")
        for _, key, facet in facets_of(event):
            self.facet(where, key, facet)


def check_runs(events):
    runs = collections.defaultdict(list)
    for event in events:
        runs[event["run"]["runId"]].append(event)
    for run, told in runs.items():
        types = [event["eventType"] for event in told]
        if types[0] != "START" or types.count("START") != 1 or types[-1] not in ENDS or len(ENDS & set(types)) != 1 \
                or sum(kind in ENDS for kind in types) != 1:
            wrong(run, f"goes through {types}")
        if told[-1]["eventTime"] < told[0]["eventTime"]:
            wrong(run, "ends before it starts")
        if len({(event["job"]["namespace"], event["job"]["name"]) for event in told}) != 1:
            wrong(run, "is of more than one job")
    first = events[0]["run"]["runId"]
    for run, told in runs.items():
        if run != first and told[0]["run"]["facets"]["parent"]["run"]["runId"] != first:
            wrong(run, "has another parent than the command's run")
    return runs


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        events = [json.loads(line) for line in file]
    checker = Checker(sys.argv[2] if len(sys.argv) > 2 else None)
    for number, event in enumerate(events, 1):
        checker.event(f"event {number} ({event['eventType']} {event['job']['name']})", event)
    runs = check_runs(events)
    for problem in problems:
        print(problem)
    types = collections.Counter(event["eventType"] for event in events)
    print(f"{len(events)} events of {len(runs)} runs: " + ", ".join(f"{types[kind]} {kind}" for kind in sorted(types)))
    print("facets: " + ", ".join(sorted(checker.used)))
    sys.exit(1 if problems or not events else 0)


main()
