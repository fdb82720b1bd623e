def model(dbt, session):
    dbt.config(materialized="incremental", enabled=True)
    return dbt.ref("versions_of_start", v=1)
