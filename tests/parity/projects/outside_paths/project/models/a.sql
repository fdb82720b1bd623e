select {{ shared() }} from {{ ref('shared_model') }} join {{ source('shared', 'table') }} using (id) join {{ ref('c') }} using (id)
