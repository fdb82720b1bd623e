"""Compares two manifests of one project entry by entry: the real dbt's and the one that floe makes of the sources.

dbt's word is the truth. floe may hedge, and only where it says so: an edge listed as conditional may be absent,
a field that one of an entry's doubts is about may differ. Everything else that differs is wrong, but for what
dbt 2 is known to write otherwise (dbt2.py).
"""

from dataclasses import dataclass, field

import dbt2
from alike import IGNORED, agree, member, same

EXACT, CONDITIONAL, PARTIAL, WRONG = "exact", "conditional", "partial", "wrong"

SECTIONS = ("nodes", "sources", "exposures", "metrics", "groups", "semantic_models", "saved_queries", "unit_tests",
            "functions", "macros", "docs")

COMMON = ("name", "resource_type", "package_name", "path", "original_file_path", "description", "config", "meta", "tags",
          "fqn")
RELATION = ("alias", "database", "schema", "relation_name")
CALLS = ("refs", "sources", "metrics", "functions", "depends_on.nodes", "depends_on.macros")
COMPILED = COMMON + RELATION + CALLS + ("checksum", "columns", "docs", "group", "language", "raw_code", "contract",
                                        "patch_path")

# What is compared of each kind of entry: the members that policies can see, directly or through config.
FIELDS = {
    "model": COMPILED + ("access", "version", "latest_version", "deprecation_date", "constraints", "primary_key",
                         "time_spine"),
    "seed": COMMON + RELATION + ("depends_on.nodes", "depends_on.macros", "checksum", "columns", "docs", "group",
                                 "patch_path"),
    "snapshot": COMPILED,
    "analysis": COMPILED,
    "operation": COMPILED,
    "function": COMPILED + ("access", "arguments", "returns"),
    "test": COMPILED + ("test_metadata", "column_name", "file_key_name", "attached_node"),
    "source": COMMON + ("database", "schema", "relation_name", "identifier", "source_name", "source_description",
                        "source_meta", "loader", "loaded_at_field", "loaded_at_query", "freshness", "external",
                        "quoting", "columns"),
    "exposure": COMMON + CALLS + ("type", "owner", "label", "maturity", "url"),
    "metric": COMMON + CALLS + ("label", "type", "type_params", "filter", "time_granularity", "group"),
    "semantic_model": COMMON + ("refs", "depends_on.nodes", "label", "model", "node_relation", "defaults", "entities",
                                "measures", "dimensions", "primary_entity", "group"),
    "saved_query": COMMON + ("refs", "depends_on.nodes", "label", "query_params", "exports", "group"),
    "unit_test": ("name", "resource_type", "package_name", "path", "original_file_path", "description", "config", "fqn",
                  "model", "given", "expect", "overrides", "versions", "version", "depends_on.nodes"),
    "group": ("name", "resource_type", "package_name", "path", "original_file_path", "description", "owner", "config"),
    "macro": ("name", "resource_type", "package_name", "path", "original_file_path", "macro_sql", "description",
              "depends_on.macros", "meta", "docs", "patch_path", "arguments", "supported_languages"),
    "doc": ("name", "resource_type", "package_name", "path", "original_file_path", "block_contents"),
}

# Lists whose order says nothing.
SETS = {"refs", "sources", "metrics", "functions", "depends_on.nodes", "depends_on.macros"}

# What a doubt about a config key is also about: members that dbt derives from it.
DERIVED = {
    "alias": ("alias", "relation_name"),
    "schema": ("schema", "relation_name"),
    "database": ("database", "relation_name"),
    "materialized": ("relation_name",),
    "enabled": ("enabled",),
    "tags": ("tags",),
    "meta": ("meta",),
    "group": ("group",),
    "access": ("access",),
    "docs": ("docs",),
    "contract": ("contract",),
    "store_failures": ("relation_name", "config.store_failures_as"),
    "store_failures_as": ("relation_name", "config.store_failures"),
}

@dataclass
class Difference:
    """One thing that floe says otherwise; `excuse` is floe's own doubt that allows it."""

    unique_id: str
    field: str
    dbt: object
    floe: object
    place: str
    excuse: str = ""


@dataclass
class Entry:
    """What came of one unique id."""

    unique_id: str
    kind: str
    verdict: str = EXACT
    differences: list = field(default_factory=list)


