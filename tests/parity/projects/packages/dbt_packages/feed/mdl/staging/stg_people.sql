select * from {{ var('people_source', source('feed_raw', 'people')) }}
