"""The comparer itself: a change of any compared member must be wrong, and a doubt must excuse what it is about and
nothing else. Runs with `python3 -m unittest`."""

import copy
import unittest

import compare
import dbt2
from alike import alike, member

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
        for value in changes(member(entry_of(kind), name)):
            if not alike(value, member(entry_of(kind), name)):
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

    def test_the_macros_of_an_adapter_below_the_targets_are_left_out_and_no_others(self):
        for adapter, package, verdicts in (("redshift", "dbt_postgres", []), ("databricks", "dbt_spark", []),
                                           ("redshift", "dbt_redshift", []), ("duckdb", "dbt_postgres", [compare.WRONG]),
                                           ("redshift", "dbt_spark", [compare.WRONG]), ("redshift", "dbt_utils", [compare.WRONG])):
            theirs = manifest_of({**entry_of("macro"), "package_name": package})
            theirs["metadata"] = {"adapter_type": adapter}
            self.assertEqual(verdicts, self.verdicts(theirs, manifest_of()), (adapter, package))


class Problems(Case):
    def test_an_error_that_floe_reports_of_what_dbt_accepts_is_wrong(self):
        ours = manifest_of(entry_of("model"))
        for severity, wrong in (("error", 1), ("warning", 0), ("deprecation", 0)):
            ours["metadata"]["floe"] = {"problems": [{"severity": severity, "code": "x"}]}
            self.assertEqual(wrong, compare.compare(manifest_of(entry_of("model")), ours).wrong)


SHORTENED = {"alias": "accepted_values_" + "0a" * 16, "name": "accepted_values_of_a_long_list"}
SEVERAL = "\nselect 1\n{% endsnapshot %}\n{% snapshot other %}\nselect 2\n"
INHERITED = {"tags": ["a", "b"], "meta": {"owner": "x", "nothing": None}}


def column(**members):
    return {"columns": {"id": {"name": "id", "config": {}, **members}}}


def fixture(**members):
    return {"given": [{"input": "ref('a')", **members}]}


def config(**members):
    return {"config": {"enabled": True, **members}}


