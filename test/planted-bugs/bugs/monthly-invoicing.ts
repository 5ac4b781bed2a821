import type { PlantedBug } from '../bug.ts';

const billing = { project: 'services', file: 'monthly-invoicing' } as const;
const held = { project: 'services', file: 'held-invoices' } as const;

/** What goes wrong when the residents of a community are invoiced. */
export const monthlyInvoicing: readonly PlantedBug[] = [
  {
    name: 'earlier-invoice-ignored',
    consequence:
      'A month that is invoiced again stops at the first resident who has the invoice, and those who were mended get none.',
    file: 'services/billing/batches.ts',
    before: "    if (invoiceId) return { customerId, outcome: 'existing', invoiceId };\n",
    after: '',
    tests: { ...billing, named: 'the next run issues what was mended' },
  },
  {
    name: 'failed-resident-ends-the-batch',
    consequence: 'One resident whose charges are in two currencies keeps a hundred others from their invoices.',
    file: 'services/billing/invoice-draft.ts',
    before: 'if (!(error instanceof ServiceFailure)) throw error;',
    after: 'throw error;',
    tests: { ...billing, named: 'goes on when residents cannot be invoiced' },
  },
  {
    name: 'account-behind-the-copy-forgotten',
    consequence: 'A resident whose account is not in the copy yet has an invoice that is mailed to another person.',
    file: 'services/billing/known-residents.ts',
    before: "where customer_id = resident.id and status <> 'erased'\n",
    after: 'where customer_id >= resident.id order by customer_id limit 1\n',
    tests: { ...billing, named: 'goes on when residents cannot be invoiced' },
  },
  {
    name: 'glyphs-of-an-earlier-document',
    consequence: 'The name of a customer is read aloud, and copied, with letters of the one who had an invoice before.',
    file: 'platform/documents/fonts.ts',
    before: 'Object.create(open(file), { _glyphs: { value: {} } }) as Font',
    after: 'open(file)',
    tests: { project: 'domain', file: 'invoice-document', named: 'whatever the ones before it have said' },
  },
  {
    name: 'held-invoice-mailed-at-issue',
    consequence: 'A banned customer is asked for money that no card of theirs may pay.',
    file: 'services/billing/announcement.ts',
    before: '    if (banned.has(invoice.customerId)) return [creationOf(invoice)];\n',
    after: '',
    tests: { ...held, named: 'is issued and told to the books' },
  },
  {
    name: 'ban-lifted-beside-an-issue',
    consequence: 'An invoice that is issued while the ban of its customer is lifted is never mailed.',
    file: 'services/billing/held.ts',
    before: ' order by customer_id for share',
    after: '',
    tests: { ...held, named: 'that is being issued while the ban is lifted' },
  },
];
