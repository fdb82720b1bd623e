select {{ toolbox.star(from=source('shop', 'orders'), except=['_dirty']) }} from {{ var('shop__orders') }}