# For each exemption: a kind of entry, what dbt 2 says of it and floe says (members over those of entry_of, None for
# one that is left out), and what floe says instead that must be seen.
EXEMPTIONS = {
    "tags_in_the_order_of_the_alphabet": [
        ("model", {"tags": ["a", "b"]}, {"tags": ["b", "a"]}, [{"tags": ["b"]}, {"tags": ["a", "b", "b"]}, {"tags": ["a", "c"]}]),
        ("model", config(tags=["a", "b"]), config(tags=["b", "a"]), [config(tags=["a"])]),
        ("source", column(tags=["x", "y"], config={"tags": ["x", "y"]}), column(tags=["y", "x"], config={"tags": ["y", "x"]}),
         [column(tags=["y"], config={"tags": ["y", "x"]}), column(tags=["y", "x"], config={"tags": ["x"]})])],
    "versions_of_refs_as_text": [
        ("model", {"refs": [{"name": "m", "version": "2"}]}, {"refs": [{"name": "m", "version": 2}]},
         [{"refs": [{"name": "m", "version": 3}]}, {"refs": [{"name": "m", "version": None}]}])],
    "severity_in_small_letters": [
        ("test", config(severity="WARN"), config(severity="warn"), [config(severity="error"), config()])],
    "dates_of_deprecation": [
        ("model", {"deprecation_date": "2030-01-31"}, {"deprecation_date": "2030-01-31T00:00:00+00:00"},
         [{"deprecation_date": "2030-02-01T00:00:00+00:00"}, {"deprecation_date": "2030-01-31T10:00:00+00:00"},
          {"deprecation_date": "2030-01-31T00:00:00+01:00"}, {"deprecation_date": None}]),
        ("model", {"deprecation_date": "2030-01-31 10:00:00+02:00"}, {"deprecation_date": "2030-01-31T10:00:00+02:00"},
         [{"deprecation_date": "2030-01-31T10:00:00+00:00"}, {"deprecation_date": "2030-01-31"}])],
    "constraints_without_what_is_unless_told": [
        ("model", {"constraints": [{"type": "not_null", "warn_unenforced": None}]},
         {"constraints": [{"type": "not_null", "warn_unenforced": True}]},
         [{"constraints": [{"type": "not_null", "warn_unenforced": False}]}, {"constraints": [{"type": "unique"}]}]),
        ("model", column(constraints=[{"type": "check", "expression": "a", "warn_unsupported": None}]),
         column(constraints=[{"type": "check", "expression": "a", "warn_unsupported": True}]),
         [column(constraints=[{"type": "check", "expression": "b"}])])],
    "relations_without_a_database_in_memory": [
        ("model", {"relation_name": '"s"."m"'}, {"relation_name": '"memory"."s"."m"'},
         [{"relation_name": '"other"."s"."m"'}, {"relation_name": '"memory"."s"."n"'}, {"relation_name": None}])],
    "macros_without_the_blanks_around_them": [
        ("macro", {"macro_sql": "{% macro m() %} {% endmacro %}"}, {"macro_sql": "\n{% macro m() %} {% endmacro %} "},
         [{"macro_sql": "{% macro m() %}{% endmacro %}"}])],
    "code_of_tests_without_their_config": [
        ("test", {"raw_code": "{{ test_u(**k) }}"}, {"raw_code": '{{ test_u(**k) }}{{ config(schema="s",alias="a") }}'},
         [{"raw_code": '{{ test_v(**k) }}{{ config(schema="s") }}'}, {"raw_code": "{{ test_u(**k) }} and more"}])],
    "csv_of_unit_tests_as_rows": [
        ("unit_test", fixture(format="csv", rows='id,name\n1,"a, b"\n2,\n'),
         fixture(format="csv", rows=[{"id": "1", "name": "a, b"}, {"id": "2", "name": None}]),
         [fixture(format="csv", rows=[{"id": "1", "name": "a, b"}]), fixture(format="csv", rows=[{"id": "1", "name": "a, b"}, {"id": "3", "name": None}]),
          fixture(format="csv", rows=[{"id": "1", "name": "a, b"}, {"id": "2", "name": ""}]), fixture(format="csv", rows=None)])],
    "fixtures_by_name": [
        ("unit_test", fixture(fixture="tests/fixtures/deep/people.csv", rows=[]), fixture(fixture="people", rows=[]),
         [fixture(fixture="persons", rows=[]), fixture(rows=[])])],
    "rows_that_stand_in_a_file": [
        ("unit_test", fixture(fixture="people", rows=None), fixture(fixture="people", rows=[{"id": 1}]),
         [fixture(fixture="persons", rows=[{"id": 1}]), fixture(rows=[{"id": 1}])]),
        ("unit_test", {"expect": {"fixture": "people", "rows": None}}, {"expect": {"fixture": "people", "rows": [{"id": 1}]}},
         [{"expect": {"fixture": "persons", "rows": [{"id": 1}]}}, {"expect": {"rows": [{"id": 1}]}}])],
    "columns_that_repeat_their_node": [
        ("model", {**INHERITED, **column(**INHERITED)}, {**INHERITED, **column(tags=[], meta={})},
         [{**INHERITED, **column(tags=["a"])}, {**INHERITED, **column(meta={"owner": "x"})}, {**INHERITED, **column(tags=["c"])}])],
    "a_default_that_is_left_out": [
        ("seed", config(), config(lookback=1, docs={"show": True}, delimiter=",", materialized="seed"),
         [config(lookback=2), config(docs={"show": False}), config(delimiter=";"), config(materialized="table"), config(meta={"a": 1}),
          config(tags=["a"])]),
        ("macro", {"docs": None}, {"docs": {"show": True}}, [{"docs": {"show": True, "node_color": "red"}}])],
    "a_member_that_is_never_written": [
        ("source", {"source_meta": None}, {"source_meta": {"a": 1}}, [{"source_meta": {"a": 1}, "source_description": "other"}]),
        ("unit_test", {"versions": None}, {"versions": {"include": [2]}}, [{"versions": {"include": [2]}, "version": 1}]),
        ("test", {"patch_path": None}, {"patch_path": "shop://tests/a.yml"}, [{"patch_path": "shop://tests/a.yml", "file_key_name": "x"}])],
    "no_change_of_schema_is_told": [
        ("model", config(on_schema_change=None), config(on_schema_change="ignore"), [config(on_schema_change="fail")])],
    "analysis_by_dbt_itself": [
        ("model", config(static_analysis="baseline"), config(), [config(static_analysis="off"), config(static_analysis="strict")]),
        ("analysis", config(static_analysis="off"), config(), [config(static_analysis="strict")]),
        ("model", {**config(static_analysis="off"), "language": "python"}, {**config(), "language": "python"},
         [config(static_analysis="strict")])],
    "where_a_schema_comes_from": [
        ("source", config(schema_origin="remote"), config(), [config(schema_origin="local")])],
    "quoting_of_the_project": [
        ("model", config(quoting={"database": True, "schema": False}), config(quoting={"schema": False}),
         [config(quoting={"schema": True}), config(quoting={"identifier": False})])],
    "arguments_and_calls_of_macros": [
        ("macro", {"arguments": [], "depends_on": {"macros": []}},
         {"arguments": [{"name": "x"}], "depends_on": {"macros": ["macro.shop.x"]}}, []),
        ("macro", {"arguments": []}, {"arguments": [{"name": "x"}]}, [{"description": "other"}])],
    "calls_and_code_of_what_is_disabled": [
        ("model", {**config(enabled=False), "refs": [], "depends_on": {"nodes": [], "macros": ["macro.shop.x"]}},
         {**config(enabled=False), "depends_on": {"nodes": ["model.shop.a"], "macros": ["macro.shop.x"]}},
         [config(enabled=True), {**config(enabled=False), "sources": []}]),
        ("model", {**config(enabled=False), "raw_code": "", "checksum": {"name": "none", "checksum": ""}},
         config(enabled=False), [{**config(enabled=False), "path": "other"}])],
    "alias_of_a_shortened_test": [
        ("test", {**SHORTENED, **config(alias=None)}, {**SHORTENED, **config(alias=SHORTENED["alias"])},
         [{**SHORTENED, **config(alias="other")}, {**SHORTENED, "alias": "other", **config(alias=SHORTENED["alias"])}])],
    "macros_of_a_shortened_test": [
        ("test", {**SHORTENED, "depends_on": {"nodes": ["model.shop.a"], "macros": []}},
         {**SHORTENED, "depends_on": {"nodes": ["model.shop.a"], "macros": ["macro.shop.x"]}},
         [{**SHORTENED, "depends_on": {"nodes": ["model.shop.b"], "macros": ["macro.shop.x"]}}])],
    "a_snapshot_as_a_macro": [
        ("snapshot", {"depends_on": {"macros": ["snapshot.shop.snapshot_m"]}}, {"depends_on": {"macros": []}},
         [{"depends_on": {"macros": ["macro.shop.x"]}}])],
    "several_snapshots_in_a_file": [
        ("snapshot", {"raw_code": SEVERAL, "checksum": {"name": "sha256", "checksum": "a"}},
         {"raw_code": "\nselect 2\n", "checksum": {"name": "sha256", "checksum": "b"}},
         [{"raw_code": "select 3", "checksum": {"name": "sha256", "checksum": "a"}}, {"raw_code": "", "checksum": {"name": "sha256", "checksum": "a"}}])],
    "schema_of_an_operation": [
        ("operation", {"schema": "public"}, {"schema": "main"}, [{"schema": "main", "database": "other"}])],
    "access_of_a_function": [
        ("function", {"access": "private"}, {"access": None}, [{"access": "public"}])],
    "place_of_a_function": [
        ("function", config(schema=None, database=None), config(schema="udfs", database="d"),
         [{**config(schema="udfs"), "schema": "other"}, {**config(database="d"), "database": "other"}])],
    "what_the_config_alone_tells": [
        ("model", {**config(docs={"show": True, "node_color": "red"}), "docs": None},
         {**config(docs={"show": True, "node_color": "red"}), "docs": {"show": True, "node_color": "red"}},
         [{**config(docs={"show": True, "node_color": "red"}), "docs": {"show": True, "node_color": "blue"}},
          {**config(docs={"show": True, "node_color": "blue"}), "docs": {"show": True, "node_color": "blue"}}]),
        ("seed", {**config(group="g"), "group": None}, {**config(group="g"), "group": "g"},
         [{**config(group="g"), "group": "h"}, {**config(group="h"), "group": "h"}])],
}

