-- A mail belongs to what it is about. Until now that was an order, which carries the id of its checkout: nothing is lost with
-- that column. All of it changes the catalogue alone, however many mails there are.
alter table mails rename column order_id to subject_id;
alter table mails add column subject_kind text not null default 'order';
alter table mails alter column subject_kind drop default;
alter table mails drop column checkout_id;
