"""What dbt 2 writes into a manifest otherwise than dbt 1, and what it leaves out.

Each function of FORMS brings two ways to write one fact to one. Each of ALLOWED knows one thing that dbt 2 does not
tell, or writes for reasons of its own, and allows the difference for it and nothing else. compare_test.py holds, for
every one of them by name, a difference that it lets through and others that it must not.
"""

import csv
import io
import os
import re

from alike import empty, member


def columns_of(made):
    return [column for column in made["columns"].values() if isinstance(column, dict)]


def unless_told(constraint):
    return {key: value for key, value in constraint.items() if not empty(value) and not (key.startswith("warn_") and value is True)}


# ---- forms: each changes a copy of an entry, dbt's and floe's alike ----


def tags_in_the_order_of_the_alphabet(kind, made):
    for holder in [made, made["config"], *columns_of(made), *(column["config"] for column in columns_of(made))]:
        if isinstance(holder.get("tags"), list):
            holder["tags"] = sorted(holder["tags"], key=str)


def versions_of_refs_as_text(kind, made):
    if isinstance(made.get("refs"), list):
        made["refs"] = [{**call, "version": None if call.get("version") is None else str(call["version"])}
                        if isinstance(call, dict) else call for call in made["refs"]]


def severity_in_small_letters(kind, made):
    if isinstance(made["config"].get("severity"), str):
        made["config"]["severity"] = made["config"]["severity"].lower()


def dates_of_deprecation(kind, made):
    """dbt 2 has them as they stand in the file: a day, or a time without its T. Midnight UTC is the day."""
    if made.get("deprecation_date"):
        time = re.sub(r"^(\d{4}-\d\d-\d\d) (?=\d)", r"\1T", str(made["deprecation_date"]))
        made["deprecation_date"] = re.sub(r"T00:00:00(\+00:00|Z)?$", "", time)


def constraints_without_what_is_unless_told(kind, made):
    """A constraint warns where it is not enforced, unless told: null to dbt 2, true to dbt 1."""
    for holder in (made, *columns_of(made)):
        if isinstance(holder.get("constraints"), list):
            holder["constraints"] = [unless_told(one) if isinstance(one, dict) else one for one in holder["constraints"]]


def relations_without_a_database_in_memory(kind, made):
    if isinstance(made.get("relation_name"), str):
        made["relation_name"] = made["relation_name"].removeprefix('"memory".')


def macros_without_the_blanks_around_them(kind, made):
    if kind == "macro" and isinstance(made.get("macro_sql"), str):
        made["macro_sql"] = made["macro_sql"].strip()


def code_of_tests_without_their_config(kind, made):
    """dbt 2 writes less into the call of config() that both make up; the config is compared as such."""
    if kind == "test" and made.get("test_metadata") and isinstance(made.get("raw_code"), str):
        made["raw_code"] = re.sub(r"\{\{ config\(.*\) \}\}$", "", made["raw_code"], flags=re.DOTALL)


def rows_of(text):
    """The rows of a CSV text as dbt 1 has them: a field without any text is null."""
    return [{key: value or None for key, value in row.items()} for row in csv.DictReader(io.StringIO(text.strip()))]


def csv_of_unit_tests_as_rows(kind, made):
    for one in fixtures_of(kind, made):
        if one.get("format") == "csv" and isinstance(one.get("rows"), str):
            one["rows"] = rows_of(one["rows"])


def fixtures_by_name(kind, made):
    """dbt 2 writes the path of the file."""
    for one in fixtures_of(kind, made):
        if isinstance(one.get("fixture"), str):
            one["fixture"] = re.sub(r"\.(csv|sql)$", "", os.path.basename(one["fixture"]))


def fixtures_of(kind, made):
    if kind != "unit_test":
        return []
    return [one for one in [*(made.get("given") or []), made.get("expect")] if isinstance(one, dict)]


FORMS = (tags_in_the_order_of_the_alphabet, versions_of_refs_as_text, severity_in_small_letters, dates_of_deprecation,
         constraints_without_what_is_unless_told, relations_without_a_database_in_memory,
         macros_without_the_blanks_around_them, code_of_tests_without_their_config, csv_of_unit_tests_as_rows,
         fixtures_by_name)