# What must be seen although an exemption lies near it: a kind, what dbt 2 says, and floe.
SEEN = {
    "a checksum of a model": ("model", {"checksum": {"name": "sha256", "checksum": "a"}}, {"checksum": {"name": "sha256", "checksum": "b"}}),
    "a checksum of Python": ("model", {"language": "python", "checksum": {"name": "sha256", "checksum": "a"}},
                             {"language": "python", "checksum": {"name": "sha256", "checksum": "b"}}),
    "a checksum of a hook": ("operation", {"checksum": {"name": "sha256", "checksum": "a"}}, {"checksum": {"name": "sha256", "checksum": "b"}}),
    "a checksum of a snapshot alone in its file": ("snapshot", {"raw_code": "select 1", "checksum": {"name": "sha256", "checksum": "a"}},
                                                   {"raw_code": "select 1", "checksum": {"name": "sha256", "checksum": "b"}}),
    "the code of a snapshot alone in its file": ("snapshot", {"raw_code": "select 1 as one"}, {"raw_code": "select 1"}),
    "a group of a model that its config has": ("model", {"config": {"group": "g"}, "group": None}, {"config": {"group": "g"}, "group": "g"}),
    "a version that is no text": ("model", {"version": "2"}, {"version": 2}),
    "arguments that properties tell": ("macro", {"arguments": [{"name": "y"}]}, {"arguments": [{"name": "x"}]}),
    "macros of a test with an alias of its own": ("test", {"alias": "two", "depends_on": {"nodes": [], "macros": []}},
                                                  {"alias": "two", "depends_on": {"nodes": [], "macros": ["macro.shop.x"]}}),
    "macros of a model": ("model", {"depends_on": {"nodes": [], "macros": []}}, {"depends_on": {"nodes": [], "macros": ["macro.shop.x"]}}),
    "calls of what is enabled": ("model", {"refs": []}, {}),
    "code of what is disabled and was looked into": ("model", {**config(enabled=False), "raw_code": "a"}, {**config(enabled=False), "raw_code": "b"}),
    "rows that do not stand in a file": ("unit_test", fixture(rows=None), fixture(rows=[{"id": 1}])),
    "tags of a column that has its own": ("model", {"tags": ["a"], **column(tags=["a"], config={"tags": ["a"]})}, {"tags": ["a"], **column(config={"tags": ["a"]})}),
    "meta of a column": ("model", {"meta": {"a": 1}, **column(meta={"b": 1})}, {"meta": {"a": 1}, **column(meta={})}),
    "a type of a column": ("model", column(data_type="int"), column(data_type="text")),
    "a description of a column": ("model", column(description="a"), column(description="b")),
    "a test of a column": ("model", column(quote=True), column(quote=False)),
    "quoting of a source": ("source", {"quoting": {"schema": True}}, {"quoting": {"schema": False}}),
    "a schema of an operation": ("operation", {"schema": "other"}, {"schema": "main"}),
    "an analysis that a user set": ("model", config(static_analysis="off"), config()),
    "a key of a config": ("model", config(), config(materialized="incremental")),
    "a null of a config": ("model", config(materialized=None), config(materialized="view")),
}


