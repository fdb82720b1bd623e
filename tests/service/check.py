"""Contracts against real data in DuckDB: what holds, what is broken, what cannot be known, and what is an attack.

    FLOE=… tests/service/check.py

It runs in the Python of the dbt that floe is to use. Reports in TAP.
"""
import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

import duckdb

FLOE = os.environ["FLOE"]
DBT = pathlib.Path(sys.executable).parent / "dbt"
NOW = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
TESTS = []
failed = 0


def test(function):
    TESTS.append(function)
    return function


def ago(**how_long):
    return (NOW - datetime.timedelta(**how_long)).strftime("%Y-%m-%d %H:%M:%S")


class Product:
    """A product with one contract and a DuckDB file; its dbt project has no model."""

    def __init__(self, folder, database="target/shop.duckdb"):
        self.folder, self.database = pathlib.Path(folder), pathlib.Path(folder) / database
        for name in ("models", "target"):
            (self.folder / name).mkdir()
        self.write("floe.yaml", {"apiVersion": "floe.dev/v1", "kind": "DataProduct",
                                 "metadata": {"name": "shop", "version": "1.0.0", "owner": "a@example.com"},
                                 "transforms": [{"type": "dbt", "path": "models/"}]})
        self.write("dbt_project.yml", {"name": "shop", "version": "1.0.0", "config-version": 2, "profile": "shop"})
        self.write("profiles.yml", {"shop": {"target": "dev", "outputs": {
            "dev": {"type": "duckdb", "path": database}}}})

    def write(self, name, content):
        (self.folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")

    def contract(self, *properties, name="orders", levels=(), quality=(), **more):
        self.write("datacontract.yaml", {
            "apiVersion": "v3.1.0", "kind": "DataContract", "id": "shop.orders", "name": "orders", "version": "1.0.0",
            "status": "active", "schema": [{"name": name, "properties": list(properties), "quality": list(quality)}],
            "slaProperties": list(levels), **more})

    def sql(self, *statements):
        with contextlib.closing(duckdb.connect(str(self.database))) as connection:
            for statement in statements:
                connection.execute(statement)

    def run(self, *arguments, **environment):
        keep = {key: value for key, value in os.environ.items() if not key.startswith(("FLOE", "DBT"))}
        return subprocess.run([FLOE, "contract", "check", *arguments], cwd=self.folder, text=True, check=False,
                              capture_output=True, env={**keep, "FLOE_DBT": str(DBT), **environment})

    def check(self, *arguments, exit_code=None, enforce="block", **environment):
        """The results of a check; whatever policies report blocks, where nothing else is said."""
        done = self.run("--format", "json", "--enforce", enforce, *arguments, **environment)
        assert done.stdout, done.stderr
        if exit_code is not None:
            assert done.returncode == exit_code, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)["checks"]


def only(results, kind, **wanted):
    """The one result of a kind."""
    found = [one for one in results if one["type"] == kind and all(one[key] == value for key, value in wanted.items())]
    assert len(found) == 1, (kind, wanted, results)
    return found[0]


def has(result, **wanted):
    assert all(result[key] == value for key, value in wanted.items()), (wanted, result)


def column(name, kind="string", **more):
    return {"name": name, "logicalType": kind, **more}


def freshness(value, element="orders.at"):
    return {"property": "freshness", "value": value, **({"element": element} if element else {})}


# ---- freshness --------------------------------------------------------------------------------------------


def age_of(product, moment, kind="TIMESTAMP", level="PT6H", **checks):
    product.contract(column("at", "timestamp"), levels=[freshness(level)])
    product.sql(f"CREATE OR REPLACE TABLE orders AS SELECT CAST({moment} AS {kind}) AS at")
    return only(product.check("--type", "freshness", **checks), "freshness")


@test
def data_that_is_fresh_enough_passes_and_how_old_it_is_is_told(product):
    result = age_of(product, f"'{ago(hours=2)}'", exit_code=0)
    has(result, status="pass", severity=None, expected="6h", actual="2.0h", source="duckdb", schema="orders")
    assert "no time zone: read as UTC" in result["message"], result


@test
def data_near_the_end_of_what_is_allowed_passes_and_says_so(product):
    has(age_of(product, f"'{ago(hours=5)}'", exit_code=0), status="pass", severity="info")
    has(age_of(product, f"'{ago(hours=5, minutes=30)}'", exit_code=0), status="pass", severity="warning")


@test
def old_data_breaks_the_contract_and_the_fourth_time_in_a_day_it_is_critical(product):
    for _ in range(3):
        has(age_of(product, f"'{ago(hours=8)}'", exit_code=1), status="violation", severity="error", actual="8.0h")
    has(age_of(product, f"'{ago(hours=8)}'", exit_code=1), status="violation", severity="critical")


@test
def clocks_may_differ_by_a_minute(product):
    has(age_of(product, f"'{ago(hours=6, seconds=30)}'"), status="pass")
    has(age_of(product, f"'{ago(hours=6, seconds=90)}'"), status="violation")
    has(age_of(product, f"'{ago(seconds=-20)}'"), status="pass", value=0)


