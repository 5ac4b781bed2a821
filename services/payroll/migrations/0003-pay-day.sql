-- Who has decided that a run is paid before its pay day; null where it was not.
alter table runs add column paid_early_by text;
