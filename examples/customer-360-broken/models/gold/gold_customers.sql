select
    accounts.account_id as customer_id,
    lower(accounts.email) as email,
    accounts.segment,
    sum(payments.amount) as revenue
from {{ ref('bronze_accounts') }} as accounts
inner join {{ ref('stg_payments') }} as payments
    on payments.payment_id = accounts.account_id || '-1'
group by accounts.account_id, accounts.email, accounts.segment
