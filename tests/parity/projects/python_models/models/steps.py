import datetime

THRESHOLD = 3


def helper(dbt, name):
    return name.upper()


def model(dbt, session):
    """A model; dbt.ref("not_a_call") in a text is none."""
    dbt.config(
        materialized="table",
        tags=["python", "two"],
        packages=["pandas==2.0", "numpy"],
        meta={"a": 1, "b": [1, 2]},
        unique_key="id",
    )
    wanted = dbt.config.get("unique_key")
    said = dbt.config.meta_get("a")
    unsaid = dbt.config.meta_get("z", 3)
    other = dbt.config.get("materialized", "view")
    frame = dbt.ref("start")
    raw = dbt.source("raw", "table")
    if dbt.is_incremental:
        frame = dbt.ref("python_models", "start")
    # dbt.ref("in_a_comment")
    return frame.filter("id > 1")
