/** What the customers service and the ledger hear of invoices. */
const invoiceEvents = [
  'billing.invoice.created.v1',
  'billing.payment.received.v1',
  'billing.payment.reversed.v1',
  'billing.payment.reinstated.v1',
  'billing.credit-note.issued.v1',
];

const accountEvents = [
  'customers.user.created.v1',
  'customers.user.changed.v1',
  'customers.account.banned.v1',
  'customers.account.unbanned.v1',
];

/** What of orders and bills moves money, or promises it. */
const purchaseEvents = [
  'purchasing.order.approved.v1',
  'purchasing.order.closed.v1',
  'purchasing.bill.created.v1',
  'purchasing.bill.paid.v1',
];

/** Where what services have written for others is read; of salaries a view that leaves out what is sealed. */
export const outboxes = {
  billing: 'billing.outbox',
  customers: 'customers.outbox',
  payroll: 'payroll.audited_events',
  purchasing: 'purchasing.outbox',
} as const;

export type Publisher = keyof typeof outboxes;

/** Which events of an outbox a consumer takes. The audit has a list of its own: it trusts none of the code that it checks. */
export interface Delivery {
  readonly from: Publisher;
  readonly types: readonly string[];
}

/** By the consumer, which is called so in its inbox. */
export const deliveries = {
  ledger: [
    { from: 'billing', types: [...invoiceEvents, 'billing.credit.applied.v1'] },
    { from: 'payroll', types: ['payroll.salary.returned.v1', 'payroll.salary.reversed.v1'] },
    { from: 'purchasing', types: purchaseEvents },
  ],
  customers: [{ from: 'billing', types: invoiceEvents }],
  billing: [{ from: 'customers', types: accountEvents }],
  communities: [{ from: 'customers', types: accountEvents }],
} as const satisfies Readonly<Record<string, readonly Delivery[]>>;

/** What the notifications are told to mail. */
export const mailCommands: readonly Delivery[] = [
  { from: 'billing', types: ['notification.send-invoice-email.v1'] },
  { from: 'payroll', types: ['notification.send-payslip.v1'] },
];
