"""Lets dbt tell how many rows DuckDB wrote.

dbt imports this module while it starts, for its name begins with `dbt_` and floe puts its folder on PYTHONPATH.
DuckDB answers CREATE TABLE AS, INSERT and the like with one row that holds a count, which dbt-duckdb does not look
at: a node's answer is "OK", whatever happened. Here it becomes "OK 148500". Nothing that goes wrong here may reach
dbt: then the answer stays as it was.
"""

import threading

# Of the statement that a thread runs: whether its result is nobody's, and its count once it was fetched.
_statement = threading.local()


def rows_of(cursor):
    """The count that a statement was answered with; None where there is none."""
    description = cursor.description
    if not description or len(description) != 1 or description[0][0] != "Count":
        return None
    row = cursor.fetchone()
    count = row[0] if row and len(row) == 1 else None
    return count if isinstance(count, int) and count >= 0 else None


def _with_rows(response, cursor):
    """dbt asks for the response of a statement more than once; the row can be fetched once."""
    try:
        if not getattr(_statement, "unread", False) or response.rows_affected is not None:
            return response
        if _statement.rows is None:
            _statement.rows = rows_of(cursor)
        if _statement.rows is not None:
            rows = _statement.rows
            return type(response)(_message="%s %d" % (response, rows), code=response.code, rows_affected=rows)
    except Exception:  # whatever it is, dbt's own answer stands
        pass
    return response


def install(manager):
    """Makes dbt-duckdb's manager of connections look at the counts of statements whose result nobody fetches."""
    own_execute, own_response = manager.execute, manager.get_response

    def execute(self, sql, auto_begin=False, fetch=False, *more, **named):
        before = getattr(_statement, "unread", False)
        _statement.unread, _statement.rows = not fetch, None
        try:
            return own_execute(self, sql, auto_begin, fetch, *more, **named)
        finally:
            _statement.unread = before

    def get_response(cls, cursor):
        return _with_rows(own_response(cursor), cursor)

    manager.execute, manager.get_response = execute, classmethod(get_response)


try:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    install(DuckDBConnectionManager)
except Exception:  # another adapter, or another dbt-duckdb than those known
    pass
