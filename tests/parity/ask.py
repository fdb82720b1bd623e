"""Asks the real dbt, and floe, for the manifest of a project folder. dbt works on a copy, since it writes more
into a project than its target and logs; floe reads the folder as it is."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field

PROFILE = """\
{name}:
  target: {target}
  outputs:
    {target}: {{type: duckdb, path: {path}, threads: 1}}
"""

# A database in memory is `memory` to dbt 1.x and `main` to 2.x; one in a file has the file's name for both.
PATHS = {"1": "':memory:'", "2": "parity.duckdb"}

WRITTEN = {"target", "logs", ".git", "__pycache__", ".user.yml"}
SECONDS = 1200


@dataclass
class Options:
    """How both are asked."""

    profiles: str = ""  # folder of profiles.yml; empty: one is made for duckdb
    target: str = "dev"
    variables: str = ""
    cache: str = ""
    fresh: bool = False


@dataclass
class Answer:
    """A manifest, or the message of a program that would not make one. dbt 2 leaves a manifest also where it finds
    errors and fails; then there are both, and the manifest is not its word on the project."""

    manifest: dict = None
    message: str = ""
    seconds: float = 0.0
    notes: list = field(default_factory=list)


def profile_name(folder):
    """The `profile` of dbt_project.yml; where there is none dbt is told one."""
    with open(os.path.join(folder, "dbt_project.yml"), encoding="utf-8", errors="replace") as stream:
        found = re.search(r"^profile:\s*['\"]?([^'\"#\r\n]+?)['\"]?\s*(?:#.*)?$", stream.read(), re.MULTILINE)
    return found.group(1) if found else None


def files_below(folder):
    """Paths below a folder, without what dbt writes there in the course of its work."""
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in WRITTEN)
        found += [os.path.relpath(os.path.join(root, name), folder) for name in sorted(files) if name not in WRITTEN]
    return found


def root_of(folder):
    """The folder above a project that holds all it reads: paths of dbt_project.yml may lead out of the project."""
    with open(os.path.join(folder, "dbt_project.yml"), encoding="utf-8", errors="replace") as stream:
        steps = [found.count("..") for found in re.findall(r"['\"\s\[,]((?:\.\./)+)", stream.read())]
    return os.path.normpath(os.path.join(folder, *[".."] * max(steps, default=0)))


def copy_of(folder, work):
    """A copy for dbt to work on, under the folder's own name. Links stay links, and lead where they led."""
    root = root_of(folder)
    whole = os.path.join(work, "project", os.path.basename(root) or "project")
    shutil.copytree(root, whole, symlinks=True, ignore=shutil.ignore_patterns(*WRITTEN))
    copy = os.path.normpath(os.path.join(whole, os.path.relpath(folder, root)))
    for root, folders, files in os.walk(copy):
        for name in folders + files:
            path = os.path.join(root, name)
            if os.path.islink(path) and not os.path.exists(path):
                led = os.path.join(os.path.dirname(os.path.join(folder, os.path.relpath(path, copy))), os.readlink(path))
                if os.path.exists(led):
                    os.unlink(path)
                    os.symlink(os.path.abspath(led), path)
    return copy


def digest_of(folder, *words):
    """What a cached answer depends on: the project's files and how dbt was asked."""
    digest = hashlib.sha256(json.dumps(words).encode())
    folder = root_of(folder)
    for path in files_below(folder):
        digest.update(path.encode(errors="surrogateescape"))
        try:
            with open(os.path.join(folder, path), "rb") as stream:
                digest.update(hashlib.sha256(stream.read()).digest())
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()[:32]


def environment(home):
    return {**os.environ, "HOME": home, "DBT_SEND_ANONYMOUS_USAGE_STATS": "False", "DO_NOT_TRACK": "1",
            "DBT_VERSION_CHECK": "False", "NO_COLOR": "1", "DBT_USE_COLORS": "False"}


