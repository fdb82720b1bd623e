"""The comparer itself: a change of any compared member must be wrong, and a doubt must excuse what it is about and
nothing else. Runs with `python3 -m unittest`."""

import copy
import unittest

import compare

STRUCTURED = {
    "config": {"enabled": True, "materialized": "view", "tags": ["a"], "meta": {"owner": "x", "nothing": None}},
    "meta": {"owner": "x", "nothing": None},
    "tags": ["a", "b"],
    "fqn": ["shop", "m"],
    "columns": {"id": {"name": "id", "description": "d", "data_type": "int", "meta": {"k": 1}, "tags": ["t"],
                       "constraints": [{"type": "not_null"}]},
                "at": {"name": "at", "description": ""}},
    "refs": [{"name": "a", "package": None, "version": None}, {"name": "b", "package": None, "version": None}],
    "sources": [["raw", "t"]],
    "metrics": [["m"]],
    "functions": [["f"]],
    "depends_on": {"nodes": ["model.shop.a", "model.shop.b"], "macros": ["macro.shop.x"]},
    "test_metadata": {"name": "unique", "namespace": None, "kwargs": {"column_name": "id", "values": [1, "1", True]}},
    "version": 2,
    "latest_version": 2,
    "checksum": {"name": "sha256", "checksum": "abc"},
    "constraints": [{"type": "primary_key", "columns": ["id"]}],
    "contract": {"enforced": True, "alias_types": True},
    "freshness": {"warn_after": {"count": 1, "period": "day"}, "error_after": {"count": None, "period": None}},
    "exports": [{"name": "e", "config": {"export_as": "table", "alias": "a"}}],
    "given": [{"input": "ref('a')", "rows": [{"id": 1, "name": None}], "format": "dict"}],
}

SECTION = {"source": "sources", "exposure": "exposures", "metric": "metrics", "semantic_model": "semantic_models",
           "saved_query": "saved_queries", "unit_test": "unit_tests", "group": "groups", "macro": "macros", "doc": "docs",
           "function": "functions"}


def entry_of(kind):
    """An entry with a value in every compared member."""
    entry = {"resource_type": kind, "name": "m", "package_name": "shop"}
    for name in compare.FIELDS[kind]:
        first = name.split(".")[0]
        entry.setdefault(first, copy.deepcopy(STRUCTURED.get(first, f"some {first}")))
    entry["resource_type"], entry["package_name"] = kind, "shop"
    return entry


def manifest_of(*entries, **members):
    manifest = {"metadata": {"adapter_type": "duckdb", "project_name": "shop"}, **members}
    for number, entry in enumerate(entries):
        section = manifest.setdefault(SECTION.get(entry["resource_type"], "nodes"), {})
        section[f"{entry['resource_type']}.shop.m{number}"] = entry
    return manifest


def marked(entry, **marks):
    return {**copy.deepcopy(entry), "floe": marks}


def doubt(about):
    return {"about": about, "reason": "only a run knows", "file": "models/m.sql", "line": 1, "column": 1}


def edge(unique_id, taken=True):
    return {"unique_id": unique_id, "reason": "a condition", "file": "models/m.sql", "line": 1, "column": 1, "taken": taken}


def changes(value):
    """Values that differ from this one in a way that must be seen."""
    if isinstance(value, dict):
        for key in value:
            for other in changes(value[key]):
                yield {**value, key: other}
        yield {**value, "surplus": "x"}
    elif isinstance(value, list):
        yield value + ["surplus"]
        if value:
            yield value[:-1]
        for at, item in enumerate(value):
            for other in changes(item):
                yield value[:at] + [other] + value[at + 1:]
    elif isinstance(value, bool):
        yield not value
        yield int(value)
    elif value is None:
        yield "x"
    else:
        yield f"{value}x"
        yield None


def changed(kind):
    """Each compared member of an entry, and the entry with another value in it."""
    for name in sorted(set(compare.FIELDS[kind]) - {"resource_type", "package_name"}):
        for value in changes(compare.member(entry_of(kind), name)):
            if not compare.alike(value, compare.member(entry_of(kind), name)):
                entry = entry_of(kind)
                first, _, second = name.partition(".")
                entry[first] = {**entry[first], second: value} if second else value
                yield name, value, entry


class Case(unittest.TestCase):
    def verdicts(self, dbt, floe, version="1.12"):
        return [entry.verdict for entry in compare.compare(dbt, floe, version).entries]

    def assert_verdict(self, verdict, theirs, ours):
        self.assertEqual([verdict], self.verdicts(manifest_of(theirs), manifest_of(ours)))