@dataclass
class Report:
    """What came of one project with one dbt."""

    entries: list = field(default_factory=list)
    problems: list = field(default_factory=list)  # errors that floe reports of what dbt accepts

    def count(self, verdict, macros=False):
        return sum(entry.verdict == verdict and (entry.kind in ("macro", "doc")) == macros for entry in self.entries)

    def total(self, macros=False):
        return sum((entry.kind in ("macro", "doc")) == macros for entry in self.entries)

    @property
    def wrong(self):
        return self.count(WRONG) + self.count(WRONG, True) + len(self.problems)


def sortable(value):
    return sorted(value or [], key=repr)


class Doubts:
    """What floe says of an entry that it cannot know."""

    def __init__(self, entry):
        marks = entry.get("floe") or {}
        self.partial = marks.get("partial") or []
        self.conditional = marks.get("conditional") or []
        self.unresolved = set(marks.get("unresolved") or [])
        if self.unresolved & {"alias", "database", "schema"}:
            self.unresolved.add("relation_name")

    @property
    def uncertain_edges(self):
        return {edge["unique_id"] for edge in self.conditional if edge.get("taken")}

    def about(self, name):
        """The reason of a doubt that covers a member, or None. `config` covers all its keys."""
        if name in self.unresolved:
            return "unresolved"
        for doubt in self.partial:
            about = doubt.get("about") or ""
            if covers(about, name):
                return f"{about}: {doubt.get('reason')} ({doubt.get('file')}:{doubt.get('line')})"
        return None


def covers(about, name):
    if about == "edges":
        return name in ("depends_on.nodes", "refs", "sources", "metrics", "functions")
    if about == "macros":
        return name == "depends_on.macros"
    if about in ("name", "arguments"):
        return name in ("name", "unique_id", "alias", "path", "fqn", "test_metadata", "relation_name", "raw_code", "config.alias")
    if about.startswith("config."):
        key = about[len("config."):]
        return name == about or name in DERIVED.get(key, ())
    return name == about or name.startswith(about + ".")


def place_of(entry):
    return (entry or {}).get("original_file_path") or "?"


def compare_edges(unique_id, theirs, ours, doubts):
    """The nodes that an entry depends on: what is certain must be there, what is there must be known."""
    dbt, floe = set(member(theirs, "depends_on.nodes") or []), set(member(ours, "depends_on.nodes") or [])
    place = place_of(ours)
    found = []
    for target in sortable(dbt - floe):
        found.append(Difference(unique_id, "depends_on.nodes", target, None, place, doubts.about("depends_on.nodes") or ""))
    for target in sortable(floe - dbt):
        edge = next((edge for edge in doubts.conditional if edge["unique_id"] == target and edge.get("taken")), None)
        excuse = f"conditional: {edge.get('reason')} ({edge.get('file')}:{edge.get('line')})" if edge else ""
        found.append(Difference(unique_id, "depends_on.nodes", None, target, place, excuse))
    return found


def hedged_call(call, doubts):
    """Whether a call of ref() or source() is one whose edge floe calls conditional."""
    if isinstance(call, dict):
        name, version = call.get("name"), call.get("version")
        endings = {f".{name}", f".{name}.v{version}"} if version is not None else {f".{name}"}
        return any(any(edge.endswith(ending) or (version is None and f".{name}.v" in edge) for ending in endings)
                   for edge in doubts.uncertain_edges)
    return any(edge.endswith("." + ".".join(map(str, call[-2:]))) for edge in doubts.uncertain_edges)


def compare_set(unique_id, name, theirs, ours, doubts):
    dbt, floe = sortable(member(theirs, name)), sortable(member(ours, name))
    if name.startswith("depends_on."):
        dbt, floe = sortable(set(dbt)), sortable(set(floe))
    missing = [one for one in dbt if not any(same(one, other) for other in floe)]
    extra = [one for one in floe if not any(same(one, other) for other in dbt)]
    if not missing and not extra:
        return [] if len(dbt) == len(floe) or doubts.conditional else [
            Difference(unique_id, name, dbt, floe, place_of(ours), doubts.about(name) or "")]
    found = [Difference(unique_id, name, one, None, place_of(ours), doubts.about(name) or "") for one in missing]
    for one in extra:
        excuse = "conditional" if name in ("refs", "sources") and hedged_call(one, doubts) else ""
        found.append(Difference(unique_id, name, None, one, place_of(ours), excuse))
    return found


