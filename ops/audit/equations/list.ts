/** What is audited, one line a process. */
export { booksEquations } from './books.ts';
export { checkoutEquations } from './checkout.ts';
export { disputeEquations } from './dispute.ts';
export { eventsEquations } from './events.ts';
export { invoiceEquations } from './invoice.ts';
export { invoiceBooksEquations } from './invoice-books.ts';
export { invoiceRemindersEquations } from './invoice-reminders.ts';
export { monthlyInvoicingEquations } from './monthly-invoicing.ts';
export { payrollEquations } from './payroll.ts';
export { purchasingEquations } from './purchasing.ts';
export { refundEquations } from './refund.ts';
export { usersEquations } from './users.ts';