# ---- forms of two entries: each changes copies of dbt's and of floe's ----


def columns_that_repeat_their_node(kind, theirs, ours):
    """A column without tags, or meta, of its own has those of its node in dbt 2; its config has its own."""
    for column in columns_of(theirs):
        for key, nothing in (("tags", []), ("meta", {})):
            if empty(column["config"].get(key)) and column.get(key) == theirs.get(key):
                column[key] = nothing


def rows_that_stand_in_a_file(kind, theirs, ours):
    """dbt 2 does not write the rows of a fixture that it names."""
    for one, other in zip(fixtures_of(kind, theirs), fixtures_of(kind, ours)):
        if one.get("fixture") and one.get("rows") is None and other.get("fixture"):
            other["rows"] = None


PAIRS = (columns_that_repeat_their_node, rows_that_stand_in_a_file)


# ---- allowed: whether a difference is none ----

# What dbt 1 writes where nobody has said a word; dbt 2 leaves the key out.
DEFAULTS = {"lookback": [1], "on_configuration_change": ["apply"], "on_schema_change": ["ignore"], "docs": [{"show": True}],
            "contract": [{"enforced": False, "alias_types": True}], "delimiter": [","], "enabled": [True],
            "snowflake": [{"quote_args": True}], "materialized": ["seed", "function", "view"]}


def is_absent(entry, name):
    parts = name.split(".")
    holder = member(entry, ".".join(parts[:-1])) if parts[1:] else entry
    return not isinstance(holder, dict) or parts[-1] not in holder


def a_default_that_is_left_out(one, theirs, ours):
    key = one.field.removeprefix("config.")
    return is_absent(theirs, one.field) and one.floe in DEFAULTS.get(key, [])


def a_member_that_is_never_written(one, theirs, ours):
    unwritten = {"source": ("source_meta",), "unit_test": ("versions",), "test": ("patch_path",)}
    return one.field in unwritten.get(theirs.get("resource_type"), ()) and is_absent(theirs, one.field)


def no_change_of_schema_is_told(one, theirs, ours):
    return one.field == "config.on_schema_change" and one.dbt is None and one.floe == "ignore"


def analysis_by_dbt_itself(one, theirs, ours):
    """How far dbt 2 is to look into the SQL: a key of its own, with a value also where nobody set it."""
    unread = theirs.get("resource_type") == "analysis" or theirs.get("language") == "python"
    return one.field == "config.static_analysis" and one.dbt == ("off" if unread else "baseline") and one.floe is None


def where_a_schema_comes_from(one, theirs, ours):
    return one.field == "config.schema_origin" and one.dbt == "remote" and one.floe is None


def quoting_of_the_project(one, theirs, ours):
    """dbt 2 writes into each config what holds for it; floe what the config itself says."""
    own = one.floe or {}
    return (one.field == "config.quoting" and isinstance(one.dbt, dict) and isinstance(own, dict)
            and all(key in one.dbt and one.dbt[key] is value for key, value in own.items()))


def arguments_and_calls_of_macros(one, theirs, ours):
    """Of no macro it tells what it calls, and of those without properties not the arguments."""
    return (theirs.get("resource_type") == "macro" and one.field in ("arguments", "depends_on.macros")
            and empty(member(theirs, one.field)))


def calls_and_code_of_what_is_disabled(one, theirs, ours):
    """What a disabled node calls it does not say; of one whose file it did not look into, the code neither."""
    if (theirs.get("config") or {}).get("enabled") is not False:
        return False
    if one.field == "checksum":
        return (one.dbt or {}).get("name") == "none" and empty(theirs.get("raw_code"))
    return one.field in ("refs", "sources", "metrics", "functions", "depends_on.nodes", "depends_on.macros",
                         "raw_code") and empty(member(theirs, one.field))


def is_shortened(entry):
    """Whether the name of a generic test is over the limit: its alias ends with a hash then."""
    return (entry.get("resource_type") == "test" and not empty(entry.get("test_metadata"))
            and entry.get("alias") != entry.get("name") and bool(re.search(r"_[0-9a-f]{32}$", str(entry.get("alias")))))


def alias_of_a_shortened_test(one, theirs, ours):
    return is_shortened(theirs) and one.field == "config.alias" and one.dbt is None and one.floe == theirs.get("alias")