def compare_config(unique_id, theirs, ours, doubts):
    dbt, floe = theirs.get("config") or {}, ours.get("config") or {}
    found = []
    for key in sorted(dbt.keys() | floe.keys(), key=str):
        if not agree(key, dbt.get(key), floe.get(key)):
            name = f"config.{key}"
            found.append(Difference(unique_id, name, dbt.get(key), floe.get(key), place_of(ours), doubts.about(name) or ""))
    return found


def compare_columns(unique_id, theirs, ours, doubts):
    dbt, floe = theirs.get("columns") or {}, ours.get("columns") or {}
    excuse = doubts.about("columns") or ""
    if list(dbt) != list(floe):
        return [Difference(unique_id, "columns", list(dbt), list(floe), place_of(ours), excuse)]
    found = []
    for name, column in dbt.items():
        for key in sorted((column.keys() | floe[name].keys()) - IGNORED - {"doc_blocks"}):
            if not agree(key, column.get(key), floe[name].get(key)):
                label = f"columns.{name}.{key}"
                found.append(Difference(unique_id, label, column.get(key), floe[name].get(key), place_of(ours),
                                        excuse or doubts.about(label) or ""))
    return found


def without_made_names(dbt, floe):
    """Exports without the parts of their relation's name that dbt's macros make and floe leaves open."""
    made = ("schema_name", "database", "alias")
    known = [member(export, "config") or {} for export in floe or []]
    return [{**export, "config": {key: value for key, value in export["config"].items() if key not in made or key in own}}
            for export, own in zip(dbt or [], known)] + (dbt or [])[len(known):]


def compare_member(unique_id, name, theirs, ours, doubts):
    if name == "depends_on.nodes":
        return compare_edges(unique_id, theirs, ours, doubts)
    if name in SETS:
        return compare_set(unique_id, name, theirs, ours, doubts)
    if name == "config":
        return compare_config(unique_id, theirs, ours, doubts)
    if name == "columns":
        return compare_columns(unique_id, theirs, ours, doubts)
    dbt, floe = member(theirs, name), member(ours, name)
    if name == "name" and dbt is None:  # a docs block whose name dbt could not read
        return []
    if name == "exports":
        dbt = without_made_names(dbt, floe)
    if agree(name, dbt, floe):
        return []
    return [Difference(unique_id, name, dbt, floe, place_of(ours), doubts.about(name) or "")]


def compare_entry(unique_id, theirs, ours, rules):
    """One entry that both have."""
    kind = theirs.get("resource_type") or ours.get("resource_type") or unique_id.split(".")[0]
    doubts = Doubts(ours)
    entry = Entry(unique_id, kind)
    dbt, floe = rules.forms(kind, theirs, ours)
    for name in FIELDS.get(kind, COMMON):
        entry.differences += [one for one in compare_member(unique_id, name, dbt, floe, doubts) if not rules.allows(one, dbt, floe)]
    if any(not one.excuse for one in entry.differences):
        entry.verdict = WRONG
    elif doubts.partial:
        entry.verdict = PARTIAL
    elif doubts.uncertain_edges:
        entry.verdict = CONDITIONAL
    return entry


class Rules:
    """What of a manifest is written otherwise, or not at all, by the dbt that wrote it: of dbt 1 nothing."""

    def forms(self, kind, theirs, ours):
        """Both entries in the form that is compared."""
        return theirs, ours

    def allows(self, one, theirs, ours):
        """Whether a difference is none because of what this dbt does not tell."""
        return False

    def listed(self, unique_id, entries):
        """Whether an entry of dbt's stands for something of the project."""
        return True


# Adapters whose package brings another's along. A package of a project may have such a name too, so no others count.
BASES = {"redshift": ("postgres",), "databricks": ("spark",), "fabricspark": ("spark",), "synapse": ("fabric",)}


def flatten(manifest):
    """Unique id → entry, and unique id → disabled entries, without what belongs to dbt itself: its own package and
    those of adapters, be it the one on which the target's builds (redshift's on postgres', databricks' on spark's)."""
    adapter = (manifest.get("metadata") or {}).get("adapter_type") or "duckdb"
    built_in = {"dbt", *(f"dbt_{name}" for name in (adapter, *BASES.get(adapter, ())))}
    live, disabled = {}, {}
    for section in SECTIONS:
        for unique_id, entry in (manifest.get(section) or {}).items():
            if entry.get("package_name") not in built_in:
                live[unique_id] = {"resource_type": unique_id.split(".")[0], **entry}
    for unique_id, entries in (manifest.get("disabled") or {}).items():
        entries = entries if isinstance(entries, list) else [entries]
        disabled[unique_id] = sorted(({"resource_type": unique_id.split(".")[0], **entry} for entry in entries),
                                     key=lambda entry: (str(entry.get("original_file_path")), str(entry.get("path"))))
    return live, disabled


