"""Compares what floe renders with what Jinja renders, in the environment that dbt makes of it.

    render.py PROGRAM FILE…

PROGRAM renders cases (render.c). A FILE holds many, with a line of four dashes between. A line of four equals
signs ends a macro that the template below may call, as it may call the macros of a dbt project. Both must render
the same text, or fail both; a case that says `{# unknown #}` must be unknown to floe. In a file whose name begins
with "native" templates are rendered to values, as dbt renders those of YAML files, and their repr() is compared.
"""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from dbt_common.clients.jinja import CallableMacroGenerator, get_environment
from dbt_common.exceptions.macros import MacroReturn

NAMES = {
    "number": 7, "negative": -7, "real": 2.5, "text": "Hello World", "empty": "", "nothing": None,
    "yes": True, "no": False, "words": ["delta", "Alpha", "charlie", "bravo"], "numbers": [3, 1, 2],
    "table": {"one": 1, "two": 2, "three": 3}, "pair": ("left", "right"), "accents": "Grüße, Çelik",
    "rows": [{"name": "id", "type": "int", "keys": {"primary": True}}, {"name": "email", "type": "text", "keys": {}},
             {"name": "age", "type": "int", "keys": {}}],
    "lines": "first\n  second\n\nfourth", "nested": {"a": {"b": [10, 20, {"c": "deep"}]}},
}


def give_back(value=None):
    raise MacroReturn(value)


def by_jinja(macros, template, native):
    names = dict(NAMES_OF_CASE())
    names["return"] = give_back
    names["unknown"] = lambda *arguments, **named: "unknown"
    for text in macros:
        name = text.split("macro", 1)[1].split("(")[0].strip()
        names[name] = CallableMacroGenerator(SimpleNamespace(name=name, macro_sql=text), names)
    try:
        if native:
            environment = get_environment(None, native=True)
            return "text", repr(environment.from_string(template, globals=names).render(names))
        return "text", get_environment(None, capture_macros=True).from_string(template, globals=names).render(names)
    except (Exception, MacroReturn) as error:  # whatever Python raises is a failure of the template
        return "error", f"{type(error).__name__}: {error}"


def NAMES_OF_CASE():
    return eval(repr(NAMES))  # fresh lists each time


def cases(paths):
    for path in paths:
        line = 1
        for text in Path(path).read_text().split("\n----\n"):
            *macros, template = text.split("\n====\n")
            yield f"{Path(path).name}:{line}", macros, template.removesuffix("\n"), Path(path).name.startswith("native")
            line += text.count("\n") + 2


def main(program, paths):
    every = list(cases(paths))
    text = repr(NAMES) + "\0\0" + "".join(
        "".join(part + "\0" for part in (*macros, ("\1" if native else "") + template)) + "\0"
        for _, macros, template, native in every)
    done = subprocess.run([program], input=text.encode(), capture_output=True, check=False)
    answers = [answer.decode().split("\1", 1) for answer in done.stdout.split(b"\0")[:-1]]
    failed = 0
    if done.returncode or len(answers) != len(every):
        print(f"{program} gave {len(answers)} answers to {len(every)} cases, exit code {done.returncode}")
        print(done.stderr.decode()[-2000:])
        answers = []
        failed = len(every)
    for (name, macros, template, native), (kind, ours) in zip(every, answers):
        wanted, theirs = ("unknown", "") if "{# unknown #}" in template else by_jinja(macros, template, native)
        if kind != wanted or (kind == "text" and ours != theirs):
            failed += 1
            print(f"renderings differ - {name}: {template!r}\n#   Jinja {wanted}: {theirs!r}\n#   floe  {kind}: {ours!r}")
    print(f"{len(every) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
