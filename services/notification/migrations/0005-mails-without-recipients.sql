-- To whom a mail went is known by what it is about; the address itself is nobody's business here any more.
alter table mails alter column recipient drop not null;
update mails set recipient = null;