def macros_of_a_shortened_test(one, theirs, ours):
    return is_shortened(theirs) and one.field == "depends_on.macros" and empty(member(theirs, one.field))


def a_snapshot_as_a_macro(one, theirs, ours):
    """A block is a macro to it, on which the snapshot depends."""
    macro = f"snapshot.{theirs.get('package_name')}.snapshot_{theirs.get('name')}"
    return theirs.get("resource_type") == "snapshot" and one.field == "depends_on.macros" and one.dbt == macro


def several_snapshots_in_a_file(one, theirs, ours):
    """The code of each, and so the checksum, is the whole file from its first block on."""
    whole, own = theirs.get("raw_code") or "", (ours.get("raw_code") or "").strip()
    return (theirs.get("resource_type") == "snapshot" and one.field in ("raw_code", "checksum")
            and bool(re.search(r"\{%-?\s*endsnapshot\s*-?%\}", whole)) and bool(own) and own in whole)


def schema_of_an_operation(one, theirs, ours):
    return theirs.get("resource_type") == "operation" and one.field == "schema" and one.dbt == "public"


def access_of_a_function(one, theirs, ours):
    """What functions are unless told."""
    return theirs.get("resource_type") == "function" and one.field == "access" and one.dbt == "private" and one.floe is None


def place_of_a_function(one, theirs, ours):
    """The config does not repeat what went into the function's own schema and database, which are compared."""
    return theirs.get("resource_type") == "function" and one.field in ("config.schema", "config.database") and one.dbt is None


def what_the_config_alone_tells(one, theirs, ours):
    """The docs of no node, and the group of no seed, are written beside the config, which has them in dbt 2 too."""
    if one.field != "docs" and (one.field, theirs.get("resource_type")) != ("group", "seed"):
        return False
    told = member(theirs, f"config.{one.field}")
    return not empty(told) and is_absent(theirs, one.field) and one.floe == told


ALLOWED = (a_default_that_is_left_out, a_member_that_is_never_written, no_change_of_schema_is_told, analysis_by_dbt_itself,
           where_a_schema_comes_from, quoting_of_the_project, arguments_and_calls_of_macros,
           calls_and_code_of_what_is_disabled, alias_of_a_shortened_test, macros_of_a_shortened_test,
           a_snapshot_as_a_macro, several_snapshots_in_a_file, schema_of_an_operation, access_of_a_function,
           place_of_a_function, what_the_config_alone_tells)


def copy_of(entry):
    """A copy as deep as the forms change it, with a config and columns to look into."""
    made = {**entry, "config": dict(entry.get("config") or {})}
    columns = entry.get("columns")
    made["columns"] = {name: {**column, "config": dict(column.get("config") or {})} if isinstance(column, dict) else column
                       for name, column in columns.items()} if isinstance(columns, dict) else {}
    if isinstance(made.get("given"), list):
        made["given"] = [dict(one) if isinstance(one, dict) else one for one in made["given"]]
    if isinstance(made.get("expect"), dict):
        made["expect"] = dict(made["expect"])
    return made


class Rules2:
    """The rules for a manifest that dbt 2 wrote; `without` names some that are not to hold."""

    def __init__(self, without=()):
        self.form = [one for one in FORMS if one.__name__ not in without]
        self.pairs = [one for one in PAIRS if one.__name__ not in without]
        self.allowed = [one for one in ALLOWED if one.__name__ not in without]

    def forms(self, kind, theirs, ours):
        theirs, ours = copy_of(theirs), copy_of(ours)
        for form in self.form:
            form(kind, theirs)
            form(kind, ours)
        for form in self.pairs:
            form(kind, theirs, ours)
        return theirs, ours

    def allows(self, one, theirs, ours):
        return any(allowed(one, theirs, ours) for allowed in self.allowed)

    def listed(self, unique_id, entries):
        """The block of a snapshot stands beside the snapshot, as an entry of its own that says nothing more."""
        package, _, name = unique_id.removeprefix("snapshot.").partition(".")
        block = (unique_id.startswith("snapshot.") and name.startswith("snapshot_")
                 and f"snapshot.{package}.{name.removeprefix('snapshot_')}" in entries)
        return not block