@test
def a_time_with_a_zone_is_that_moment_wherever_the_machine_is(product):
    has(age_of(product, f"'{ago(hours=2)}+00'", "TIMESTAMPTZ", TZ="Asia/Tokyo"), status="pass", actual="2.0h")
    assert "zone" not in age_of(product, f"'{ago(hours=2)}+00'", "TIMESTAMPTZ")["message"]


@test
def data_from_the_future_is_no_fresh_data(product):
    has(age_of(product, f"'{ago(hours=-3)}'", exit_code=1), status="violation", severity="warning", actual="-3.0h")
    has(age_of(product, f"'{ago(hours=-3)}+00'", "TIMESTAMPTZ"), status="violation", severity="error")
    has(age_of(product, f"'{ago(days=-40)}'"), status="violation", severity="error")


@test
def a_day_counts_from_its_end(product):
    has(age_of(product, f"'{ago(days=0)[:10]}'", "DATE"), status="pass", value=0)
    has(age_of(product, f"'{ago(days=3)[:10]}'", "DATE"), status="violation")


@test
def nothing_but_nulls_and_an_empty_table_are_not_fresh(product):
    assert "null in every row" in age_of(product, "NULL")["message"]
    product.sql("DELETE FROM orders")
    result = only(product.check("--type", "freshness", exit_code=1), "freshness")
    has(result, status="violation")
    assert "is empty" in result["message"]


@test
def what_is_no_time_is_an_error_and_not_a_pass(product):
    has(age_of(product, "'soon'", "VARCHAR", exit_code=4, enforce="alert_only"), status="error")


@test
def a_table_in_duckdb_does_not_tell_when_it_was_written(product):
    product.contract(column("at", "timestamp"), levels=[freshness("6h", None)])
    product.sql("CREATE TABLE orders AS SELECT now() AS at")
    result = only(product.check(exit_code=0), "freshness")
    has(result, status="skipped")
    assert "element" in result["message"]


# ---- schema -----------------------------------------------------------------------------------------------


@test
def a_table_as_promised_has_no_drift(product):
    product.contract(column("id", "integer", physicalType="bigint", required=True), column("name", physicalType="varchar(20)"),
                     column("price", "number", physicalType="decimal(10,2)"), column("days", "array"))
    product.sql("CREATE TABLE ORDERS (ID BIGINT, Name VARCHAR, price DECIMAL(10,2), days INTEGER[])",
                "INSERT INTO orders VALUES (1, 'a', 2, [1])")
    has(only(product.check(exit_code=0), "schema_drift"), status="pass", message="no drift")


@test
def every_kind_of_drift_is_told_with_its_severity(product):
    product.contract(column("id", "integer", physicalType="bigint"), column("gone"), column("kind", "number"),
                     column("needed", required=True))
    product.sql("CREATE TABLE orders AS SELECT 1 AS id, 'x' AS kind, CAST(NULL AS VARCHAR) AS needed, 5 AS more")
    results = product.check("--type", "schema", exit_code=1)
    for rule, severity, element, expected, actual in [
            ("type_changed", "error", "id", "bigint", "INTEGER"),
            ("column_removed", "critical", "gone", "string", "missing"),
            ("type_changed", "error", "kind", "number", "VARCHAR"),
            ("nullability_changed", "warning", "needed", "not null", "null in 1 row"),
            ("column_added", "warning", "more", "no such column", "INTEGER")]:
        has(only(results, "schema_drift", element=element), rule=rule, severity=severity, status="violation",
            expected=expected, actual=actual)


@test
def what_is_broken_is_a_finding_and_modes_waivers_and_reports_are_those_of_every_other(product):
    product.contract(column("id", "integer"))
    product.sql("CREATE TABLE orders AS SELECT 'x' AS id")
    done = product.run("--report", "junit=junit.xml", "--report", "sarif=out.sarif")
    assert done.returncode == 0 and "Contract check PASSED with 1 alert" in done.stdout, done
    assert "contract.schema_drift" in done.stdout and "datacontract.yaml:1" in done.stdout, done.stdout
    assert "contract.schema_drift" in (product.folder / "junit.xml").read_text()
    found = json.loads((product.folder / "out.sarif").read_text())["runs"][0]["results"]
    assert [one["ruleId"] for one in found] == ["contract.schema_drift"], found
    product.write("platform.yaml", {
        "apiVersion": "floe.dev/v1", "kind": "Manifest", "metadata": {"name": "acme", "version": "1.0.0", "owner": "a@example.com"},
        "plugins": {"compute": {"type": "duckdb"}},
        "governance": {"policies": {"contract.schema_drift": "block"}, "waivers": []}})
    product.write("floe.yaml", {**json.loads((product.folder / "floe.yaml").read_text()), "platform": {"ref": "./platform.yaml"}})
    done = product.run()
    assert done.returncode == 1, done
    platform = json.loads((product.folder / "platform.yaml").read_text())
    platform["governance"]["waivers"] = [{"policy": "contract.schema_drift", "subject": "*", "reason": "moved", "ticket": "T-1",
                                          "approved_by": "a@example.com", "expires": ago(days=-20)[:10]}]
    product.write("platform.yaml", platform)
    done = product.run()
    assert done.returncode == 0 and "1 waived" in done.stdout, done


