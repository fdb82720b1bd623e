"""Answers what lua/check/facts/duckdb.lua asks of a DuckDB file: one JSON line a table. Nothing is written.

The names that a contract gives are looked up among the tables and columns that are there before any of them reaches a
statement. Rules of a contract are asked by themselves ("confined"): then nothing outside of the database and the
project's folder can be reached.
"""
import decimal
import json
import math
import os
import re
import select
import sys
import threading
import time

LONGEST = 1000  # characters of a value or an error that are told
MOST_COLUMNS = 10000


def say(**line):
    print(json.dumps(line, ensure_ascii=True), flush=True)


def failure(code, message):
    return {"code": code, "message": str(message).strip()[:LONGEST]}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def value_of(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**63 else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no word for it
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else float(value)
    return str(value)[:LONGEST]


def is_locked(error):
    return "lock" in str(error).lower()


def unopened(path, error):
    """Why a file could not be opened, in fewer words than DuckDB has."""
    if is_locked(error):
        holder = re.search(r"PID (\d+)", str(error))
        return failure("locked", "the database is in use by another process" + (f" ({holder[0]})" if holder else ""))
    if not os.path.exists(path):
        return failure("unreachable", f"there is no database '{path}'")
    return failure("unreachable", error)


def connect(duckdb, path, wait):
    """Opens the file; another process that writes to it may be about to end."""
    deadline = time.monotonic() + wait
    while True:
        try:
            return duckdb.connect(path, read_only=True)
        except duckdb.Error as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def columns_of(connection, names):
    """The columns of the tables and views with these names, in lower case: {name: {(database, schema, name): [...]}}."""
    found = {}
    cursor = connection.execute(
        "SELECT database_name, schema_name, table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
        "WHERE NOT internal AND list_contains(?, lower(table_name)) "
        "ORDER BY database_name, schema_name, table_name, column_index", [sorted(names)])
    while rows := cursor.fetchmany(10000):
        for database, schema, table, *column in rows:
            places = found.setdefault(table.lower(), {})
            columns = places.setdefault((database, schema, table), [])
            if len(columns) <= MOST_COLUMNS:
                columns.append(column)
    return found


def same(wanted, name):
    return wanted is None or wanted.lower() == name.lower()


def place_of(asked, places, current):
    """The table that is meant, and why there is none. One whose name was given in full wins."""
    schema, database = asked["schema"], asked["database"]
    fitting = [place for place in places if same(schema, place[1]) and same(database, place[0])]
    if not fitting and places and database is not None:
        fitting = [place for place in places if same(schema, place[1])]  # the product may call its database otherwise
    exact = [place for place in fitting if place[2] == asked["name"]] or fitting
    own = [place for place in exact if place[0] == current] or exact
    shown = ".".join(part for part in (database, schema, asked["name"]) if part)
    if not own:
        return None, failure("missing", f"there is no table '{shown}'")
    if len(own) > 1:
        names = ", ".join(".".join(place) for place in own[:3])
        return None, failure("ambiguous", f"'{shown}' may be any of several tables: {names}")
    return own[0], None


class Table:
    def __init__(self, connection, asked, place, columns):
        self.connection, self.asked = connection, asked
        self.relation = ".".join(quoted(part) for part in place)
        self.known = {name.lower() for name, _, _ in columns}
        self.columns, self.values, self.errors, self.probe_error = columns, [], [], None

    def scalar(self, statement):
        cursor = self.connection.execute(statement)
        row = cursor.fetchone()
        if cursor.fetchone() is not None:
            raise ValueError("the query has more than one row")
        return row

    def text(self, measure):
        return self.relation.join(measure["sql"])

    def fitting(self):
        """The measures whose columns are there."""
        for measure in self.asked["measures"]:
            missing = [name for name in measure["columns"] if name.lower() not in self.known]
            if missing:
                self.errors.append([measure["number"], "column", f"there is no column '{missing[0]}'"])
            else:
                yield measure

    def measure(self, error_type):
        """All expressions in one statement; where that fails, one by one, so that each error is told by itself."""
        if self.asked["probe"]:
            try:
                self.connection.execute(f"SELECT 1 FROM {self.relation} LIMIT 1").fetchone()
            except error_type as error:
                self.probe_error = failure("failed", error)
        found = list(self.fitting())
        if not found:
            return
        try:
            row = self.scalar("SELECT " + ", ".join(self.text(one) for one in found) + f" FROM {self.relation}")
            self.values += [[one["number"], value_of(value)] for one, value in zip(found, row)]
        except error_type:
            for one in found:
                self.ask(one["number"], f"SELECT {self.text(one)} FROM {self.relation}", error_type)

    def rules(self, error_type):
        for measure in self.fitting():
            self.ask(measure["number"], self.text(measure), error_type, of_contract=True)

    def is_select(self, text):
        """Whether a text is one statement that reads: DuckDB's own parser is asked, nothing runs."""
        statements = self.connection.extract_statements(text)
        return len(statements) == 1 and statements[0].type.name == "SELECT"

    def ask(self, number, statement, error_type, of_contract=False):
        try:
            if of_contract and not self.is_select(statement):
                raise ValueError("the query is not one SELECT")
            row = self.scalar(statement)
            if row is not None and len(row) > 1:
                raise ValueError("the query has more than one column")
            self.values.append([number, value_of(row[0]) if row else None])
        except (error_type, ValueError) as error:
            self.errors.append([number, "failed", str(error).strip()[:LONGEST]])

    def answer(self, seconds):
        answer = {"id": self.asked["id"], "relation": self.relation, "seconds": round(seconds, 6),
                  "values": [pair for pair in self.values if pair[1] is not None], "errors": self.errors}
        if self.probe_error:
            answer["probe_error"] = self.probe_error
        if self.asked["columns"]:
            answer["columns"] = [{"name": name, "type": kind, "nullable": bool(nullable)}
                                 for name, kind, nullable in self.columns]
        return answer


def confine(connection, folder):
    """From here on statements reach the database and the project's folder, and cannot change that."""
    connection.execute("SET allowed_directories = [" + "'" + folder.replace("'", "''") + "/'" + "]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def end_with_reader():
    """Ends this process once nobody can read its answers: a statement of hours would keep the file from dbt."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)  # that its other end is closed is told unasked
    poll.poll()
    os._exit(1)


def main(path):
    threading.Thread(target=end_with_reader, daemon=True).start()
    with open(path, encoding="utf-8") as file:
        request = json.load(file)
    try:
        import duckdb
    except ImportError as error:
        return say(error=failure("unreachable", f"the Python beside dbt has no duckdb: {error}"))
    try:
        connection = connect(duckdb, request["path"], request["lock_wait"])
        current = connection.execute("SELECT current_database()").fetchone()[0]
        found = columns_of(connection, {table["name"].lower() for table in request["tables"]})
    except (duckdb.Error, OSError) as error:
        return say(error=unopened(request["path"], error))
    if request["confined"]:
        confine(connection, request["folder"])
    say(open=True)
    for asked in request["tables"]:
        say(begin=asked["id"])
        started = time.monotonic()
        place, wrong = place_of(asked, found.get(asked["name"].lower(), {}), current)
        if wrong:
            say(id=asked["id"], error=wrong, seconds=0)
            continue
        columns = found[asked["name"].lower()][place]
        if len(columns) > MOST_COLUMNS:
            say(id=asked["id"], error=failure("failed", f"the table has more than {MOST_COLUMNS} columns"), seconds=0)
            continue
        table = Table(connection, asked, place, columns)
        (table.rules if request["confined"] else table.measure)(duckdb.Error)
        say(**table.answer(time.monotonic() - started))


main(sys.argv[1])
