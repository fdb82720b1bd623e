"""Compares what floe reads from the sources of dbt projects with the manifests of the real dbt.

Prints a line for each project and dbt version: how many nodes, how many of them exact, conditional, partial and
wrong; macros and docs blocks likewise; then each difference. The exit code is 1 where anything is wrong: a fact
that floe states as certain and dbt contradicts.
"""

import argparse
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import ask
import compare

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Unasked(Exception):
    """A project or a dbt that there is not."""


class Row:
    """One project with one dbt."""

    def __init__(self, folder, name, version):
        self.folder, self.name, self.version = folder, name, version
        self.report, self.refused, self.failed, self.words = None, "", "", ""
        self.agreed = False  # floe reports an error of what dbt refuses

    @property
    def wrong(self):
        return 1 if self.failed else self.report.wrong if self.report else 0


def projects_of(folders):
    """Folders with a dbt_project.yml: those named, or below them the topmost ones."""
    found = []
    for folder in folders:
        if os.path.isfile(os.path.join(folder, "dbt_project.yml")):
            found.append(folder)
            continue
        below = []
        for root, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if name not in ("target", "dbt_packages", ".git", "node_modules"))
            if "dbt_project.yml" in files:
                below.append(root)
                names[:] = []
        if not below:
            raise Unasked(f"{folder}: neither it nor a folder below it has a dbt_project.yml")
        found += below
    return found


def own_projects():
    return projects_of([os.path.join(HERE, "projects"), os.path.join(ROOT, "examples")])


def short_names(folders):
    """What a project is called in the table: its path below what they all share."""
    shared = os.path.commonpath([os.path.abspath(os.path.dirname(folder)) for folder in folders])
    return {folder: os.path.relpath(os.path.abspath(folder), shared) for folder in folders}


def skip_reason(folder, version):
    """A project of ours may name dbts that cannot parse it, one a line: `1.10: functions came with 1.11`."""
    path = os.path.join(folder, "parity-skip")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as stream:
            for line in stream:
                if line.partition(":")[0].strip() == version:
                    return line.partition(":")[2].strip()
    return ""


def judge(row, options, asked):
    """Asks both and compares; what goes wrong stays in the row."""
    try:
        answer = ask.ask_dbt(options.programs[row.version], row.version, row.folder, asked)
        ours = ask.ask_floe(options.floe, row.version, row.folder, asked) if not options.only_dbt else None
        row.words = answer.message
        if answer.manifest is None or (answer.message and not options.despite_errors):
            row.refused = answer.message
            judge_refused(row, ours)
        elif options.only_dbt:
            row.report = compare.compare(answer.manifest, answer.manifest, row.version)
        elif ours.manifest is None:
            row.failed = "floe: " + (ours.message or "no manifest")
        else:
            row.report = compare.compare(answer.manifest, ours.manifest, row.version)
    except Exception as error:  # one project that cannot be judged must not hide the others
        row.failed = f"{type(error).__name__}: {error}"
    return row


def judge_refused(row, ours):
    """What floe says of a project that dbt will not parse."""
    said = compare.problems_of(ours.manifest) if ours and ours.manifest else []
    errors = [one for one in said if one.get("severity") == "error"]
    row.agreed = bool(errors) or bool(ours and ours.manifest is None)
    row.words = "; ".join(map(show_problem, errors or said)) or (ours.message if ours else "")


def show_problem(problem):
    return f"{problem.get('severity')} {problem.get('code')} {problem.get('file')}:{problem.get('line')}: {problem.get('message')}"


def show(value, width=220):
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= width else text[: width - 1] + "…"


def print_differences(row, options):
    left = options.differences
    for entry in row.report.entries:
        if entry.verdict == compare.WRONG or (options.verbose and entry.differences):
            for one in entry.differences:
                if not one.excuse or options.verbose:
                    left -= 1
                    if left < 0:
                        print(f"    … more are left out; --differences N shows more")
                        return
                    mark = "accepted" if one.excuse else "WRONG"
                    print(f"    {mark} {one.unique_id}  {one.field}  ({one.place})")
                    print(f"        dbt:  {show(one.dbt)}")
                    print(f"        floe: {show(one.floe)}" + (f"   [{one.excuse}]" if one.excuse else ""))
    for problem in row.report.problems:
        print(f"    WRONG floe reports an error of what dbt accepts: {show_problem(problem)}")


def print_row(row, width, options):
    head = f"{row.name:<{width}}  {row.version:<5}"
    if row.failed:
        print(f"{head} failed: {row.failed}")
    elif row.refused:
        first = " ".join(row.refused.split())[:300]
        print(f"{head} dbt refuses it: {first}")
        print(f"{'':<{width}}        floe: {row.words or 'no error'}")
    else:
        counts = [row.report.total()] + [row.report.count(verdict) for verdict in
                                         (compare.EXACT, compare.CONDITIONAL, compare.PARTIAL, compare.WRONG)]
        macros = f"{row.report.count(compare.EXACT, True)}/{row.report.total(True)}"
        problems = f"  problems {len(row.report.problems)}" if row.report.problems else ""
        print(f"{head} {counts[0]:>6} {counts[1]:>6} {counts[2]:>11} {counts[3]:>7} {counts[4]:>6}  {macros:>9}{problems}")
        print_differences(row, options)
    sys.stdout.flush()