@test
def a_column_has_the_name_that_the_contract_gives_it(product):
    product.contract(column("number", "integer", physicalName="order_id"), name="sales_orders")
    contract = json.loads((product.folder / "datacontract.yaml").read_text())
    contract["schema"][0]["physicalName"] = "main.orders"
    product.write("datacontract.yaml", contract)
    product.sql("CREATE TABLE orders AS SELECT 'x' AS order_id")
    has(only(product.check("--type", "schema"), "schema_drift"), element="number", schema="sales_orders", rule="type_changed")


@test
def a_table_that_is_not_there_is_no_pass_of_anything(product):
    product.contract(column("at", "timestamp", unique=True), levels=[freshness("6h")])
    product.sql("CREATE TABLE others AS SELECT 1 AS id")
    results = product.check(exit_code=1)
    has(only(results, "schema_drift"), status="violation", severity="critical", rule="table_removed")
    has(only(results, "availability"), status="violation", severity="critical")
    for kind in ("freshness", "quality"):
        has(only(results, kind), status="violation", severity="critical", actual="missing")
        has(only(product.check("--type", kind, exit_code=1), kind), status="violation")
        assert product.run("--type", kind).returncode == 0  # the platform only wants to be alerted
    assert "1 alert" in product.run("--type", "quality").stdout


@test
def a_rule_about_a_column_that_is_not_there_is_broken(product):
    product.contract(column("id", "integer"), column("gone", quality=[rule("nullValues", mustBe=0)]),
                     levels=[freshness("6h", "orders.gone")])
    product.sql("CREATE TABLE orders AS SELECT 1 AS id")
    for kind, message in (("quality", "nullValues of 'gone': there is no column 'gone'"), ("freshness", "there is no column 'gone'")):
        has(only(product.check("--type", kind, exit_code=1), kind), status="violation", severity="critical", message=message)


@test
def rules_about_a_table_that_is_not_there_are_told_in_one_line(product):
    product.contract(column("id", "integer", unique=True), quality=[rule("rowCount", mustBe=0), rule("rowCount", name="b", mustBe=1)])
    product.sql("CREATE TABLE others AS SELECT 1 AS id")
    assert "none of 3 rules holds: there is no table 'orders'" in product.run().stdout


@test
def one_of_two_tables_of_a_name_is_guessed_by_nobody(product):
    product.contract(column("id", "integer"))
    product.sql("CREATE SCHEMA a", "CREATE SCHEMA b", "CREATE TABLE a.orders (id INT)", "CREATE TABLE b.orders (id INT)")
    results = product.check(exit_code=4, enforce="alert_only")
    has(only(results, "schema_drift"), status="error")
    has(only(results, "availability"), status="error")
    assert "several tables" in only(results, "availability")["message"]


# ---- quality ----------------------------------------------------------------------------------------------


def rule(metric, **more):
    return {"metric": metric, **more}


@test
def the_metrics_of_the_standard_count_what_they_say(product):
    product.contract(column("id", "integer", quality=[
        rule("nullValues", mustBe=1), rule("nullValues", name="share", unit="percent", mustBeLessOrEqualTo=20),
        rule("duplicateValues", mustBe=1), rule("missingValues", mustBe=2, arguments={"missingValues": [None, 7]})]),
        column("kind", quality=[
            rule("invalidValues", mustBe=2, arguments={"validValues": ["a", "it's"]}),
            rule("invalidValues", name="pattern", mustBe=1, arguments={"pattern": "^.{1,4}$"}),
            rule("missingValues", mustBeBetween=[1, 2], arguments={"missingValues": ["", "n/a"]})]),
        quality=[rule("rowCount", mustBeGreaterThan=4), rule("rowCount", name="not five", mustNotBe=5),
                 rule("duplicateValues", name="pairs", mustBe=0, arguments={"properties": ["id", "kind"]})])
    product.sql("CREATE TABLE orders AS SELECT * FROM (VALUES (1, 'a'), (1, 'it''s'), (2, 'n/a'), (NULL, NULL), (7, 'other')) t(id, kind)")
    results = product.check("--type", "quality")
    broken = [(one["rule"], one["actual"]) for one in results if one["status"] != "pass"]
    assert broken == [("not five", "5 rows")], results
    assert len(results) == 10 and only(results, "quality", rule="share")["actual"] == "20%", results


ROWS = """(1, 'a', 1.5, DATE '2026-01-01', true), (2, '', -1.0, DATE '2026-02-01', false), (2, NULL, NULL, NULL, NULL),
          (NULL, 'n/a', 9.0, DATE '2020-01-01', true), (5, 'a', 3.25, DATE '2026-01-01', true)"""
