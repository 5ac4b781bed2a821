-- A journal is about something: an order until now, later an invoice or a purchase order.
alter table journals add column subject_kind text, add column subject_id text;

-- Nothing that a journal says changes: its order is named in another place.
alter table journals disable trigger refuse_change;
update journals set subject_kind = 'order', subject_id = coalesce(order_id, checkout_id);
alter table journals enable always trigger refuse_change;

alter table journals
  alter column subject_kind set not null,
  alter column subject_id set not null,
  drop column checkout_id,
  drop column order_id,
  -- Whether a journal was posted with other content is seen by what it says.
  drop column content_hash;

create index journals_by_subject on journals (subject_kind, subject_id);
