-- What the payment provider has given back of a card payment, by a refund that was made there or by a dispute: once for each.
create table payment_reversals (
  -- The provider's id: re_…, dp_….
  reversal_id text primary key,
  payment_id text not null references payments,
  invoice_id text not null references invoices,
  means text not null check (means in ('refund', 'dispute')),
  amount bigint not null check (amount > 0),
  -- What the provider charges for it; it is the shop's.
  fee bigint not null default 0 check (fee >= 0),
  -- What the invoice asks for again, and what was credit of its notes and is paid out by this.
  to_invoice bigint not null check (to_invoice >= 0),
  from_credit bigint not null check (from_credit >= 0),
  reversed_at timestamptz not null default clock_timestamp(),
  -- A dispute that the shop has won: what the invoice asks for less, and what is the customer's credit.
  reinstated_at timestamptz,
  fee_returned bigint not null default 0 check (fee_returned >= 0),
  back_to_invoice bigint not null default 0 check (back_to_invoice >= 0),
  back_to_credit bigint not null default 0 check (back_to_credit >= 0),
  constraint reversal_adds_up check (amount = to_invoice + from_credit),
  constraint reinstatement_adds_up check (
    back_to_invoice + back_to_credit = case when reinstated_at is null then 0 else amount end
  )
);

create index payment_reversals_by_payment on payment_reversals (payment_id);
create index payment_reversals_by_invoice on payment_reversals (invoice_id);