NOTHING = {"missingValues": [None, "", "n/a"]}
# Rules by their column, what each finds in these rows, and whether it holds.
FOUND = [
    ("id", "1 row", rule("nullValues", mustBe=1)), ("id", "20%", rule("nullValues", unit="percent", mustBe=20)),
    ("kind", "3 rows", rule("missingValues", arguments=NOTHING, mustBe=3)),
    ("kind", "60%", rule("missingValues", arguments=NOTHING, unit="percent", mustBeLessOrEqualTo=60)),
    ("kind", "2 rows", rule("invalidValues", arguments={"validValues": ["a", None]}, mustBe=2)),
    ("kind", "40%", rule("invalidValues", arguments={"validValues": ["a"]}, unit="percent", mustBe=40)),
    ("kind", "2 rows", rule("invalidValues", arguments={"pattern": "^[a-z]$"}, mustBe=2)),
    ("id", "1 row", rule("invalidValues", arguments={"validValues": [1, 2]}, mustBe=1)),
    ("flag", "1 row", rule("invalidValues", arguments={"validValues": [True]}, mustBe=1)),
    ("price", "1 row", rule("invalidValues", arguments={"minimum": 0}, mustBe=1)),
    ("day", "1 row", rule("invalidValues", arguments={"minimum": "2026-01-01"}, mustBe=1)),
    ("id", "1 row", rule("duplicateValues", mustBe=1)), ("id", "20%", rule("duplicateValues", unit="percent", mustBe=20)),
    (None, "1 row", rule("duplicateValues", arguments={"properties": ["kind", "day"]}, mustBe=1)),
    *((None, word, rule("rowCount", **{operator: limit})) for operator, limits in {
        "mustBe": [5, 4], "mustNotBe": [4, 5], "mustBeGreaterThan": [4, 5], "mustBeGreaterOrEqualTo": [5, 6], "mustBeLessThan": [6, 5],
        "mustBeLessOrEqualTo": [5, 4], "mustBeBetween": [[5, 6], [6, 7]], "mustNotBeBetween": [[6, 7], [5, 6]],
    }.items() for word, limit in zip(("5 rows", "not 5 rows"), limits)),
    *((where, word, {"type": "sql", "query": query, **more}) for where, word, query, more in [
        ("price", "9", "SELECT max(${property}) FROM ${object}", {"mustBe": 9}),
        ("day", "2026-02-01", "SELECT max(${column}) FROM ${table}", {"mustBe": "2026-02-01"}),
        ("flag", "true", "SELECT bool_or({field}) FROM {model}", {"mustBe": True}),
        ("price", "12.75", "SELECT sum(price) FROM orders", {"mustBeBetween": [12.7, 12.8]}),
        # through dbt all is asked in one statement: no query gets out of its own place in it
        (None, "7", "SELECT 7 -- a word behind the query", {"mustBe": 7}),
        (None, None, "SELECT 7) AS VARCHAR) AS floe_1 UNION ALL SELECT (SELECT 1", {"mustBe": 7}),
        (None, None, "SELECT '7') AS VARCHAR), (CAST('7' AS VARCHAR) --", {"mustBe": 7})])]


@test
def every_metric_unit_and_operator_finds_what_is_there_from_each_source(product):
    rules = {}
    for number, (where, _, asked) in enumerate(FOUND):
        rules.setdefault(where, []).append({"name": f"rule {number}", "dimension": "conformity", "scheduler": "cron",
                                            "schedule": "0 20 * * *", **asked})
    kinds = {"id": "integer", "kind": "string", "price": "number", "day": "date", "flag": "boolean"}
    product.contract(*[column(name, kind, quality=rules.get(name, [])) for name, kind in kinds.items()], quality=rules[None])
    product.sql(f"CREATE TABLE orders AS SELECT * FROM (VALUES {ROWS}) t(id, kind, price, day, flag)")
    for source in ("duckdb", "dbt"):
        found = {one["rule"]: one for one in product.check("--type", "quality", "--facts-from", source)}
        for number, (_, word, asked) in enumerate(FOUND):
            status = "error" if word is None else "violation" if word.startswith("not ") else "pass"
            result = found[f"rule {number}"]
            assert (result["status"], result["actual"]) == (status, word and word.removeprefix("not ")), (source, asked, result)


