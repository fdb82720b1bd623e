#!/usr/bin/env python3
"""contracts.py FLOE DBT FOLDER: what floe writes for dbt from contracts, read by the real dbt.

A contract's words are written into a project's properties files (versions of a model, texts of several lines, new
files): dbt parses the result and knows what the contract says, other versions stay as they were, and a second time
nothing changes. What is exported as properties parses as well, and what is exported as JSON Schema judges rows. Reports in TAP.
"""
import json
import pathlib
import shutil
import subprocess
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "tests/cli/fixtures/sync_versions"
PROFILE = "shop: { target: dev, outputs: { dev: { type: duckdb, path: dev.duckdb } } }\n"
COLUMNS = {
    "customers.v1": {"id": "int", "email": "varchar"},
    "customers.v2": {"country": "varchar(2)", "id": "int", "email": "varchar", "phone": "varchar"},
    "orders": {"id": "int", "state": "varchar", "amount": "decimal(10,2)"},
    "lonely": {"id": "int"},
    "alone": {"id": "int"},
}
WORDS = {
    "customers.v1": {"": "Customers, folded over lines.", "email": ""},
    "customers.v2": {"": "Customers of version two.", "id": "The key.",
                     "email": "Where we write to.\n\n- lower case\n- checked: daily"},
    "orders": {"": "One row for every order.\nLate ones come later.", "id": "A single line now", "state": "What: became"},
    "alone": {"id": "a\nb"},
}


def report(right, name, detail=""):
    print(f"{'ok' if right else 'not ok'} - {name}")
    for line in () if right else str(detail).splitlines():
        print(f"    {line}")


def run(folder, *command):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def parsed(dbt, folder):
    """The models of a project as dbt has them, by their names; or what dbt says."""
    shutil.rmtree(folder / "target", ignore_errors=True)
    done = run(folder, dbt, "--quiet", "parse", "--profiles-dir", ".")
    if done.returncode:
        return None, done.stdout + done.stderr
    manifest = json.loads((folder / "target/manifest.json").read_text(encoding="utf-8"))
    models = {key.removeprefix("model.shop."): node for key, node in manifest["nodes"].items() if key.startswith("model.")}
    tests = sorted(node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test")
    return models, tests


def texts(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("models/**/*.yml"))}


def words_of(models):
    found = {}
    for name, wanted in WORDS.items():
        columns = models[name]["columns"]
        found[name] = {key: (columns[key] if key else models[name])["description"].rstrip("\n") for key in wanted}
    return found


def sync(floe, dbt, folder):
    shutil.copytree(FIXTURE, folder)
    (folder / "profiles.yml").write_text(PROFILE, encoding="utf-8")
    done = run(folder, floe, "contract", "sync", "--facts", "sources")
    models, tests = parsed(dbt, folder)
    report(done.returncode == 0 and models is not None, "dbt parses what floe contract sync wrote",
           done.stdout + done.stderr + str(tests))
    if models is None:
        return
    types = {name: {key: one["data_type"] for key, one in node["columns"].items()} for name, node in models.items()}
    report(types == COLUMNS, "dbt knows the columns and types of the contract, and the other version's as they were", types)
    report(words_of(models) == WORDS, "dbt knows the contract's descriptions line by line", words_of(models))
    wanted = ["not_null_orders_id", "unique_orders_id", "accepted_values_orders_state__open__paid"]
    report(all(name in tests for name in wanted), "dbt has the tests that the contract asks for", tests)
    before = texts(folder)
    for facts in ("sources", "manifest"):
        done = run(folder, floe, "contract", "sync", "--facts", facts)
        report(done.returncode == 0 and texts(folder) == before, f"a second sync changes nothing, with facts from {facts}",
               done.stdout + done.stderr)


def exported(floe, dbt, folder):
    shutil.copytree(FIXTURE, folder)
    (folder / "profiles.yml").write_text(PROFILE, encoding="utf-8")
    for path in folder.glob("models/**/*.yml"):
        path.unlink()
    for version in (1, 2):
        (folder / f"models/gold/customers_v{version}.sql").unlink()
    (folder / "models/gold/customers.sql").write_text("select 1 as id\n", encoding="utf-8")
    done = run(folder, floe, "contract", "export", "--format", "dbt")
    (folder / "models/exported.yml").write_text(done.stdout, encoding="utf-8")
    models, tests = parsed(dbt, folder)
    report(models is not None and set(models["customers"]["columns"]) == set(COLUMNS["customers.v2"]),
           "dbt parses what floe contract export wrote", tests)


def rows(floe):
    """What is exported as JSON Schema takes the rows that the contract allows, and no others."""
    done = run(FIXTURE, floe, "contract", "export", "--format", "jsonschema")
    schema = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    orders = jsonschema.Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/orders"}]})
    row = {"id": 1, "state": "open", "amount": None}
    report(orders.is_valid(row), "a row that the contract allows is right by its JSON Schema")
    wrong = [{**row, "id": None}, {**row, "id": "1"}, {**row, "state": "lost"}, {"state": "open"}]
    report(not any(orders.is_valid(one) for one in wrong), "rows that it does not allow are wrong",
           [one for one in wrong if orders.is_valid(one)])


def main():
    floe, dbt, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sync(floe, dbt, folder / "sync")
    exported(floe, dbt, folder / "export")
    rows(floe)


if __name__ == "__main__":
    main()
