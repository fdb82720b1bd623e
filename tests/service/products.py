"""Products in folders, and what floe says of them."""
import json
import os
import re
import shutil
import socket
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
    shown = re.search(r"```yaml[^\n]*\n(plugins:\n  catalog:\n    type: polaris.*?)```", page, re.S).group(1)
    return re.sub(r"uri: \S+", f"uri: {address}", shown).replace("plugins:", "plugins:\n  compute: { type: duckdb }") + more


def compiles(server, folder):
    """floe compile registers what it compiles, is refused where another repository owns it, and leaves nothing behind."""
    ignored = shutil.ignore_patterns("target", "logs", ".floe", "definitions.py")
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=ignored)
    manifest, product = folder / "examples/platform/manifest.yaml", folder / "examples/customer-360"
    plain, artifact = manifest.read_text(), product / ".floe/artifacts.json"

    def use(port):
        config = f"{{ uri: 'http://127.0.0.1:{port}', oauth2: {{ client_id: floe, client_secret_env: CATALOG_SECRET }} }}"
        manifest.write_text(plain.replace("plugins:\n", f"plugins:\n  catalog: {{ type: iceberg-rest, config: {config} }}\n", 1))

    def compile_it(expect):
        return floe(product, "compile", "--facts", "sources", expect=expect, CATALOG_SECRET="hidden")

    nobody = socket.create_server(("127.0.0.1", 0))  # a port where nobody is
    use(nobody.getsockname()[1])
    nobody.close()
    compile_it(4)
    assert not artifact.exists() and not (product / "definitions.py").exists()
    use(server.port)
    assert "Product registered in catalog" in compile_it(0)
    assert "hidden" not in artifact.read_text()
    assert "registered already" in compile_it(0)
    floe_yaml = product / "floe.yaml"
    floe_yaml.write_text(floe_yaml.read_text().replace("acme/customer-360", "acme/somebody-else"))
    artifact.unlink()
    refused = compile_it(1)
    assert "owned by different repository" in refused and "Owner: github.com/acme/customer-360" in refused, refused
    assert not artifact.exists()