@test
def what_keys_and_types_promise_is_checked_without_a_rule(product):
    product.contract(column("a", "integer", primaryKey=True), column("b", "integer", primaryKey=True),
                     column("c", unique=True), column("size", enum=["S", "M"]) | {"enum": [{"value": "S"}, {"value": "M"}]},
                     column("score", "integer", logicalTypeOptions={"minimum": 0, "exclusiveMaximum": 10}),
                     column("code", logicalTypeOptions={"pattern": "^[A-Z]+$", "maxLength": 3}))
    contract = json.loads((product.folder / "datacontract.yaml").read_text())
    product.write("datacontract.yaml", {**contract, "apiVersion": "v3.2.0"})
    product.sql("CREATE TABLE orders AS SELECT * FROM (VALUES (1, 1, 'x', 'S', 10, 'AB'), (1, 1, 'x', 'L', 5, 'ABCD'), "
                "(1, 2, 'y', 'M', -1, 'a')) t(a, b, c, size, score, code)")
    results = product.check("--type", "quality", exit_code=1)
    assert {(one["element"], one["actual"]) for one in results} == {
        ("a,b", "1 row"), ("c", "1 row"), ("size", "1 row"), ("score", "2 rows"),
        ("code", "2 rows")}, results
    assert all(one["status"] == "violation" and one["severity"] == "error" for one in results)


@test
def a_rule_says_itself_how_grave_it_is(product):
    product.contract(column("id"), quality=[rule("rowCount", mustBe=5, severity="warning"),
                                            rule("rowCount", name="dire", mustBe=5, severity="critical")])
    product.sql("CREATE TABLE orders AS SELECT 1 AS id")
    results = product.check("--type", "quality", exit_code=1)
    assert [one["severity"] for one in results] == ["warning", "critical"], results


@test
def completeness_and_uniqueness_are_service_levels(product):
    product.contract(column("id", "integer", required=True, primaryKey=True), column("name", required=True),
                     levels=[{"property": "completeness", "value": 80, "unit": "percent"},
                             {"property": "uniqueness", "value": "90%"}, {"property": "accuracy", "value": "99%"}])
    product.sql("CREATE TABLE orders AS SELECT * FROM (VALUES (1, 'a'), (2, NULL), (2, 'c'), (4, 'd')) t(id, name)")
    results = product.check("--type", "quality")
    has(only(results, "quality", rule="completeness"), status="pass", actual="87.5%")
    has(only(results, "quality", rule="uniqueness"), status="violation", actual="75%")
    has(only(results, "quality", rule="accuracy"), status="skipped")


@test
def queries_of_a_contract_are_asked_and_compared(product):
    product.contract(column("price", "number", quality=[
        {"type": "sql", "name": "column", "query": "SELECT count(*) FROM ${object} WHERE ${property} < 0", "mustBe": 0},
        {"type": "sql", "name": "old words", "query": "select max({column}) from {model};", "mustBeGreaterThan": 5}]),
        quality=[{"type": "sql", "name": "with", "query": "WITH t AS (SELECT * FROM ${table}) SELECT count(*) FROM t",
                  "mustBeBetween": [1, 3]},
                 {"type": "sql", "name": "no row", "query": "SELECT 1 WHERE false", "mustBe": 1},
                 {"type": "sql", "name": "rows", "query": "SELECT * FROM ${table}", "mustBe": 1},
                 {"type": "sql", "name": "wrong", "query": "SELECT nothing FROM nowhere", "mustBe": 1},
                 {"type": "text", "name": "words", "description": "The prices are fair."},
                 {"type": "custom", "name": "tool", "engine": "soda", "implementation": "x"}])
    product.sql("CREATE TABLE orders AS SELECT * FROM (VALUES (1.5), (7.25)) t(price)")
    results = product.check("--type", "quality", exit_code=4, enforce="alert_only")
    assert {one["rule"]: one["status"] for one in results} == {
        "column": "pass", "old words": "pass", "with": "pass", "no row": "error", "rows": "error", "wrong": "error",
        "words": "skipped", "tool": "skipped"}, results


@test
def a_rule_that_is_to_be_checked_and_cannot_be_does_not_pass(product):
    product.contract(column("id", "integer", quality=[rule("invalidValues", name="of what", mustBe=0)]), quality=[
        {"type": "sql", "name": "writes", "query": "DELETE FROM ${table}", "mustBe": 1},
        {"type": "sql", "name": "null", "query": "SELECT max(id) FROM ${table} WHERE id > 5", "mustBeGreaterThan": 0},
        {"type": "sql", "name": "a word", "query": "SELECT 'many'", "mustBeGreaterThan": 0}])
    product.sql("CREATE TABLE orders AS SELECT 1 AS id")
    results = product.check("--type", "quality", exit_code=4, enforce="alert_only")
    assert {one["rule"]: one["status"] for one in results} == dict.fromkeys(["of what", "writes", "null", "a word"], "error"), results
    done = product.run("--type", "quality")
    assert done.returncode == 4 and "4 of 4 checks could not be done" in done.stderr, done


# ---- attacks and accidents --------------------------------------------------------------------------------


