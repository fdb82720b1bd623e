"""Checks the SARIF on standard input against the official schema, given as the first argument."""
import json
import sys

import jsonschema

log = json.load(sys.stdin)
with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
problems = list(jsonschema.validators.validator_for(schema)(schema).iter_errors(log))
for problem in problems:
    print(problem.json_path, problem.message[:200])
run = log["runs"][0]
rules = run["tool"]["driver"]["rules"]
for result in run["results"]:
    if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        problems.append(result)
        print("the rule of", result["ruleId"], "is", rules[result["ruleIndex"]]["id"])
print("%s: %d rules, %d results, %d notifications" % ("invalid" if problems else "valid", len(rules), len(run["results"]),
                                                     len(run["invocations"][0]["toolExecutionNotifications"])))
sys.exit(1 if problems else 0)
