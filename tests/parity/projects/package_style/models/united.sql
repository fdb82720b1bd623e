{{ toolbox.union_relations(relations=[ref('orders_override'), ref('shop', 'stg_shop__orders'), source('shop', 'orders')], source_column_name=none) }}
