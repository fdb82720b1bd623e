select * from {{ ref("n") }} join {{ source("s", "t") }} using (id)
