import type { Command } from 'commander';
import { type Currency, formatMoney } from '../../../contracts/currency.ts';
import { orderSubject, subjectName } from '../../../contracts/subject.ts';
import { parse } from '../../../contracts/validation.ts';
import { table } from '../../../platform/table.ts';
import { type Journal, ledgerContract } from '../../../services/ledger/contract.ts';
import type { Act } from '../act.ts';
import { complain } from '../complaint.ts';
import { details } from '../details.ts';
import { wholeNumber } from '../option-values.ts';
import { repeatable } from '../repetition.ts';
import { addReconcileCommand } from './ledger-reconcile.ts';
import { addVerifyCommand } from './ledger-verify.ts';

const { trialBalance, listJournals, accountStatement } = ledgerContract.operations;

export function addLedgerCommands(program: Command, act: Act): void {
  const ledger = program.command('ledger').description('the double-entry book of everything that moved money');
  repeatable(ledger.command('trial-balance'))
    .description('debits and credits of every account')
    .option('--currency <code>', 'only this currency')
    .action(
      act(async (session, flags: { readonly currency?: string }) => {
        const document = await (await session.door()).records.readTrialBalance(parse(trialBalance.input, flags));
        const rows = document.accounts.map(({ account, name, type, currency, debits, credits, balance }) => [
          account,
          name,
          type,
          ...[debits, credits, balance].map((amount) => formatMoney(amount, currency)),
        ]);
        const totals = document.totals.map(({ currency, debits, credits }) => [
          '',
          'total',
          '',
          ...[debits, credits, debits - credits].map((amount) => formatMoney(amount, currency)),
        ]);
        const text = table(['account', 'name', 'type', 'debits', 'credits', 'balance'], [...rows, ...totals]);
        return { document, text };
      }),
    );
  ledger
    .command('journal')
    .description('the journals of an order, or of another subject, with their lines, newest first')
    .argument('<subject>', 'an order, or kind/id, such as order/c-1')
    .action(
      act(async (session, given: string) => {
        const name = given.includes('/') ? given : subjectName(orderSubject(given));
        const { records } = await session.door();
        const document = await records.listJournals(parse(listJournals.input, { subject: name }));
        const text = document.journals.map(describeJournal).join('\n\n');
        return { document, text: text || `There is no journal of ${name}.` };
      }),
    );
  ledger
    .command('statement')
    .description('the newest entries of an account, oldest first')
    .argument('<account>', 'its number, such as 1050')
    .requiredOption('--currency <code>', 'ISO 4217')
    .option('--limit <number>', 'how many entries at most', wholeNumber(1, 1_000), 100)
    .action(
      act(async (session, account: string, flags: { readonly currency: string; readonly limit: number }) => {
        const input = parse(accountStatement.input, { account, ...flags });
        const statement = await (await session.door()).records.readAccount(input);
        const { currency, entries, balance } = statement;
        const facts = details([
          ['Account', `${statement.account} ${statement.name} (${statement.type})`],
          ['Balance', formatMoney(balance, currency)],
        ]);
        const rows = table(
          ['posted', 'journal', 'kind', 'subject', 'debit', 'credit', 'balance'],
          entries.map((entry) => [
            entry.postedAt,
            entry.journalId,
            entry.kind,
            subjectName(entry.subject),
            side(entry.debit, currency),
            side(entry.credit, currency),
            formatMoney(entry.balance, currency),
          ]),
        );
        return { document: statement, text: `${facts}\n\n${rows}` };
      }),
    );
  addVerifyCommand(ledger, act);
  addReconcileCommand(ledger, act);
  repeatable(ledger.command('completeness'))
    .description('the proof that every financial event has its journal and every journal its event')
    .action(
      act(async (session) => {
        const document = await (await session.door()).records.readCompleteness({});
        const { complete, events, journals, eventsWithoutJournal, journalsWithoutEvent } = document;
        const text = details([
          ['Complete', complete ? 'yes' : 'no'],
          ['Events', events],
          ['Journals', journals],
          ['Events without journal', eventsWithoutJournal.join(', ')],
          ['Journals without event', journalsWithoutEvent.join(', ')],
        ]);
        const message =
          `${eventsWithoutJournal.length} events have no journal and ${journalsWithoutEvent.length} journals ` +
          'have no event; the answer names them';
        return { document, text, ...(!complete && { complaint: complain({ type: 'Incomplete', message }) }) };
      }),
    );
}

function describeJournal({ journalId, kind, subject, postedAt, reverses, eventId, lines }: Journal): string {
  const facts = details([
    ['Journal', journalId],
    ['Kind', kind],
    ['Subject', subjectName(subject)],
    ['Posted', postedAt],
    ['Event', eventId],
    ['Reverses', reverses ?? undefined],
  ]);
  const rows = table(
    ['account', 'name', 'debit', 'credit'],
    lines.map(({ account, name, currency, debit, credit }) => [
      account,
      name,
      side(debit, currency),
      side(credit, currency),
    ]),
  );
  return `${facts}\n\n${rows}`;
}

const side = (amount: number | null, currency: Currency): string =>
  amount === null ? '' : formatMoney(amount, currency);
