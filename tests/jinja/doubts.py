"""Holds what floe is sure of against what happens.

    doubts.py PROGRAM [TEMPLATES [SEED]]

Makes up templates that ask an unknown function, renders each with floe (render.c), and many times with Jinja, where
that function answers something else each time. What floe says happens for certain must happen each time; what
happens must have been foreseen, or floe must have said that it does not know a name; a text that floe knows must be
the text.
"""

import copy
import random
import resource
import signal
import subprocess
import sys
from types import SimpleNamespace

from dbt_common.clients.jinja import CallableMacroGenerator, get_environment
from dbt_common.exceptions.macros import MacroReturn

ANSWERS = [True, False, "p", "q", "", 0, 1, 2, None, [], ["p"], ["q", "r"], [["p", "q"]], {}, {"k": "p"}]
NAMES = ["a", "b", "c"]
WORDS = ["p", "q", "r", "s"]
ROUNDS = 12
ENVIRONMENT = get_environment(None, capture_macros=True)


class Maker:
    """Templates out of a random generator. What is likely to fail is made seldom."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.macros = []

    def pick(self, *choices):
        return self.random.choice(choices)

    def text(self, depth=0):
        choice = self.random.random()
        if depth > 2 or choice < 0.3:
            return f"'{self.pick(*WORDS)}'"
        if choice < 0.55:
            return f"({self.pick(*NAMES)} ~ '')"
        if choice < 0.62:
            return "(n.x ~ '')"
        if choice < 0.68:
            return f"(n.{self.pick('x', 'y')} ~ {self.text(depth + 1)})"
        if choice < 0.74:
            return f"(d.get('{self.pick('k', 'm')}', {self.text(depth + 1)}) ~ '')"
        if choice < 0.78:
            return f"(d.{self.pick('k', 'm')} ~ '')"
        if choice < 0.82:
            return f"(l|{self.pick('join', 'length', 'first', 'unique|join', 'map(%supper%s)|join' % (chr(39), chr(39)))} ~ '')"
        if choice < 0.86:
            return f"(l[{self.pick('0', '-1', '1')}] ~ '')"
        if choice < 0.9:
            return f"({self.text(depth + 1)} if {self.condition(depth + 1)} else {self.text(depth + 1)})"
        if choice < 0.94:
            return f"(({self.condition(depth + 1)}) ~ '')"
        if self.macros and choice < 0.985:
            return f"(m{self.random.randrange(len(self.macros))}({self.text(depth + 1)}) ~ '')"
        return "(unknown() ~ '')"

    def condition(self, depth=0):
        choice = self.random.random()
        if depth > 2 or choice < 0.35:
            return "unknown()"
        if choice < 0.42:
            return self.pick("true", "false")
        if choice < 0.52:
            return f"{self.text(depth + 1)} == {self.text(depth + 1)}"
        if choice < 0.58:
            return f"{self.text(depth + 1)} in l"
        if choice < 0.62:
            return f"'{self.pick('k', 'm')}' in d"
        if choice < 0.66:
            return f"{self.pick(*NAMES)} is {self.pick('defined', 'string', 'none', 'not defined', 'not string')}"
        if choice < 0.7:
            return f"l|length {self.pick('>', '==', '<')} {self.pick('0', '1', '2')}"
        if choice < 0.74:
            return self.pick("l", "d", "n.y", *NAMES)
        if choice < 0.8:
            return f"not ({self.condition(depth + 1)})"
        if choice < 0.84:
            return f"ref({self.text(depth + 1)})"
        return f"({self.condition(depth + 1)} {self.pick('and', 'or')} {self.condition(depth + 1)})"

    def iterable(self):
        """Copies of what bodies change: Jinja's lazy filters see that while they are asked, and floe's do not."""
        return self.pick("unknown()", "['p', 'q']", "['r', 's', 'p']", "l|list", "l[:3]", "d", "d.items()", "range(3)", "[]",
                         "l|sort", "(l|list if unknown() else ['q'])", "l|map('upper')|list", "(['p', 'q'] if unknown() else [])")

    def statement(self, depth, loops=False, macro=False):
        choice = self.random.random()
        if depth > 3 or choice < 0.22:
            return "{{ ref(" + self.text() + ") }}"
        if choice < 0.36:
            return "{% set " + self.pick(*NAMES) + " = " + self.text() + " %}"
        if choice < 0.43:
            return "{% set n." + self.pick("x", "y") + " = " + self.text() + " %}"
        if choice < 0.5:
            return "{% do " + self.pick("l.append(%s)", "l.insert(0, %s)", "l.extend([%s])", "d.update({'k': %s})",
                                        "d.update(m=%s)", "d.setdefault('m', %s)", "d.update({%s: 1})",
                                        "l.append([%s])", "l.extend(unknown() or [%s])",
                                        "d.update(unknown() or {'m': %s})", "d.update({unknown() ~ '': %s})") \
                % self.text() + " %}"
        if choice < 0.53:
            return "{% do " + self.pick("l.pop() if l", "d.pop('k', none)", "l.reverse()", "l.clear()", "d.clear()",
                                        "l.sort()", "d.popitem() if d", "l.remove('p') if 'p' in l") + " %}"
        if choice < 0.74:
            other = "{% else %}" + self.body(depth + 1, loops, macro) if self.random.random() < 0.5 else ""
            middle = ""
            if self.random.random() < 0.15:
                middle = "{% elif " + self.condition() + " %}" + self.body(depth + 1, loops, macro)
            return "{% if " + self.condition() + " %}" + self.body(depth + 1, loops, macro) + middle + other + "{% endif %}"
        if choice < 0.86:
            test = " if " + self.condition(2).replace("unknown()", self.pick("unknown()", "x != 'q'", "x is string")) \
                if self.random.random() < 0.25 else ""
            extra = self.pick("", "", "{{ ref(x ~ '') }}", "{% set a = x ~ '' %}", "{% set n.x = x ~ '' %}",
                              "{{ ref(loop.index ~ '') }}", "{% if loop.first %}{{ ref('first') }}{% endif %}",
                              "{% if loop.last %}{{ ref('last') }}{% endif %}", "{% do l.append('z') if l|length < 9 %}",
                              "{{ ref(loop.previtem ~ '') }}", "{{ ref(loop.cycle('p', 's')) }}",
                              "{{ ref(loop.length ~ '') }}", "{% if loop.changed(x) %}{{ ref('c') }}{% endif %}")
            other = "{% else %}" + self.body(depth + 1, loops, macro) if self.random.random() < 0.2 else ""
            return "{% for x in " + self.iterable() + test + " %}" + extra + self.body(depth + 1, True, macro) + other \
                + "{% endfor %}"
        if choice < 0.9 and loops:
            return "{% if " + self.condition() + " %}{% " + self.pick("break", "continue") + " %}{% endif %}"
        if choice < 0.94 and macro:
            return self.pick("{% if " + self.condition() + " %}{{ return(" + self.text() + ") }}{% endif %}",
                             "{{ return(" + self.text() + ") }}")
        if choice < 0.95:
            return "{% set " + self.pick(*NAMES) + " %}" + self.body(depth + 1) + "{% endset %}"
        if choice < 0.96:
            return "{% set l = " + self.pick("[]", "['p']", "l + ['s']", "l[:1]", "l|list", "[a, b]", "d.keys()|list") + " %}"
        if choice < 0.97:
            return "{% set d = " + self.pick("{}", "{'k': a}", "dict(d, k='p')", "d.copy()") + " %}"
        if choice < 0.975:
            return "{% with a = " + self.text() + " %}" + self.body(depth + 1) + "{% endwith %}"
        if choice < 0.98:
            return "{% if unknown() %}{{ none + 1 }}{% endif %}"
        if self.macros:
            number = self.random.randrange(len(self.macros))
            return "{% call m" + str(number) + "(" + self.text() + ") %}" + self.body(depth + 1) + "{% endcall %}" \
                if "caller()" in self.macros[number] else "{{ m" + str(number) + "(" + self.text() + ") }}"
        return "text "

    def body(self, depth, loops=False, macro=False):
        return "".join(self.statement(depth, loops, macro) for _ in range(self.random.randrange(1, 4)))

    start = "{% set n = namespace(x='p', y='') %}{% set l = ['p'] %}{% set d = {'k': 'q'} %}"

    def make(self):
        for number in range(self.random.randrange(0, 3)):
            inside = self.start + self.body(2, False, True)
            if self.random.random() < 0.2:
                inside += "{{ caller() }}"
            self.macros.append("{% macro m" + str(number) + "(a, b='s') %}" + inside + "{% endmacro %}")
        template = self.start + "{% set a = 'p' %}{% set b = 'q' %}"
        return self.macros, template + "".join(self.statement(0) for _ in range(self.random.randrange(2, 8)))


class TooLong(Exception):
    pass


def give_up(*_):
    raise TooLong


class World:
    """One template for Jinja: what it calls and renders to, with other answers for each seed."""

    def __init__(self, macros, template):
        self.names = {"ref": self.ref, "return": self.give_back, "unknown": self.unknown}
        for number, text in enumerate(macros):
            macro = SimpleNamespace(name=f"m{number}", macro_sql=text)
            self.names[macro.name] = CallableMacroGenerator(macro, self.names)
        self.template = ENVIRONMENT.from_string(template, globals=self.names)

    def ref(self, value):
        self.calls.add(str(value))
        return str(value)

    @staticmethod
    def give_back(value=None):
        raise MacroReturn(value)

    def unknown(self, *_, **__):
        return copy.deepcopy(self.chance.choice(ANSWERS))

    def happens(self, seed):
        """None where the rendering fails: dbt would have no project then."""
        self.chance, self.calls = random.Random(seed), set()
        signal.signal(signal.SIGALRM, give_up)
        signal.setitimer(signal.ITIMER_REAL, 1)
        try:
            return self.template.render(self.names)
        except (Exception, MacroReturn):  # MemoryError and TooLong among them
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def wrong(said, macros, template, seed):
    notes = [line for line in said.split("\n") if line[:1] in "+?*"]
    certain = {call[1:] for call in notes if call[0] == "+"}
    foreseen = {call[1:] for call in notes if call[0] in "+?"}
    any_name = any(call[0] == "*" for call in notes)
    end = said[sum(len(note) + 1 for note in notes):]
    world = World(macros, template)
    for number in range(ROUNDS):
        text = world.happens(f"{seed}.{number}")
        called = world.calls
        if text is None:
            continue
        if end == "error":
            return "floe fails where Jinja does not"
        if not certain <= called:
            return f"does not happen: {certain - called}"
        if not any_name and not called <= foreseen:
            return f"was not foreseen: {called - foreseen}"
        if end[:1] == "=" and end[1:] != text:
            return f"the text is {text!r} and not {end[1:]!r}"
    return None


def main(program, count="400", seed="1"):
    cases = [(f"{seed}.{number}", *Maker(f"{seed}.{number}").make()) for number in range(int(count))]
    text = "{}\0\0" + "".join("".join(part + "\0" for part in (*macros, "\2" + template)) + "\0"
                              for _, macros, template in cases)
    done = subprocess.run([program], input=text.encode(), capture_output=True, check=False)
    answers = [answer.decode().split("\1", 1) for answer in done.stdout.split(b"\0")[:-1]]
    resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, resource.RLIM_INFINITY))
    failed = 0
    if done.returncode or len(answers) != len(cases):
        print(f"{program} gave {len(answers)} answers to {len(cases)} templates, exit code {done.returncode}")
        print(done.stderr.decode()[-3000:])
        answers = []
        failed = len(cases)
    for (name, macros, template), (kind, said) in zip(cases, answers):
        why = f"{kind}: {said}" if kind != "calls" else wrong(said, macros, template, name)
        if why:
            failed += 1
            print(f"wrong - template {name}: {why}")
            print("\n".join(f"#   {part!r}" for part in (*macros, template)) + f"\n#   floe: {said!r}")
    print(f"{len(cases) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