class EveryMember(Case):
    def test_an_entry_is_exact_beside_itself(self):
        for kind in compare.FIELDS:
            self.assert_verdict(compare.EXACT, entry_of(kind), copy.deepcopy(entry_of(kind)))

    def test_a_change_in_any_compared_member_is_wrong(self):
        for kind in compare.FIELDS:
            for name, value, ours in changed(kind):
                with self.subTest(kind=kind, member=name, value=value):
                    self.assert_verdict(compare.WRONG, entry_of(kind), ours)

    def test_a_null_that_a_user_wrote_is_not_the_same_as_nothing(self):
        ours = entry_of("model")
        ours["meta"] = {"owner": "x"}
        self.assert_verdict(compare.WRONG, entry_of("model"), ours)

    def test_meta_of_nothing_but_nulls_is_not_nothing(self):
        theirs, ours = entry_of("model"), entry_of("model")
        theirs["meta"], ours["meta"] = {"owner": None}, {}
        self.assert_verdict(compare.WRONG, theirs, ours)
        theirs["meta"] = None
        self.assert_verdict(compare.EXACT, theirs, ours)

    def test_true_is_not_one(self):
        ours = entry_of("test")
        ours["test_metadata"]["kwargs"]["values"] = [True, "1", True]
        self.assert_verdict(compare.WRONG, entry_of("test"), ours)

    def test_an_empty_member_may_be_left_out(self):
        theirs, ours = entry_of("model"), entry_of("model")
        theirs["group"], theirs["config"]["grants"], theirs["constraints"] = None, {}, []
        del ours["group"], ours["constraints"]
        self.assert_verdict(compare.EXACT, theirs, ours)

    def test_the_order_of_refs_and_edges_says_nothing(self):
        ours = entry_of("model")
        ours["refs"].reverse()
        ours["depends_on"]["nodes"].reverse()
        self.assert_verdict(compare.EXACT, entry_of("model"), ours)

    def test_the_order_of_columns_counts(self):
        ours = entry_of("model")
        ours["columns"] = dict(reversed(list(ours["columns"].items())))
        self.assert_verdict(compare.WRONG, entry_of("model"), ours)


class Doubt(Case):
    def test_an_edge_too_many_is_accepted_only_where_it_is_conditional(self):
        theirs, ours = entry_of("model"), entry_of("model")
        theirs["depends_on"]["nodes"], theirs["refs"] = ["model.shop.a"], theirs["refs"][:1]
        self.assert_verdict(compare.WRONG, theirs, ours)
        self.assert_verdict(compare.CONDITIONAL, theirs, marked(ours, conditional=[edge("model.shop.b")]))
        self.assert_verdict(compare.WRONG, theirs, marked(ours, conditional=[edge("model.shop.a")]))

    def test_an_edge_that_is_said_not_to_be_taken_must_not_be_there(self):
        ours = entry_of("model")
        ours["depends_on"]["nodes"], ours["refs"] = ["model.shop.a"], ours["refs"][:1]
        self.assert_verdict(compare.WRONG, entry_of("model"), marked(ours, conditional=[edge("model.shop.b", False)]))
        self.assert_verdict(compare.EXACT, ours, marked(ours, conditional=[edge("model.shop.b", False)]))

    def test_an_edge_too_few_is_accepted_only_where_edges_are_doubted(self):
        ours = entry_of("model")
        ours["depends_on"]["nodes"], ours["refs"] = ["model.shop.a"], ours["refs"][:1]
        self.assert_verdict(compare.WRONG, entry_of("model"), ours)
        self.assert_verdict(compare.PARTIAL, entry_of("model"), marked(ours, partial=[doubt("edges")]))
        self.assert_verdict(compare.WRONG, entry_of("model"), marked(ours, partial=[doubt("macros")]))

    def test_an_edge_too_many_is_wrong_also_where_edges_are_doubted(self):
        theirs = entry_of("model")
        theirs["depends_on"]["nodes"] = ["model.shop.a"]
        self.assert_verdict(compare.WRONG, theirs, marked(entry_of("model"), partial=[doubt("edges")]))

    def test_a_doubt_about_a_config_key_covers_it_and_what_comes_of_it(self):
        ours = entry_of("model")
        ours["config"]["tags"], ours["tags"] = [], []
        self.assert_verdict(compare.PARTIAL, entry_of("model"), marked(ours, partial=[doubt("config.tags")]))
        ours["config"]["materialized"] = "table"
        self.assert_verdict(compare.WRONG, entry_of("model"), marked(ours, partial=[doubt("config.tags")]))

    def test_a_doubt_excuses_no_other_member(self):
        for name, value, ours in changed("model"):
            with self.subTest(member=name, value=value):
                self.assert_verdict(compare.WRONG, entry_of("model"), marked(ours, partial=[doubt("config.unheard_of")]))

    def test_what_is_unresolved_may_differ(self):
        for name in ("schema", "database", "alias"):
            ours = {**entry_of("model"), name: None, "relation_name": None}
            self.assert_verdict(compare.WRONG, entry_of("model"), ours)
            self.assert_verdict(compare.EXACT, entry_of("model"), marked(ours, unresolved=[name]))

    def test_a_node_with_a_doubt_is_partial_also_where_nothing_differs(self):
        self.assert_verdict(compare.PARTIAL, entry_of("model"), marked(entry_of("model"), partial=[doubt("edges")]))


