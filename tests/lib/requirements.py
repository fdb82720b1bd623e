"""Prints what the installed packages named on the command line ask for, leaving out dbt's parser in Rust (which
is no installable package everywhere, and which dbt runs without) and what they are to one another."""

import sys
from importlib.metadata import requires

wanted = set()
for package in sys.argv[1:]:
    for requirement in requires(package) or []:
        if "extra ==" not in requirement and not requirement.startswith(("dbt-core-experimental-parser", "dbt-core<", "dbt-core>", "dbt-core ")):
            wanted.add(requirement)
print("\n".join(sorted(wanted)))
