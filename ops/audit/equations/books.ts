import type { Equations } from '../equation.ts';
import { balanceOf, counts, money, moved, none } from './sql.ts';

/** What a journal says, in the form whose hash is its link: written down here a second time, as the audit trusts no code. */
const content = `'[' || concat_ws(',',
  journal_id, to_json(event_id), to_json(event_type), to_json(kind), to_json(subject_kind), to_json(subject_id),
  to_json(to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
  to_json(to_char(posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
  coalesce(reverses::text, 'null'), (
    select '[' || string_agg('[' || concat_ws(',', line, to_json(account), to_json(currency),
      coalesce(debit::text, 'null'), coalesce(credit::text, 'null')) || ']', ',' order by line) || ']'
    from ledger.entries where entries.journal_id = journals.journal_id
  )
) || ']'`;

const forged =
  'Stop trusting the books: `ledger verify` and `ledger reconcile` name the journal; restore it from a backup.';
const twice =
  'A process was killed between the answer of the mail server and its commit; who deduplicates by Message-ID shows it once.';

/** What must hold of the books and the mails, whatever they are about. */
export const booksEquations: Equations = {
  'ledger: debits = credits': {
    sides: `
      select 'journal ' || journal_id as subject, currency,
        sum(coalesce(debit, 0))::bigint as left, sum(coalesce(credit, 0))::bigint as right
      from ledger.entries group by journal_id, currency`,
    means: 'In each journal and each currency both sides are the same.',
    remedy: forged,
  },
  'ledger: journals without entries, and entries without a journal = 0': {
    sides: none(
      `'journal ' || journal_id`,
      `(select distinct journal_id from ledger.entries) as entry full join ledger.journals using (journal_id)
       where entry.journal_id is null or journals.journal_id is null`,
    ),
    means: 'No journal is empty, and no entry is left of one that was deleted.',
    remedy: forged,
  },
  'ledger: assets - liabilities = income - expenses': {
    sides: `
      select null as subject, currency,
        coalesce(sum(amount) filter (where type in ('asset', 'liability')), 0)::bigint as left,
        -coalesce(sum(amount) filter (where type in ('income', 'expense', 'equity')), 0)::bigint as right
      from (
        select account, currency, coalesce(debit, 0) - coalesce(credit, 0) as amount from ledger.entries
      ) as entry join ledger.accounts using (account, currency) group by 2`,
    means: 'What is owned less what is owed is what was earned.',
    remedy: forged,
  },
  'ledger: links of the chain that do not fit their journal = 0': {
    sides: none(
      `'journal ' || journal_id`,
      `(
        select journal_id, hash is distinct from encode(sha256(convert_to(
          '["' || coalesce(lag(hash) over in_order, '') || '",' || position || ',' || (${content}) || ']', 'UTF8')), 'hex')
          or position <> row_number() over in_order as is_wrong
        from ledger.journal_links left join ledger.journals using (journal_id)
        window in_order as (order by position)
      ) as link where is_wrong`,
    ),
    means: 'The hash of each link is that of what its journal says and of the link before.',
    remedy: forged,
  },
  'ledger: journals without a place in the chain = 0': {
    sides: none(
      `'journal ' || journal_id`,
      `ledger.journals where not exists (select from ledger.journal_links where journal_links.journal_id = journals.journal_id)`,
    ),
    means: 'No journal was slipped in beside the consumer.',
    remedy: forged,
  },
  'ledger: provider clearing = captured - refunded - disputed - fees of disputes': {
    sides: money(
      balanceOf('1050'),
      moved(['captured', 'reinstated', 'dispute_fee_returned'], ['refunded', 'disputed', 'dispute_fee']),
    ),
    carriers: ['workflows', 'ledger'],
    reads: 'payment simulator',
    means: 'The provider owes what the books say, for each order and each payment of an invoice.',
    remedy: '`npm run cli -- reconcile` takes up what was done at the provider; `ledger reconcile` compares again.',
  },
  'ledger: financial events = events with journals': {
    // What was handled before is forgotten after a while.
    sides: counts(
      `select 'event ' || message_id as subject, 1 as amount from ledger.inbox where consumer = 'ledger'`,
      `select distinct 'event ' || event_id as subject, 1 as amount from ledger.journals
       where posted_at >= (select coalesce(min(handled_at), '-infinity') from ledger.inbox)`,
    ),
    means: 'Each event that the ledger has handled has its journal, and each journal its event.',
    remedy: forged,
  },
  'mail: mails that came twice = 0': {
    sides: `
      select 'mail ' || message_id as subject, null as currency, count(*) - 1 as left, 0 as right
      from mail_sink.mails group by message_id`,
    reads: 'mail sink',
    means: 'No mail came twice under its Message-ID.',
    remedy: twice,
  },
};
