def model(dbt, session):
    dbt.config(materialized="table", limit=-3.5, nothing=None)
    wanted = dbt.config.get("limit")
    other = dbt.config.get("threshold_in_yaml", 5)
    return session.sql("select 1 as id")
