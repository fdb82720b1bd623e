"""Compares two artifacts of one product that different dbts made: everything but what tells which dbt that was.

With --graph also without the inputs, which dbt 2 changes itself (it adds to .gitignore), without how many subjects there
were, which it counts otherwise, and without tags of a contract's columns and the hash they are part of: in dbt 2 columns
have the tags of their model.
"""
import json
import pathlib
import sys


def load(folder):
    artifact = json.loads((pathlib.Path(folder) / ".floe" / "artifacts.json").read_text(encoding="utf-8"))
    for key in ("version", "manifest_path"):
        artifact["dbt"].pop(key, None)
    artifact["metadata"].pop("git_commit", None)  # somebody may commit while the tests run
    if "--graph" in sys.argv:
        del artifact["inputs"], artifact["metadata"]["source_hash"], artifact["verdict"]["counts"]
        for policy in artifact["governance"]["policies"]:
            del policy["checks"]
        for contract in artifact["data_contracts"]:
            del contract["hash"]
            for table in contract["document"]["schema"]:
                for column in table["properties"]:
                    column.pop("tags", None)
    return artifact


def compare(path, first, second, out):
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted(set(first) | set(second)):
            compare(f"{path}.{key}", first.get(key), second.get(key), out)
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for index, (one, other) in enumerate(zip(first, second)):
            compare(f"{path}[{index}]", one, other, out)
    elif first != second:
        out.append(f"{path}: {first!r:.200} is {second!r:.200}")


differences = []
compare("artifact", load(sys.argv[1]), load(sys.argv[2]), differences)
print("\n".join(differences))
sys.exit(1 if differences else 0)