class Exports(Case):
    def test_a_name_that_dbts_macros_make_may_be_left_open_and_may_not_be_another(self):
        theirs, ours = entry_of("saved_query"), entry_of("saved_query")
        theirs["exports"][0]["config"]["database"] = "memory"
        self.assert_verdict(compare.EXACT, theirs, ours)
        ours["exports"][0]["config"]["database"] = "other"
        self.assert_verdict(compare.WRONG, theirs, ours)


class Ids(Case):
    def test_an_id_that_only_one_of_them_has_is_wrong(self):
        for kind in compare.FIELDS:
            with self.subTest(kind=kind):
                self.assertEqual([compare.WRONG], self.verdicts(manifest_of(entry_of(kind)), manifest_of()))
                self.assertEqual([compare.WRONG], self.verdicts(manifest_of(), manifest_of(entry_of(kind))))

    def test_what_is_disabled_must_be_disabled_for_both(self):
        disabled = {"disabled": {"model.shop.m0": [entry_of("model")]}}
        live = manifest_of(entry_of("model"))
        self.assertEqual([compare.EXACT], self.verdicts(manifest_of(**disabled), manifest_of(**disabled)))
        self.assertEqual([compare.WRONG], self.verdicts(manifest_of(**disabled), live))
        self.assertEqual([compare.WRONG], self.verdicts(live, manifest_of(**disabled)))
        doubted = manifest_of(marked(entry_of("model"), partial=[doubt("config.enabled")]))
        self.assertEqual([compare.PARTIAL], self.verdicts(manifest_of(**disabled), doubted))
        self.assertEqual([compare.WRONG], self.verdicts(manifest_of(**disabled), manifest_of()))

    def test_a_disabled_entry_is_compared_member_by_member(self):
        ours = {**entry_of("model"), "tags": []}
        self.assertEqual([compare.WRONG], self.verdicts(manifest_of(disabled={"model.shop.m0": [entry_of("model")]}),
                                                        manifest_of(disabled={"model.shop.m0": [ours]})))

    def test_a_test_of_a_doubted_name_stands_for_one_of_its_file(self):
        theirs = manifest_of(entry_of("test"))
        ours = {"metadata": {}, "nodes": {"test.shop.other": marked(entry_of("test"), partial=[doubt("arguments")])}}
        self.assertEqual([compare.PARTIAL], self.verdicts(theirs, ours))
        del ours["nodes"]["test.shop.other"]["floe"]
        self.assertEqual([compare.WRONG, compare.WRONG], self.verdicts(theirs, ours))

    def test_what_belongs_to_dbt_itself_is_left_out(self):
        for package in ("dbt", "dbt_duckdb"):
            self.assertEqual([], self.verdicts(manifest_of({**entry_of("macro"), "package_name": package}), manifest_of()))


class Problems(Case):
    def test_an_error_that_floe_reports_of_what_dbt_accepts_is_wrong(self):
        ours = manifest_of(entry_of("model"))
        for severity, wrong in (("error", 1), ("warning", 0), ("deprecation", 0)):
            ours["metadata"]["floe"] = {"problems": [{"severity": severity, "code": "x"}]}
            self.assertEqual(wrong, compare.compare(manifest_of(entry_of("model")), ours).wrong)


class Dbt2(Case):
    def test_what_dbt_2_does_not_write_it_does_not_contradict(self):
        theirs = entry_of("model")
        del theirs["docs"], theirs["config"]["meta"]
        self.assertEqual([compare.EXACT], self.verdicts(manifest_of(theirs), manifest_of(entry_of("model")), "2.x"))

    def test_what_dbt_2_writes_is_compared(self):
        for name, value, ours in changed("model"):
            if name in ("tags", "refs", "depends_on.nodes", "description", "group", "version"):
                with self.subTest(member=name, value=value):
                    self.assertEqual([compare.WRONG], self.verdicts(manifest_of(entry_of("model")), manifest_of(ours), "2.x"))

    def judged(self, theirs, ours):
        return self.verdicts(manifest_of({**entry_of(theirs.pop("of")), **theirs}), manifest_of(ours), "2.x")

    def test_another_form_of_a_fact_is_none_and_another_fact_is_wrong(self):
        for kind, name, dbt, floe, other in (
                ("model", "tags", ["a", "b"], ["b", "a"], ["b"]),
                ("model", "deprecation_date", "2030-01-31", "2030-01-31T00:00:00+00:00", "2030-02-01T00:00:00+00:00"),
                ("model", "refs", [{"name": "m", "version": "2"}], [{"name": "m", "version": 2}], [{"name": "m", "version": 3}]),
                ("macro", "arguments", [], [{"name": "x"}], None)):
            with self.subTest(kind=kind, member=name):
                self.assertEqual([compare.EXACT], self.judged({"of": kind, name: dbt}, {**entry_of(kind), name: floe}))
                if other:
                    self.assertEqual([compare.WRONG], self.judged({"of": kind, name: dbt}, {**entry_of(kind), name: other}))
        self.assertEqual([compare.WRONG], self.judged({"of": "macro", "arguments": [{"name": "y"}]},
                                                      {**entry_of("macro"), "arguments": [{"name": "x"}]}))


if __name__ == "__main__":
    unittest.main()