def summary(row):
    """One row as the JSON report has it."""
    document = {"project": row.folder, "dbt": row.version, "failed": row.failed, "refused": row.refused}
    if row.report:
        document["counts"] = {"nodes": row.report.total(), **{verdict: row.report.count(verdict) for verdict in
                              (compare.EXACT, compare.CONDITIONAL, compare.PARTIAL, compare.WRONG)},
                              "macros": row.report.total(True), "macros_wrong": row.report.count(compare.WRONG, True)}
        document["differences"] = [{**one.__dict__, "verdict": entry.verdict} for entry in row.report.entries
                                   for one in entry.differences]
        document["problems"] = row.report.problems
    return document


def arguments():
    parser = argparse.ArgumentParser(prog="tests/parity/run", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folders", metavar="DIR", nargs="*", help="project folders; without any, tests/parity/projects and examples")
    parser.add_argument("--dbt", action="append", metavar="VERSION", help="1.10, 1.12 or 2.x; repeatable; all that are here")
    parser.add_argument("--program", action="append", default=[], metavar="VERSION=PATH", help="where a dbt is")
    parser.add_argument("--floe", default=os.environ.get("FLOE", os.path.join(ROOT, "build", "release", "floe")))
    parser.add_argument("--profiles-dir", default="", help="folder of a profiles.yml; without it one for duckdb is made")
    parser.add_argument("--target", default="dev", help="target of the profile")
    parser.add_argument("--vars", default="", metavar="YAML", help="as dbt's --vars")
    parser.add_argument("--verbose", action="store_true", help="also what differs where floe has a doubt")
    parser.add_argument("--differences", type=int, default=40, metavar="N", help="at most so many differences a project")
    parser.add_argument("--json", default="", metavar="FILE", help="the whole report as JSON")
    parser.add_argument("--fresh", action="store_true", help="ask dbt again where a cached answer is there")
    parser.add_argument("--despite-errors", action="store_true",
                        help="compare also what dbt 2 leaves of a project in which it finds errors")
    parser.add_argument("--only-dbt", action="store_true", help="see which projects dbt can parse; floe is not asked")
    parser.add_argument("--tap", action="store_true", help="report in TAP")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def print_tap(row):
    if row.refused and not row.failed:
        print(f"{'ok' if row.agreed else 'not ok'} - dbt {row.version} refuses {row.name}, and floe reports an error")
    else:
        print(f"{'not ok' if row.wrong else 'ok'} - floe reads {row.name} as dbt {row.version} does"
              + (f": {row.wrong} wrong" if row.wrong else ""))
    sys.stdout.flush()


def main():
    options = arguments()
    options.floe = os.path.abspath(options.floe)
    options.programs = dict(one.split("=", 1) for one in options.program)
    versions = options.dbt or list(options.programs)
    try:
        folders = projects_of(options.folders) if options.folders else own_projects()
        for version in versions:
            if version not in options.programs:
                raise Unasked(f"dbt {version} is not installed; there are: {', '.join(options.programs) or 'none'}")
    except Unasked as error:
        print(f"tests/parity/run: {error}", file=sys.stderr)
        return 2
    folders = [os.path.abspath(folder) for folder in folders]
    names = short_names(folders)
    asked = ask.Options(profiles=os.path.abspath(options.profiles_dir) if options.profiles_dir else "", target=options.target,
                        variables=options.vars, cache=os.environ.get("FLOE_PARITY_CACHE", os.path.join(ROOT, "build", "parity")), fresh=options.fresh)
    rows = []
    for folder in folders:
        for version in versions:
            reason = skip_reason(folder, version)
            if reason:
                print(f"ok - dbt {version} with {names[folder]} # SKIP {reason}" if options.tap
                      else f"{names[folder]}: skipped with dbt {version}: {reason}")
            else:
                rows.append(Row(folder, names[folder], version))
    width = max([len(row.name) for row in rows] + [10])
    if not options.tap:
        print(f"{'project':<{width}}  {'dbt':<5} {'nodes':>6} {'exact':>6} {'conditional':>11} {'partial':>7} {'wrong':>6}  {'macros':>9}")
    with ThreadPoolExecutor(max_workers=options.workers) as pool:
        for row in pool.map(lambda row: judge(row, options, asked), rows):
            if row.wrong or not options.tap or (row.refused and not row.agreed):
                print_row(row, width, options)
            if options.tap:
                print_tap(row)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as stream:
            json.dump([summary(row) for row in rows], stream, indent=1, default=str)
    refused = [row for row in rows if row.refused]
    if not options.tap:
        totals = {verdict: sum(row.report.count(verdict) for row in rows if row.report) for verdict in
                  (compare.EXACT, compare.CONDITIONAL, compare.PARTIAL, compare.WRONG)}
        print(f"{len(rows)} compared, {sum(row.wrong > 0 for row in rows)} with something wrong, {len(refused)} refused by dbt; nodes: "
              + ", ".join(f"{count} {verdict}" for verdict, count in totals.items()))
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
