import type { PlantedBug } from '../bug.ts';

const billing = { project: 'services', file: 'billing' } as const;
const paying = { project: 'services', file: 'billing-payments' } as const;
const credit = { project: 'services', file: 'billing-credit' } as const;
const reminding = { project: 'services', file: 'billing-reminders' } as const;
const process = { project: 'workflows', file: 'invoice-payment' } as const;

/** What goes wrong with invoices and their payment. */
export const invoice: readonly PlantedBug[] = [
  {
    name: 'number-taken-for-an-invoice-that-is-there',
    consequence: 'The numbers of invoices have gaps, which an auditor takes for invoices that were hidden.',
    file: 'services/billing/issue.ts',
    before: '      return known ? 0 : 1;\n',
    after: '      return 1;\n',
    tests: { ...billing, named: 'have numbers without a gap' },
  },
  {
    name: 'tax-rounded-line-by-line',
    consequence: 'The tax of an invoice is a cent more than the law asks for.',
    file: 'services/billing/invoice-totals.ts',
    before: '(nets.get(taxRate) ?? 0n) + BigInt(quantity) * BigInt(unitPrice)',
    after: '(nets.get(taxRate) ?? 0n) + ((BigInt(quantity) * BigInt(unitPrice) + 4n) / 5n) * 5n',
    tests: { project: 'domain', file: 'invoice-totals', named: 'round the tax once for each rate' },
  },
  {
    name: 'claim-not-looked-at',
    consequence: 'An invoice that is paid twice at once is charged twice.',
    file: 'services/billing/locked-invoice.ts',
    before: 'open - claimed;',
    after: 'open - claimed * 0;',
    tests: { ...paying, named: 'is one of ten at once' },
  },
  {
    name: 'claim-released-without-a-tombstone',
    consequence: 'A claim that arrives after its payment was given up keeps an invoice from being paid for ever.',
    file: 'services/billing/claims.ts',
    before:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
      "      values (${paymentId}, 'card', 'failed', ${JSON.stringify(reason)}::jsonb, now())\n      on conflict do nothing",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
    after: "      select ${paymentId}, 'card', 'failed', ${JSON.stringify(reason)}::jsonb, now() where false",
    tests: { ...paying, named: 'what comes late is refused' },
  },
  {
    name: 'transfer-matched-by-a-part-of-its-text',
    consequence: 'A transfer that names another number pays a stranger’s invoice.',
    file: 'services/billing/transfers.ts',
    before: '  if (rows.length !== new Set(named).size) return [];\n',
    after: '',
    tests: { ...paying, named: 'pays nothing when one of its numbers is nobody' },
  },
  {
    name: 'credit-used-twice',
    consequence: 'A customer pays two invoices with one credit.',
    file: 'services/billing/credit.ts',
    before: 'currency, -amount, invoice_id from applied',
    after: 'currency, -1, invoice_id from applied',
    tests: { ...paying, named: 'pays an invoice as far as it goes' },
  },
  {
    name: 'newest-credit-used-first',
    consequence: 'Credit of years ago stays open for ever, though invoices were paid with credit.',
    file: 'services/billing/credit.ts',
    before: 'order by entered_at, entry_id)::bigint as until',
    after: 'order by entered_at desc, entry_id)::bigint as until',
    tests: { ...credit, named: 'is used oldest first' },
  },
  {
    name: 'credit-of-a-banned-customer-applied-at-issue',
    consequence: 'The credit of a banned customer, which may be stolen money, pays the invoices of the month.',
    file: 'services/billing/announcement.ts',
    before: '    .filter(({ customerId }) => !banned.has(customerId))\n',
    after: '',
    tests: { ...credit, named: 'is frozen when the customer is banned' },
  },
  {
    name: 'payment-of-a-banned-customer',
    consequence: 'Money is taken from an account that is banned.',
    file: 'workflows/invoice-payment/invoice-payment.ts',
    before: "if (status === 'banned') {",
    after: "if (status === 'banned' && !invoiceId) {",
    tests: { ...process, named: 'when the customer is banned' },
  },
  {
    name: 'claim-not-given-up-on-the-way-back',
    consequence: 'An invoice whose card was declined cannot be paid with another one.',
    file: 'workflows/invoice-payment/invoice-payment.ts',
    before: 'await saga.attempt(undo, () => calls.claimPayment(asked))',
    after: 'await calls.claimPayment(asked)',
    tests: { ...process, named: 'when the card is declined' },
  },
  {
    name: 'balance-changed-without-its-key',
    consequence: 'A payment that its workflow and its event tell of lowers what a customer owes twice.',
    file: 'services/customers/balance.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
    before: '    select * from ${change}\n',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
    after: '    select change_key || clock_timestamp(), customer_id, currency, amount from ${change}\n',
    tests: { project: 'messaging', file: 'balances', named: 'changes once by a payment' },
  },
  {
    name: 'reminder-without-its-lock',
    consequence: 'Who is just paying an invoice is reminded of it.',
    file: 'services/billing/reminders.ts',
    before: ' for update skip locked',
    after: '',
    tests: { ...reminding, named: 'what is being claimed at the moment' },
  },
  {
    name: 'reminder-without-its-row',
    consequence: 'A customer is reminded of an invoice every hour.',
    file: 'services/billing/reminders.ts',
    before:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of the code
      "insert into reminders (invoice_id, kind, reminded_at) select invoice_id, 'due-soon', ${at}::timestamptz from due\n        on conflict do nothing returning invoice_id\n",
    after: 'select invoice_id from due\n',
    tests: { ...reminding, named: 'it is reminded of once, however often' },
  },
];
