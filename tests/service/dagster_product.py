"""Dagster loads the definitions that floe compile generated, schedules them as floe.yaml says, and runs the product.
Called with the program and the product's folder, in an environment with dagster and dagster-dbt. Prints TAP."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

floe, folder = sys.argv[1:3]
os.chdir(folder)


def report(name, holds, detail=""):
    print(("ok - " if holds else "not ok - ") + name)
    if not holds:
        print("\n".join("    " + line for line in str(detail).splitlines()[-40:]))
    sys.stdout.flush()
    return holds


run = subprocess.run([floe, "compile"], capture_output=True, text=True, check=False)
if not report("floe compiles the product with the dbt of Dagster's environment", run.returncode == 0, run.stdout):
    sys.exit()
artifact = json.loads(pathlib.Path(".floe/artifacts.json").read_text(encoding="utf-8"))
report("the product has a generated profile", artifact["dbt"].get("profiles_dir") == ".floe/profiles", artifact["dbt"])

# A fresh checkout has no manifest: Dagster's side must make its own.
shutil.rmtree("target")
script = """
import json, logging, sys
logging.disable(logging.CRITICAL)
sys.path.insert(0, ".")
from dagster import DagsterInstance
from definitions import defs
repository = defs.get_repository_def()
schedule = repository.get_schedule_def("customer_360_schedule")
job = repository.get_job("customer_360")
result = job.execute_in_process(instance=DagsterInstance.ephemeral(), raise_on_error=False)
checks = result.get_asset_check_evaluations()
json.dump({
    "assets": sorted(key.to_user_string() for key in repository.assets_defs_by_key),
    "cron": schedule.cron_schedule, "zone": schedule.execution_timezone, "status": schedule.default_status.value,
    "tags": dict(job.tags),
    "success": result.success, "made": len(result.get_asset_materialization_events()),
    "checks": len(checks), "passed": sum(check.passed for check in checks),
}, open("dagster.json", "w"))
"""
run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
if not report("Dagster loads the generated definitions without a manifest", run.returncode == 0, run.stderr + run.stdout):
    sys.exit()
told = json.loads(pathlib.Path("dagster.json").read_text(encoding="utf-8"))
models = {model["name"] for model in artifact["transforms"]["models"] if "version" not in model}
report("every model of the artifact is an asset", models <= {asset.rsplit("/", 1)[-1] for asset in told["assets"]}, told["assets"])
report("the schedule is that of floe.yaml",
       (told["cron"], told["zone"], told["status"]) == ("0 6 * * *", "UTC", "RUNNING"), told)
report("runs carry the product's id", told["tags"].get("floe.dev/product") == "sales.customer_360", told["tags"])
report("Dagster runs the product: every asset made, every check passed",
       told["success"] and told["made"] >= len(models) and told["checks"] == told["passed"] > 0, told)
