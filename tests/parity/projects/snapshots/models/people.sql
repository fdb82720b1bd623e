select 1 as id, current_timestamp as changed_at
