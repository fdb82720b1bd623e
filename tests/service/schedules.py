"""The next runs that floe compile prints are those that croniter computes and those at which Dagster fires, in zones
with and without summer time, and around its changes. Called with the program, a product and a scratch folder; TAP."""
import datetime
import os
import random
import re
import shutil
import subprocess
import sys
import zoneinfo

from croniter import croniter
from dagster._utils.schedules import cron_string_iterator

floe, product, folder = sys.argv[1:4]
SHOWN = 5
EXPRESSIONS = [
    "0 6 * * *", "30 2 * * *", "0 2 * * *", "30 1 * * *", "15 * * * *", "*/15 * * * *", "0 */2 * * *", "0 1,2,3 * * *",
    "0 0 29 2 *", "0 12 * * mon-fri", "0 12 * * 7", "0 12 13 * 5", "*/20 1-4 * * *", "5 4 */2 * *", "10 10 1 jan,jul *",
    "0 9-17/2 * * *", "0 12 */10 * 1", "0 12 15 * */2", "30 0 * * sun", "0 0 31 * *",
]
# Days on which clocks change, and others.
PLACES = [
    ("Europe/Berlin", "2026-03-28"), ("Europe/Berlin", "2026-10-24"), ("America/New_York", "2026-03-07"),
    ("America/New_York", "2026-10-31"), ("Australia/Lord_Howe", "2026-10-03"), ("UTC", "2028-02-28"),
    ("Asia/Kolkata", "2026-05-05"),
]


def shown(moment, name):
    abbreviation = "UTC" if name == "UTC" else moment.strftime("%Z")
    return moment.strftime("%a %Y-%m-%d %H:%M ") + abbreviation


def by_dagster(expression, name, start):
    out = []
    for moment in cron_string_iterator(start.timestamp(), expression, name):
        if moment > start:
            out.append(shown(moment.astimezone(zoneinfo.ZoneInfo(name)), name))
        if len(out) == SHOWN:
            return out


def by_croniter(expression, name, start):
    moments = croniter(expression, start.astimezone(zoneinfo.ZoneInfo(name)))
    return [shown(moments.get_next(datetime.datetime), name) for _ in range(SHOWN)]


def by_floe(expression, name, day):
    with open(os.path.join(folder, "floe.yaml"), encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"cron: .*", f'cron: "{expression}"', text)
    text = re.sub(r"timezone: .*", f"timezone: {name}", text)
    with open(os.path.join(folder, "floe.yaml"), "w", encoding="utf-8") as file:
        file.write(text)
    run = subprocess.run([floe, "compile", folder, "--facts", "sources", "--dry-run", "--as-of", day],
                         capture_output=True, text=True, check=False)
    found = re.search(r"Next runs: (.*)", run.stdout)
    return found.group(1).split(", ") if found else [run.stdout]


shutil.rmtree(folder, ignore_errors=True)
shutil.copytree(product, folder)
cases = [(expression, name, day) for expression in EXPRESSIONS for name, day in PLACES]
random.seed(1)
cases = random.sample(cases, 90)
wrong, compared = [], {"Dagster": 0, "croniter": 0}
for expression, name, day in cases:
    start = datetime.datetime.fromisoformat(day + "T00:00:00+00:00")
    ours = by_floe(expression, name, day)
    # Dagster reckons schedules of every hour in UTC, whatever the zone: half-hour changes of clocks shift them.
    if not (name == "Australia/Lord_Howe" and expression == "15 * * * *"):
        compared["Dagster"] += 1
        theirs = by_dagster(expression, name, start)
        if ours != theirs:
            wrong.append(f"{expression} in {name} from {day}: floe {ours}, Dagster {theirs}")
    # croniter fires twice at a time that clocks show twice, where Dagster fires once.
    if day not in ("2026-10-24", "2026-10-31"):
        compared["croniter"] += 1
        theirs = by_croniter(expression, name, start)
        if ours != theirs:
            wrong.append(f"{expression} in {name} from {day}: floe {ours}, croniter {theirs}")
print("%s - the next runs of %d schedules are Dagster's, of %d croniter's" % (
    "not ok" if wrong else "ok", compared["Dagster"], compared["croniter"]))
for line in wrong[:20]:
    print("    " + line)