@test
def queries_that_would_write_or_reach_out_are_not_run(product):
    secret = product.folder.parent / "secret.csv"
    secret.write_text("1\n", encoding="utf-8")
    attacks = ["DELETE FROM ${table}", "SELECT 1; DROP TABLE orders", "COPY orders TO 'out.csv'",
               "WITH x AS (DELETE FROM orders RETURNING 1) SELECT count(*) FROM x", "SELECT 1 INTO stolen",
               "ATTACH 'other.duckdb'", "PRAGMA database_list", "SELECT 'open", "", "-- only a comment",
               "SELECT {{ run_query('drop table orders') }}", "/* */ CALL pragma_version()", "SET enable_external_access=true",
               f"SELECT count(*) FROM read_csv('{secret}')", f"SELECT count(*) FROM '{secret}'",
               f"SELECT count(*) FROM read_text('{product.folder}/../secret.csv')",
               "SELECT count(*) FROM read_csv('https://127.0.0.1:1/x.csv')", "SELECT getenv('FLOE_DBT')",
               f"SELECT count(*) FROM read_text('{product.folder}/link/secret.csv')", "SELECT count(*) FROM glob('/etc/pass*')",
               "SELECT count(*) FROM read_text('/proc/self/environ')", "SELECT count(*) FROM duckdb_secrets()",
               # what Jinja would pass over, what a backslash ends, what two dollars quote: there the lexers part
               "SELECT '{{ '; COPY orders TO 'out.csv'; --}}'", "SELECT '{# '; COPY orders TO 'out.csv'; --#}'",
               "SELECT E'\\''; COPY orders TO 'out.csv'; --'", "SELECT $$'$$; COPY orders TO 'out.csv'; --'",
               "SELECT '$$'; COPY orders TO 'out.csv'; --$$'", "SELECT 1 /* ; */; COPY orders TO 'out.csv' --",
               "SELECT `; COPY orders TO 'out.csv'; --`", "SELECT '${table}'", 'SELECT "${table}"',
               "SELECT 1) + (SELECT 1", "SELECT (1", "SELECT 1; SELECT 1", "FROM orders SELECT 1",
               "SELECT * FROM query('COPY orders TO out')"]
    (product.folder / "link").symlink_to(product.folder.parent)
    product.contract(column("id"), quality=[
        {"type": "sql", "name": f"attack {number}", "query": query, "mustBe": 1} for number, query in enumerate(attacks)])
    product.sql("CREATE TABLE orders AS SELECT 1 AS id")
    before = product.database.read_bytes()
    results = product.check("--type", "quality")
    statuses = {one["rule"]: one["status"] for one in results}
    allowed = [attacks[number] for number in range(len(attacks)) if statuses.get(f"attack {number}") != "error"]
    assert not allowed, allowed
    assert product.database.read_bytes() == before
    assert not (product.folder / "out.csv").exists()


@test
def queries_reach_no_file_through_dbt_either(product):
    (product.folder.parent / "secret.csv").write_text("1\n", encoding="utf-8")
    product.contract(column("id"), quality=[
        {"type": "sql", "name": name, "query": query, "mustBe": 1} for name, query in {
            "files": "SELECT count(*) FROM read_text('../secret.csv')", "table": "SELECT count(*) FROM ${table}",
            "writes": "SELECT '{{ '; COPY orders TO 'out.csv'; --}}'"}.items()])
    product.sql("CREATE TABLE orders AS SELECT 1 AS id")
    results = product.check("--type", "quality", "--facts-from", "dbt")
    assert {one["rule"]: one["status"] for one in results} == {"files": "error", "table": "pass", "writes": "error"}, results
    assert "disabled by configuration" in only(results, "quality", rule="files")["message"], results
    assert not (product.folder / "out.csv").exists()


@test
def nothing_of_a_contract_is_a_template_to_dbt(product):
    planted = "{% endraw %}{{ env_var('PLANTED') }}{% raw %}"
    product.contract(
        column("id", "integer"), column(planted, "integer", unique=True),
        column("kind", quality=[rule("invalidValues", name="values", mustBe=0, arguments={"validValues": [planted]}),
                                rule("invalidValues", name="fine", mustBe=0, arguments={"validValues": ["{{ 7 }}", "{% raw %}"]}),
                                rule("missingValues", mustBe=0, arguments={"missingValues": [planted]}),
                                rule("invalidValues", name="pattern", mustBe=0, arguments={"pattern": planted}),
                                rule("invalidValues", name="bound", mustBe=0, arguments={"minimum": planted})]),
        quality=[{"type": "sql", "name": "query", "query": f"SELECT '{planted}'", "mustBe": 1},
                 rule("duplicateValues", name="properties", mustBe=0, arguments={"properties": ["id", planted]})],
        levels=[freshness("6h", f"orders.{planted}")])
    contract = json.loads((product.folder / "datacontract.yaml").read_text())
    for place in (planted, f"{planted}.orders", f"{planted}.main.orders"):
        contract["schema"].append({"name": f"of {place}", "physicalName": place, "properties": [column("id", unique=True)]})
    product.write("datacontract.yaml", contract)
    quoted = '"' + planted.replace('"', '""') + '"'
    product.sql(f"CREATE TABLE orders AS SELECT 1 AS id, 2 AS {quoted}, '{{{{ 7 }}}}' AS kind", f"CREATE TABLE {quoted} AS SELECT 1 AS id",
                f"CREATE SCHEMA {quoted}", f"CREATE TABLE {quoted}.inner AS SELECT 1 AS id")
    done = product.run("--facts-from", "dbt", "--format", "json", PLANTED="planted-c41a")
    results = json.loads(done.stdout)["checks"]
    assert "planted-c41a" not in done.stdout + done.stderr, done
    statuses = {one["rule"]: one["status"] for one in results if one["type"] == "quality" and one["schema"] == "orders"}
    assert statuses == {"fine": "pass", **dict.fromkeys(
        ["unique", "values", "missingValues", "pattern", "bound", "query", "properties"], "error")}, statuses
    has(only(results, "freshness"), status="error")
    assert {one["status"] for one in results if one["schema"] == f"of {planted}"} == {"error"}, results


