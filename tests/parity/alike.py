"""When two values of a manifest say the same. What is absent and what is empty are the same in the members that dbt
itself defines; in what users write (meta, arguments, rows) nothing is."""

# Members below which users write what they like: there null, empty and absent are three things.
FREE = {"meta", "source_meta", "kwargs", "rows", "vars", "env_vars", "owner"}

# Members that differ from run to run or that dbt's semantic layer derives from others.
IGNORED = {"created_at", "input_measures"}

# Members of the semantic layer in which dbt writes out defaults: there false is as good as absent.
DEFAULTED = {"type_params", "measures", "dimensions"}


def same(left, right):
    """Equality that tells true from 1, and null from absent."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def empty(value):
    """Whether nothing is said: null, "", [], or a dict of which that holds throughout."""
    if isinstance(value, dict):
        return all(map(empty, value.values()))
    return value is None or value == "" or value == []


def alike(left, right, defaulted=False):
    """Equality for what dbt defines: what is absent, null and empty is one."""
    if empty(left) and empty(right) or (defaulted and (left or None) is None and (right or None) is None):
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        return all(agree(key, left.get(key), right.get(key), defaulted) for key in (left.keys() | right.keys()) - IGNORED)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(alike(one, other, defaulted) for one, other in zip(left, right))
    return same(left, right)


def agree(key, left, right, defaulted=False):
    """Equality of two values of one member: of what users write only the whole may be absent."""
    if key in FREE:
        return same(left or None, right or None)
    return alike(left, right, defaulted or key in DEFAULTED)


def member(entry, name):
    """`depends_on.nodes` of an entry, or None."""
    for key in name.split("."):
        entry = entry.get(key) if isinstance(entry, dict) else None
    return entry
