alter table payments
  -- The workflow that webhooks of the payment signal; null for that of the checkout, checkout/<checkout_id>.
  add column workflow_id text,
  -- Named as PostgreSQL has named them in 0001; a payment may be of no checkout now.
  drop constraint payments_check,
  add constraint payments_content
    check (content_hash is null or num_nulls(customer_id, amount, currency, payment_method) = 0),
  add constraint payments_owner check (content_hash is null or num_nonnulls(checkout_id, workflow_id) > 0);