@test
def names_with_quotes_are_names_and_nothing_else(product):
    names = ['a"b', "it's", 'x"; DROP TABLE orders; --', "a b", "SELECT", "ключ", '"', "${table}", "a.b", "{column}"]
    product.contract(*[column(name, "integer", unique=True, required=True) for name in names], name='or"ders',
                     levels=[freshness("6h", 'or"ders.at" FROM secrets; --')])
    quoted = ", ".join('1 AS "' + name.replace('"', '""') + '"' for name in names)
    product.sql(f'CREATE TABLE "or""ders" AS SELECT {quoted}', "CREATE TABLE orders AS SELECT 1 AS id")
    results = product.check(exit_code=1)
    has(only(results, "schema_drift"), status="pass")
    assert [one["status"] for one in results if one["type"] == "quality"] == ["pass"] * len(names), results
    has(only(results, "freshness"), status="violation", actual="missing")
    with contextlib.closing(duckdb.connect(str(product.database), read_only=True)) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1,)


@test
def a_module_in_the_product_does_not_run(product):
    for name in ("duckdb.py", "json.py", "decimal.py"):
        product.write(name, "open('ran', 'w').close()")
    product.contract(column("id", "integer"))
    product.sql("CREATE TABLE orders AS SELECT 1 AS id")
    has(only(product.check(exit_code=0, PYTHONPATH=str(product.folder)), "schema_drift"), status="pass")
    assert not (product.folder / "ran").exists()


@test
def a_database_in_use_is_waited_for_and_then_told_not_passed(product):
    product.contract(column("id", "integer"), levels=[freshness("6h", "id")])
    with contextlib.closing(duckdb.connect(str(product.database))) as connection:
        connection.execute("CREATE TABLE orders AS SELECT 1 AS id")
        results = product.check(exit_code=4)
    assert {one["status"] for one in results} == {"skipped"}, results
    assert f"in use by another process (PID {os.getpid()})" in results[0]["message"]


@test
def a_database_that_is_not_there_or_no_database_cannot_be_reached(product):
    product.contract(column("id", "integer"))
    has(only(product.check(exit_code=1), "availability"), status="violation", severity="critical",
        message="there is no database 'target/shop.duckdb'")
    product.database.write_bytes(b"this is no database" * 1000)
    results = product.check(exit_code=1)
    has(only(results, "availability"), status="violation")
    has(only(results, "schema_drift"), status="error")
    assert not list(product.folder.glob(".floe/cache/**/check.json"))


@test
def a_view_whose_table_is_gone_cannot_be_read(product):
    product.contract(column("id", "integer"))
    product.sql("CREATE TABLE base AS SELECT 1 AS id", "CREATE VIEW orders AS SELECT * FROM base", "DROP TABLE base")
    results = product.check(exit_code=1)
    has(only(results, "availability"), status="violation", severity="critical")


@test
def a_table_that_takes_too_long_costs_only_its_own_answer(product):
    product.contract(column("id", "integer", unique=True))
    contract = json.loads((product.folder / "datacontract.yaml").read_text())
    contract["schema"] = [{"name": name, "properties": [column("id", "integer", unique=True)]}
                          for name in ("before", "endless", "after")]
    product.write("datacontract.yaml", contract)
    product.sql("CREATE TABLE before AS SELECT 1 AS id", "CREATE TABLE after AS SELECT 1 AS id",
                "CREATE VIEW endless AS SELECT a.range * b.range AS id FROM range(1000000000) a, range(1000000000) b")
    started = time.monotonic()
    results = product.check("--timeout", "1", "--type", "quality", exit_code=4, enforce="alert_only")
    assert time.monotonic() - started < 20
    assert [(one["schema"], one["status"]) for one in results] == [
        ("before", "pass"), ("endless", "error"), ("after", "pass")], results
    assert "within 1 second" in results[1]["message"]


@test
def what_is_measured_is_told_in_the_ledger(product):
    product.contract(column("id", "integer"))
    product.sql("CREATE TABLE orders AS SELECT 'x' AS id")
    product.check(exit_code=1)
    listed = subprocess.run([FLOE, "ledger", "list"], cwd=product.folder, text=True, capture_output=True, check=True)
    assert "check  shop  blocked  1 finding" in listed.stdout, listed.stdout