class Dbt2(Case):
    """Every exemption by name: without it the difference is there, with it there is none, and what is near is seen."""

    def entry(self, kind, members):
        made = {**entry_of(kind), "docs": {"show": True}, **members}
        return {name: value for name, value in made.items() if value is not None or name not in members}

    def judged(self, kind, theirs, ours, without=()):
        dbt, floe = manifest_of(self.entry(kind, theirs)), manifest_of(self.entry(kind, ours))
        return compare.compare(dbt, floe, "2.x", dbt2.Rules2(without)).entries[0].verdict

    def test_every_exemption_is_tested(self):
        named = {one.__name__ for one in dbt2.FORMS + dbt2.PAIRS + dbt2.ALLOWED}
        self.assertEqual(named, set(EXEMPTIONS))

    def test_an_exemption_lets_through_what_it_is_for(self):
        for name, cases in EXEMPTIONS.items():
            for kind, theirs, ours, _ in cases:
                with self.subTest(exemption=name, kind=kind):
                    self.assertEqual(compare.EXACT, self.judged(kind, theirs, ours))

    def test_without_the_exemption_it_is_wrong(self):
        for name, cases in EXEMPTIONS.items():
            for kind, theirs, ours, _ in cases:
                with self.subTest(exemption=name, kind=kind):
                    self.assertEqual(compare.WRONG, self.judged(kind, theirs, ours, without=[name]))

    def test_what_is_near_it_is_seen(self):
        for name, cases in EXEMPTIONS.items():
            for kind, theirs, ours, others in cases:
                for other in others:
                    with self.subTest(exemption=name, kind=kind, floe=other):
                        self.assertEqual(compare.WRONG, self.judged(kind, theirs, {**ours, **other}))

    def test_what_no_exemption_is_for_is_seen(self):
        for name, (kind, theirs, ours) in SEEN.items():
            with self.subTest(name):
                self.assertEqual(compare.EXACT, self.judged(kind, theirs, theirs))
                self.assertEqual(compare.WRONG, self.judged(kind, theirs, ours))

    def test_an_entry_is_exact_beside_itself(self):
        for kind in compare.FIELDS:
            self.assertEqual(compare.EXACT, self.judged(kind, {}, {}), kind)

    def test_a_change_in_any_compared_member_is_wrong(self):
        for kind in compare.FIELDS:
            for name, value, ours in changed(kind):
                with self.subTest(kind=kind, member=name, value=value):
                    self.assertEqual([compare.WRONG], self.verdicts(manifest_of(entry_of(kind)), manifest_of(ours), "2.x"))

    def test_the_block_of_a_snapshot_is_no_entry_of_its_own(self):
        both = manifest_of(entry_of("snapshot"))
        both["nodes"] = {"snapshot.shop.m": both["nodes"].pop("snapshot.shop.m0")}
        theirs = {**both, "nodes": {**both["nodes"], "snapshot.shop.snapshot_m": entry_of("snapshot")}}
        self.assertEqual([compare.EXACT], self.verdicts(theirs, both, "2.x"))
        theirs["nodes"]["snapshot.shop.snapshot_other"] = entry_of("snapshot")
        self.assertEqual([compare.EXACT, compare.WRONG], self.verdicts(theirs, both, "2.x"))
        del theirs["nodes"]["snapshot.shop.m"], theirs["nodes"]["snapshot.shop.snapshot_other"]
        self.assertEqual([compare.WRONG, compare.WRONG], self.verdicts(theirs, both, "2.x"))


if __name__ == "__main__":
    unittest.main()