def last_words(text):
    """The message in dbt's log, without times and stacks: from the first line that tells of an error."""
    lines = [re.sub(r"^\d\d:\d\d:\d\d\s+", "", line).rstrip() for line in text.splitlines()]
    lines = [line for line in lines if line and not re.match(r"\s*\d+: |\s*at .*:\d+$", line)]
    telling = [at for at, line in enumerate(lines) if "Encountered an error" in line or line.startswith("[error]")]
    start = telling[0] if telling else max(0, len(lines) - 12)
    return "\n".join(lines[start:start + 12])


def prepare(folder, version, options, work):
    """Makes the profile; returns the arguments that lead dbt and floe to it."""
    name = profile_name(folder)
    arguments = ["--target", options.target]
    if options.profiles:
        return arguments + ["--profiles-dir", options.profiles]
    profiles = os.path.join(work, "profiles")
    os.makedirs(profiles, exist_ok=True)
    with open(os.path.join(profiles, "profiles.yml"), "w", encoding="utf-8") as stream:
        stream.write(PROFILE.format(name=json.dumps(name or "default"), target=options.target, path=PATHS[version[0]]))
    if name is None:
        arguments += ["--profile", "default"]
    return arguments + ["--profiles-dir", profiles]


def run_dbt(program, version, folder, options, work):
    target = os.path.join(work, "target")
    command = [program, "parse", "--no-partial-parse", "--project-dir", copy_of(folder, work), "--target-path", target, "--log-path",
               os.path.join(work, "logs"), *prepare(folder, version, options, work)]
    if options.variables:
        command += ["--vars", options.variables]
    if not version.startswith("2"):
        command.insert(1, "--no-use-colors")
    done = subprocess.run(command, cwd=work, env=environment(work), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", timeout=SECONDS, check=False)
    path = os.path.join(target, "manifest.json")
    if os.path.exists(path) and (done.returncode == 0 or version.startswith("2")):
        with open(path, encoding="utf-8") as stream:
            return Answer(read_json(stream), "" if done.returncode == 0 else last_words(done.stdout))
    return Answer(None, last_words(done.stdout) or f"exit code {done.returncode}")


def ask_dbt(program, version, folder, options):
    """The manifest that dbt makes of a folder, kept in the cache for as long as no file of it changes."""
    cached = ""
    if options.cache:
        key = digest_of(folder, version, PROFILE, os.path.basename(folder), options.target, options.variables, options.profiles)
        cached = os.path.join(options.cache, f"{version}-{key}.json")
        if os.path.exists(cached) and not options.fresh:
            with open(cached, encoding="utf-8") as stream:
                return Answer(**json.load(stream))
    with tempfile.TemporaryDirectory(prefix="floe-parity-") as work:
        answer = run_dbt(program, version, folder, options, work)
    if cached:
        os.makedirs(options.cache, exist_ok=True)
        with open(cached + ".new", "w", encoding="utf-8") as stream:
            json.dump({"manifest": answer.manifest, "message": answer.message}, stream)
        os.replace(cached + ".new", cached)
    return answer


def read_json(stream):
    """Numbers that JSON does not have, which dbt writes all the same, are null."""
    return json.load(stream, parse_constant=lambda name: None)


def rules_of(version):
    """What floe calls the rules of a dbt version."""
    return "2.0" if version.startswith("2") else version


def ask_floe(program, version, folder, options):
    """The tree that floe makes of a folder's sources by the rules of a dbt version."""
    with tempfile.TemporaryDirectory(prefix="floe-parity-") as work:
        command = [program, "facts", folder, "--facts", "sources", "--format", "manifest", "--dbt-rules", rules_of(version),
                   *prepare(folder, version, options, work)]
        if options.variables:
            command += ["--vars", options.variables]
        output = os.path.join(work, "tree.json")
        with open(output, "wb") as stream:
            done = subprocess.run(command, cwd=work, env=environment(work), stdin=subprocess.DEVNULL, stdout=stream,
                                  stderr=subprocess.PIPE, timeout=SECONDS, check=False)
        message = done.stderr.decode(errors="replace").strip()
        with open(output, encoding="utf-8") as stream:
            try:
                return Answer(read_json(stream), message)
            except ValueError:
                return Answer(None, message or f"exit code {done.returncode}")
