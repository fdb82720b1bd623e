"""Prints what a verdict found, one finding a line, sorted, without lines and digests: what must be the same
whichever dbt made the manifest. With --codes only the codes."""

import json
import sys

document = json.load(open(sys.argv[1], encoding="utf-8"))
verdicts = document if isinstance(document, list) else [document]
lines = []
for verdict in verdicts:
    for error in verdict["errors"]:
        lines.append(f"error {error.get('policy')} {error.get('message')}")
    for finding in verdict["findings"]:
        if "--codes" in sys.argv:
            lines.append(finding["code"])
        else:
            words = (finding[key] for key in ("policy", "code", "verdict", "subject", "file", "message", "actual"))
            lines.append(" | ".join(str(word) for word in words))
print("\n".join(sorted(set(lines))))