@test
def a_contract_at_its_end_is_told(product):
    product.contract(column("id"), status="deprecated", customProperties=[{"property": "deprecation", "value": {
        "announced": "2020-01-01", "sunset_date": ago(days=-10)[:10], "replacement": "orders-v2"}}])
    product.sql("CREATE TABLE orders AS SELECT 'x' AS id")
    result = only(product.check(), "deprecation")
    has(result, status="violation", severity="warning", rule="deprecated", schema=None)
    assert "orders-v2" in result["message"]
    product.contract(column("id"), status="retired")
    has(only(product.check(), "deprecation"), severity="critical", rule="retired")


@test
def a_password_in_the_profile_is_nowhere(product):
    product.write("profiles.yml", {"shop": {"target": "dev", "outputs": {
        "dev": {"type": "duckdb", "path": "{{ env_var('SHOP_DB', 'none') }}", "password": "planted-b7f1"}}}})
    product.contract(column("id", "integer"))
    product.sql("CREATE TABLE orders AS SELECT 1 AS id")
    done = product.run("--verbose", SHOP_DB="target/shop.duckdb")
    assert done.returncode == 0 and "no drift" in done.stdout, done
    kept = b"".join(path.read_bytes() for path in product.folder.glob(".floe/**/*") if path.is_file())
    assert "planted-b7f1" not in done.stdout + done.stderr and b"planted-b7f1" not in kept


# ---- through dbt ------------------------------------------------------------------------------------------


def told(results):
    """What two sources must agree on."""
    return [{key: one[key] for key in ("type", "schema", "element", "rule", "status", "severity", "expected", "actual", "value")
             if one["type"] != "freshness" or key not in ("actual", "value")} for one in results]


@test
def dbt_tells_the_same_as_the_file_itself(product):
    product.contract(
        column("Id", "integer", physicalType="bigint", primaryKey=True, required=True),
        column("kind", enum=[{"value": "a"}, {"value": "it's"}], quality=[
            rule("invalidValues", name="pattern", mustBe=0, arguments={"pattern": "^{{ x }}$|^[a-z']+$"})]),
        column("price", "number", physicalType="decimal(10,2)", quality=[
            {"type": "sql", "name": "greatest", "query": "SELECT max(${column}) FROM ${table}", "mustBeGreaterThan": 5}]),
        column("gone"), column("at", "timestamp"), column('we"ird', "string", required=True),
        levels=[freshness("PT6H"), {"property": "completeness", "value": "99%"}],
        quality=[rule("rowCount", mustBeGreaterThan=1), rule("duplicateValues", mustBe=0, arguments={"properties": ["id", "kind"]}),
                 rule("nullValues", name="of a table", mustBe=0)])
    contract = json.loads((product.folder / "datacontract.yaml").read_text())
    contract["schema"].append({"name": "nowhere", "properties": [column("id")]})
    product.write("datacontract.yaml", {**contract, "apiVersion": "v3.2.0"})
    product.sql("CREATE TABLE orders (id BIGINT, kind VARCHAR, price DECIMAL(10,2), \"at\" TIMESTAMP, \"we\"\"ird\" VARCHAR, more INT[])",
                f"INSERT INTO orders VALUES (1, 'a', 1.5, '{ago(hours=1)}', 'x', [1]), (2, 'b', 7.25, '{ago(hours=9)}', NULL, NULL)")
    direct = product.check("--facts-from", "duckdb")
    through_dbt = product.check("--facts-from", "dbt")
    assert told(direct) == told(through_dbt), [pair for pair in zip(told(direct), told(through_dbt)) if pair[0] != pair[1]]
    assert {one["source"] for one in through_dbt} == {"dbt"} and len(direct) >= 12
    assert not list(product.folder.glob("target/*.json")) and not (product.folder / "logs").exists()


@test
def a_statement_that_fails_costs_nobody_else_the_answer(product):
    product.contract(column("id", "integer", unique=True), quality=[
        {"type": "sql", "name": "wrong", "query": "SELECT nothing FROM ${table}", "mustBe": 1}])
    product.sql("CREATE TABLE orders AS SELECT 1 AS id")
    results = product.check("--facts-from", "dbt", "--type", "quality")
    has(only(results, "quality", rule="unique"), status="pass")
    has(only(results, "quality", rule="wrong"), status="error")


def main():
    global failed
    wanted = sys.argv[1:]
    for one in TESTS:
        if wanted and not any(word in one.__name__ for word in wanted):
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name) / "shop"
            folder.mkdir()
            try:
                one(Product(folder))
                print(f"ok - {one.__name__.replace('_', ' ')}", flush=True)
            except Exception:  # whatever it is, it is told and the next test runs
                failed += 1
                print(f"not ok - {one.__name__.replace('_', ' ')}")
                print("".join("    " + line + "\n" for line in traceback.format_exc()[-3000:].splitlines()), flush=True)
    return 1 if failed else 0


sys.exit(main())