def lost(unique_id, entry, field_name, dbt, floe, excuse=""):
    one = Entry(unique_id, entry.get("resource_type"), PARTIAL if excuse else WRONG)
    one.differences.append(Difference(unique_id, field_name, dbt, floe, place_of(entry), excuse))
    return one


def state(unique_id, live, disabled):
    return "enabled" if unique_id in live else "disabled" if unique_id in disabled else "absent"


class Comparison:
    def __init__(self, dbt, floe, rules):
        self.rules = rules
        self.dbt, self.dbt_disabled = flatten(dbt)
        self.floe, self.floe_disabled = flatten(floe)
        self.dbt = {key: entry for key, entry in self.dbt.items() if key in self.floe or rules.listed(key, {**self.dbt, **self.dbt_disabled})}
        self.report = Report()
        self.unnamed = {}  # file → entries of floe's whose name it doubts and dbt does not have

    def doubted_names(self):
        for unique_id, entry in self.floe.items():
            if unique_id not in self.dbt and Doubts(entry).about("unique_id"):
                self.unnamed.setdefault(place_of(entry), []).append(unique_id)

    def only_dbt(self, unique_id, entry, disabled):
        where = "disabled" if disabled else "enabled"
        other = self.floe.get(unique_id) or (self.floe_disabled.get(unique_id) or [None])[0]
        if other is not None:
            excuse = Doubts(other).about("enabled") or Doubts(other).about("config.enabled") or ""
            return lost(unique_id, other, "enabled", where, state(unique_id, self.floe, self.floe_disabled), excuse)
        waiting = self.unnamed.get(place_of(entry))
        if waiting and not disabled:
            return lost(unique_id, entry, "unique_id", unique_id, None, f"floe doubts the name of {waiting.pop(0)}")
        return lost(unique_id, entry, "unique_id", where, "absent")

    def run(self):
        self.doubted_names()
        entries = self.report.entries
        for unique_id, theirs in self.dbt.items():
            ours = self.floe.get(unique_id)
            entries.append(compare_entry(unique_id, theirs, ours, self.rules) if ours is not None
                           else self.only_dbt(unique_id, theirs, False))
        for unique_id, many in self.dbt_disabled.items():
            ours = self.floe_disabled.get(unique_id)
            if ours is None:
                if unique_id not in self.dbt:
                    entries.append(self.only_dbt(unique_id, many[0], True))
                else:
                    entries.append(lost(unique_id, many[0], "disabled", len(many), 0))
            elif len(ours) != len(many):
                entries.append(lost(unique_id, many[0], "disabled", len(many), len(ours)))
            else:
                entries += [compare_entry(unique_id, left, right, self.rules) for left, right in zip(many, ours)]
        self.only_floe()
        return self.report

    def only_floe(self):
        for unique_id, entry in self.floe.items():
            if unique_id not in self.dbt and unique_id not in self.dbt_disabled:
                if Doubts(entry).about("unique_id"):
                    continue
                excuse = Doubts(entry).about("config.enabled") or ""
                self.report.entries.append(lost(unique_id, entry, "unique_id", "absent", "enabled", excuse))
        for unique_id, many in self.floe_disabled.items():
            if unique_id not in self.dbt and unique_id not in self.dbt_disabled:
                self.report.entries.append(lost(unique_id, many[0], "unique_id", "absent", "disabled"))
            elif unique_id not in self.dbt_disabled and unique_id in self.floe:
                self.report.entries.append(lost(unique_id, many[0], "disabled", 0, len(many)))


def problems_of(manifest):
    return ((manifest.get("metadata") or {}).get("floe") or {}).get("problems") or []


def compare(dbt, floe, version="1.12", rules=None):
    """The report on floe's manifest beside dbt's. Errors that floe reports of what dbt accepts are wrong too."""
    rules = rules or (dbt2.Rules2() if version.startswith("2") else Rules())
    report = Comparison(dbt, floe, rules).run()
    report.problems = [one for one in problems_of(floe) if one.get("severity") == "error"]
    return report
