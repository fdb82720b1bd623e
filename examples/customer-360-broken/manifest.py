#!/usr/bin/env python3
"""Makes target/manifest.json of this example from the one that `dbt parse` writes.

    dbt parse --profiles-dir . && python3 manifest.py target/manifest.json target/manifest.json

It adds what a healthy dbt refuses to write, a source that nobody declared, and takes out what no policy reads
(the macros of dbt itself) and what differs from run to run.
"""

import json
import sys

PROJECT = "customer_360_broken"


def main(source, target):
    with open(source, encoding="utf-8") as stream:
        manifest = json.load(stream)
    reader = manifest["nodes"][f"model.{PROJECT}.bronze_accounts"]
    if ["crm", "invoices"] not in reader["sources"]:
        reader["sources"].append(["crm", "invoices"])
        reader["depends_on"]["nodes"].append(f"source.{PROJECT}.crm.invoices")
    manifest["macros"], manifest["docs"] = {}, {}
    metadata = manifest["metadata"]
    for key, value in (("generated_at", "2026-11-21T00:00:00.000000Z"), ("invocation_started_at", None),
                       ("run_started_at", None), ("invocation_id", None), ("user_id", None)):
        metadata[key] = value
    for kind in ("nodes", "sources"):
        for node in manifest[kind].values():
            node.pop("created_at", None)
    with open(target, "w", encoding="utf-8") as stream:
        json.dump(manifest, stream, indent=1, sort_keys=False)
        stream.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
