"""Products in folders, and what floe says of them."""
import json
import os
import re
import subprocess

from servers import ROOT


def lua(settings, script, *, wrap=(), **variables):
    """Runs a file of Lua beside this one against a catalog; what it prints."""
    done = subprocess.run([*wrap, os.environ["RUN_LUA"], f"tests/service/{script}"], cwd=ROOT, text=True, capture_output=True,
                          env={**os.environ, "FLOE_TEST_CATALOG": json.dumps(settings), **variables}, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def floe(folder, *arguments, expect=0, wrap=(), **variables):
    """What floe prints in a folder. No secret of these tests is in it: each has "hidden" in it."""
    done = subprocess.run([*wrap, os.environ["FLOE"], *arguments], cwd=folder, text=True, capture_output=True,
                          env={**os.environ, **variables}, timeout=120)
    assert done.returncode == expect, (arguments, done.returncode, done.stdout, done.stderr)
    assert "hidden" not in done.stdout + done.stderr, (arguments, done.stdout, done.stderr)
    return done.stdout + done.stderr


def make_product(folder, catalog, repository):
    folder.mkdir(parents=True)
    (folder / "platform.yaml").write_text("apiVersion: floe.dev/v1\nkind: Manifest\n"
                                          "metadata: { name: acme, version: 1.0.0, owner: platform@acme.com }\n" + catalog)
    (folder / "floe.yaml").write_text(
        "apiVersion: floe.dev/v1\nkind: DataProduct\nmetadata: { name: invoices, version: 1.0.0, domain: finance, "
        f"owner: finance@acme.com, repository: {repository} }}\nplatform: {{ ref: ./platform.yaml }}\n"
        "transforms: [ { type: dbt, path: models/ } ]\n")
    return folder


def page_example(address, more=""):
    """The configuration that docs/platform.md shows, with another address."""
    page = (ROOT / "docs/platform.md").read_text()
    shown = re.search(r"```yaml\n(plugins:\n  catalog:\n    type: polaris.*?)```", page, re.S).group(1)
    return re.sub(r"uri: \S+", f"uri: {address}", shown).replace("plugins:", "plugins:\n  compute: { type: duckdb }") + more
