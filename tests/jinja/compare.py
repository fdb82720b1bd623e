"""Compares floe's parser of templates with Jinja's, in the environment that dbt makes of it.

    compare.py PROGRAM FILE…

PROGRAM prints trees (tree.c). A FILE is one template, or, where its name ends in .snippets, many of them with a
line of four dashes between. Both parsers must accept the same templates and make the same tree of them.
"""

import subprocess
import sys
from pathlib import Path

import jinja2
from jinja2 import nodes
from dbt_common.clients.jinja import SUPPORTED_LANG_ARG, extract_toplevel_blocks, get_environment
from dbt_common.exceptions import CompilationError

ENVIRONMENT = get_environment()
# Tags that dbt's scanner takes away before Jinja sees a template; floe's parser knows them.
OURS = ("unknown tag 'snapshot'.", "unknown tag 'data_test'.")
BINARY = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**",
          "And": "and", "Or": "or"}
COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}


def quoted(text):
    out = "".join(f"\\{ord(c):02x}" if ord(c) < 0x20 or c in '"\\' else c for c in text)
    return '"' + "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in out) + '"'


def several(items):
    return "[" + " ".join(show(item) for item in items) + "]"


def form(kind, *parts, text=None, **lists):
    """(kind "text" parts… [items] =[defaults] :[body] else[otherwise])"""
    out = "(" + kind + (" " + quoted(text) if text is not None else "")
    out += "".join(" " + (part if isinstance(part, str) else show(part)) for part in parts if part is not None)
    for name, label in (("items", ""), ("defaults", "="), ("body", ":"), ("otherwise", "else")):
        content = lists.get(name)
        if content:
            out += " " + label + (body(content) if name in ("body", "otherwise") else several(content))
    return out + ")"


def body(statements):
    """Statements with each output and each text as one of its own; neighbouring texts joined."""
    out, text = [], []

    def flush():
        if text:
            out.append(form("text", text="".join(text)))
            text.clear()

    for statement in statements:
        if isinstance(statement, nodes.Output):
            for node in statement.nodes:
                if isinstance(node, nodes.TemplateData):
                    text.append(node.data)
                else:
                    flush()
                    out.append(form("out", node))
        else:
            flush()
            out.append(show(statement))
    flush()
    return "[" + " ".join(out) + "]"


def arguments(node):
    """In the order in which they may stand; the place of *values among the keywords is lost in Jinja's tree."""
    out = list(node.args) + list(node.kwargs)
    if node.dyn_args is not None:
        out.append(("spread", node.dyn_args))
    if node.dyn_kwargs is not None:
        out.append(("spread-keywords", node.dyn_kwargs))
    return out


def parameters(node):
    missing = [None] * (len(node.args) - len(node.defaults))
    return {"items": node.args, "defaults": missing + list(node.defaults)}


def macro(node):
    """dbt's own tags become macros of another name."""
    name, tag = node.name.removeprefix("dbt_macro__"), TAGGED.get(node)
    if tag == "materialization":
        name, adapter = name.removeprefix("materialization_").rsplit("_", 1)
        adapter = None if adapter == "default" else form("string", text=adapter)
        given = {} if node.args[-1] is SUPPORTED_LANG_ARG else parameters(node)
        return form("materialization", adapter, text=name, body=node.body, **given)
    if tag:
        name = node.name.removeprefix("dbt_docs__") if tag == "docs" else name.removeprefix("test_")
        return form("docs" if tag == "docs" else "test-block", text=name, body=node.body, **parameters(node))
    return form("macro", text=name, body=node.body, **parameters(node))


TAGGED = {}


def show_branches(tests, otherwise):
    test, content = tests[0]
    out = "(if " + show(test) + (" :" + body(content) if content else "")
    if len(tests) > 1:
        out += " else[" + show_branches(tests[1:], otherwise) + "]"
    elif otherwise:
        out += " else" + body(otherwise)
    return out + ")"


def concatenation(items):
    out = show(items[0])
    for item in items[1:]:
        out = f"(binary ~ {out} {show(item)})"
    return out


def show(node):
    if node is None:
        return "-"
    if isinstance(node, tuple):
        return form(node[0], node[1])
    kind = type(node).__name__
    if kind in BINARY:
        return form("binary", BINARY[kind], node.left, node.right)
    return SHOW[kind](node)


def constant(node):
    value = node.value
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return f"(boolean {int(value)})"
    if isinstance(value, int) and value <= 2**63 - 1:
        return f"(integer {value})"
    if isinstance(value, (int, float)):
        try:
            return f"(number {float(value):.17g})"
        except OverflowError:
            return "(number inf)"
    return form("string", text=value)


def negation(node):
    if isinstance(node.node, nodes.Test) and node.node in NEGATED:
        return test(node.node, " negated")
    return form("not", node.node)


NEGATED = set()


def test(node, negated=""):
    out = form("test", "negated" if negated else None, node.node, text=node.name, items=arguments(node))
    return out


def filters(node):
    return form("filter", node.node, text=node.name, items=arguments(node))


