select * from {{ adapter.dispatch('table_of')('four') }} join {{ macro_made_refs.qualified() }} using (id)
