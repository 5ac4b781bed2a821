import type { EventName } from '../../../events/contracts/index.ts';
import { accounts } from '../../../services/ledger/accounts.ts';
import { type InvoiceRow, openOf } from '../services/invoices.ts';
import { balanceOf } from './books.ts';
import { type Judged, outcomeOf, type Rule, type SubjectRules } from './rule.ts';

/** What must hold of invoices and their credit notes. */
export const invoiceRules: SubjectRules = {
  rules: (judged) => [...issueRules(judged), ...amountRules(judged), ...toldRules(judged)],
  mails: ({ services }) =>
    services.broker.events.filter(({ name }) => name === 'CreditNoteIssued').map(() => 'credit-note'),
  facts: ['InvoiceCreated', 'SendInvoiceEmail', 'CreditNoteIssued'],
};

function issueRules(judged: Judged): Rule[] {
  const { invoices } = judged.services.billing;
  const numbers = [...invoices.values()].map(({ issued }) => Number(issued.number.replace(/\D/g, '')));
  const isIssued = outcomeOf(judged) === 'completed';
  return [
    [numbers.every((number, index) => number === index + 1), `the numbers of the invoices are ${numbers.join()}`],
    [
      judged.scenario.process.subject !== 'invoice' || invoices.size === Number(isIssued),
      `${judged.outcome}, ${invoices.size} invoices`,
    ],
  ];
}

/** Billing and the books have the same of each customer, and nothing is set aside that is not being paid. */
function amountRules({ services: { billing, broker } }: Judged): Rule[] {
  const rows = [...billing.invoices.values()];
  const open = rows.reduce((sum, row) => sum + openOf(row), 0);
  const [receivable, credit] = [accounts.receivable, accounts.customerCredit].map((account) =>
    balanceOf(broker.events, account),
  );
  return [
    [receivable === open, `${open} are open, the books have ${receivable}`],
    [-(credit ?? 0) === billing.credit, `${billing.credit} are credit of customers, the books have ${credit}`],
    ...rows.map((row): Rule => {
      const { invoiceId, amounts } = row.issued;
      const parts = `${row.allocated} paid, ${row.credited} credited, ${billing.claimed(invoiceId)} set aside`;
      return [isWithin(row), `${invoiceId}: ${amounts.total}, of which ${parts}`];
    }),
  ];
}

const isWithin = (row: InvoiceRow) => openOf(row) >= 0 && row.allocated >= 0 && row.noted <= row.issued.amounts.total;

function toldRules({ services: { billing, broker } }: Judged): Rule[] {
  const told = (name: EventName) => broker.events.filter((event) => event.name === name);
  return (['InvoiceCreated', 'SendInvoiceEmail'] as const).flatMap((name): Rule[] => [
    [told(name).length === billing.invoices.size, `${billing.invoices.size} invoices, ${told(name).length} ${name}`],
    ...told(name).map(
      ({ subject }): Rule => [billing.invoices.has(subject), `${name} of ${subject}, which there is not`],
    ),
  ]);
}