SHOW = {
    "Const": constant,
    "Name": lambda n: form("name", text=n.name),
    "NSRef": lambda n: form("attribute", form("name", text=n.name), text=n.attr),
    "List": lambda n: form("list", items=n.items),
    "Tuple": lambda n: form("tuple", items=n.items),
    "Dict": lambda n: form("dict", items=[part for pair in n.items for part in (pair.key, pair.value)]),
    "Getattr": lambda n: form("attribute", n.node, text=n.attr),
    "Getitem": lambda n: form("item", n.node, n.arg),
    "Slice": lambda n: "(slice " + " ".join(show(part) for part in (n.start, n.stop, n.step)) + ")",
    "Call": lambda n: form("call", n.node, items=arguments(n)),
    "Keyword": lambda n: form("keyword", n.value, text=n.key),
    "Filter": filters,
    "Test": test,
    "Not": negation,
    "Neg": lambda n: form("negative", n.node),
    "Pos": lambda n: form("positive", n.node),
    "Concat": lambda n: concatenation(n.nodes),
    "Compare": lambda n: form("compare", n.expr, items=[("operand " + COMPARE[o.op], o.expr) for o in n.ops]),
    "CondExpr": lambda n: form("conditional", n.expr1, n.test, n.expr2),
    "If": lambda n: show_branches([(n.test, n.body)] + [(e.test, e.body) for e in n.elif_], n.else_),
    "For": lambda n: form("for", "recursive" if n.recursive else None, n.target, n.iter, n.test, body=n.body,
                          otherwise=n.else_),
    "Assign": lambda n: form("set", n.target, n.node),
    "AssignBlock": lambda n: form("set-block", n.target, n.filter, body=n.body),
    "Macro": macro,
    "CallBlock": lambda n: form("call-block", n.call, body=n.body, **parameters(n)),
    "FilterBlock": lambda n: form("filter-block", n.filter, body=n.body),
    "With": lambda n: form("with", items=n.targets, defaults=n.values, body=n.body),
    "Scope": lambda n: form("with", n.body[0].options[0].value, body=n.body[0].body),
    "ExprStmt": lambda n: form("do", n.node),
    "Break": lambda n: "(break)",
    "Continue": lambda n: "(continue)",
    "Block": lambda n: form("block", text=n.name, body=n.body),
    "Include": lambda n: form("import", n.template),
    "Extends": lambda n: form("import", n.template),
    "Import": lambda n: form("import", n.template, text=n.target),
    "FromImport": lambda n: form("import", n.template),
}


class Watch:
    """Remembers what Jinja's tree does not: which tests `is not` negated, which macros come of dbt's own tags."""

    def __init__(self):
        parser = jinja2.parser.Parser
        parse_test = parser.parse_test

        def watched(this, node):
            out = parse_test(this, node)
            if isinstance(out, nodes.Not):
                NEGATED.add(out.node)
            return out

        parser.parse_test = watched
        for extension in ENVIRONMENT.extensions.values():
            for tag in {"test", "docs", "materialization"}.intersection(extension.tags):
                self.watch(type(extension), tag)

    @staticmethod
    def watch(extension, tag):
        parse = extension.parse

        def watched(this, parser):
            out = parse(this, parser)
            TAGGED[out] = tag
            return out

        extension.parse = watched


def expected(text):
    NEGATED.clear()
    TAGGED.clear()
    try:
        return body(ENVIRONMENT.parse(text).body)
    except jinja2.TemplateSyntaxError as error:
        return f"!{error.lineno}: {error.message}"
    except RecursionError:
        return None
    except Exception as error:  # what Python makes of a literal; dbt reports it as a broken template, too
        return f"!{error}"


def templates(paths):
    for path in paths:
        text = Path(path).read_bytes().decode("utf-8")
        if path.endswith(".snippets"):
            for number, snippet in enumerate(text.split("\n----\n"), 1):
                yield f"{path}, snippet {number}", snippet
        else:
            yield path, text


def compiles(text):
    """Python, not Jinja, sees that `break` stands in no loop."""
    try:
        ENVIRONMENT.compile(text)
    except (SyntaxError, jinja2.TemplateSyntaxError):
        return False
    return True


def expected_blocks(text):
    """What dbt finds in a file of macros, and how many tags it warns of."""
    strays = []
    try:
        found = extract_toplevel_blocks(text, {"macro", "materialization", "test", "data_test"}, False, strays.append)
    except CompilationError as error:
        return f"!{error}"
    parts = [part for b in found for part in (b.block_type_name, b.block_name or "", b.contents, b.full_block)]
    return " ".join([str(len(strays))] + [quoted(part) for part in parts])


def ask(texts, *command):
    sent = b"".join(b"%d\n%s" % (len(text), text) for text in texts)
    answer = subprocess.run(command, input=sent, stdout=subprocess.PIPE, check=True).stdout
    out, at = [], 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        length = int(answer[at:end])
        out.append(answer[end + 1:end + 1 + length].decode("utf-8", "replace"))
        at = end + 1 + length
    return out


def compare(what, cases, answers, expect):
    failed = accepted = 0
    for (name, text), found in zip(cases, answers, strict=True):
        wanted = expect(text)
        accepted += not found.startswith("!")
        if "no loop around" in found and not compiles(text):
            continue
        if wanted is None or wanted.endswith(OURS) or wanted == found or wanted[0] == found[0] == "!":
            continue
        failed += 1
        print(f"{what} differ - {name}\n  template: {text[:300]!r}\n  jinja: {wanted[:1500]}\n  floe:  {found[:1500]}")
    print(f"# {what}: {accepted} of {len(cases)} templates are accepted")
    return failed


def main():
    Watch()
    program, cases = sys.argv[1], list(templates(sys.argv[2:]))
    texts = [text.encode("utf-8", "surrogatepass") for _, text in cases]
    failed = compare("trees", cases, ask(texts, program), expected)
    failed += compare("blocks", cases, ask(texts, program, "--blocks"), expected_blocks)
    print(f"{2 * len(cases) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
