import { InvoiceClient } from '../../client/invoice-client.ts';
import { InvoicePaymentClient } from '../../client/invoice-payment-client.ts';
import { formatMoney } from '../../contracts/currency.ts';
import type { ProcessScenarios, Stage } from '../scenario.ts';
import { shopper } from '../shop.ts';

const desk = { description: 'Rent of a desk, May', quantity: 1, unitPrice: 10_000, taxRate: 800 };

async function issue({ temporal, services }: Stage, invoiceId: string): Promise<string> {
  const invoices = new InvoiceClient(temporal, services.billing);
  const { number, reason } = await invoices.issue({ invoiceId, customerId: shopper, currency: 'EUR', lines: [desk] });
  if (!number) throw new Error(`the invoice ${invoiceId} was not issued: ${reason?.message}`);
  return number;
}

async function pay({ temporal, services }: Stage, invoiceId: string, paymentId: string): Promise<string> {
  const payments = new InvoicePaymentClient(temporal, services.billing);
  await payments.startPayment({ paymentId, invoiceId, paymentMethod: 'pm_card_visa' });
  const { outcome, reason } = await payments.waitForResult(paymentId);
  return reason ? `${outcome}: ${reason.type}` : outcome;
}

export const invoiceScenarios: ProcessScenarios = {
  sideBySide: [],
  outages: [],
  backOffice: [
    {
      title: 'an invoice, and two payments by card at once',
      async run(stage) {
        const number = await issue(stage, 'demo-invoice-1');
        const ends = await Promise.all(
          ['demo-payment-1', 'demo-payment-2'].map((paymentId) => pay(stage, 'demo-invoice-1', paymentId)),
        );
        const refusals = ['refused: PaymentPending', 'refused: InvoiceAlreadyPaid'];
        const isOnce = ends.includes('completed') && ends.some((end) => refusals.includes(end));
        return {
          isAsExpected: isOnce,
          came: `${number} is paid once; the other one was ${ends.find((end) => end !== 'completed')}`,
        };
      },
    },
    {
      title: 'an invoice, paid too much by transfer',
      async run(stage) {
        const { billing } = stage.services;
        const number = await issue(stage, 'demo-invoice-2');
        const { state, credit } = await billing.receiveTransfer({
          ...{ paymentId: 'demo-transfer', account: 'DE02120300000000202051', bankReference: 'DEMO-1' },
          ...{ currency: 'EUR', amount: 15_000, receivedOn: '2026-05-04', remittance: `${number}, thank you` },
        });
        return {
          isAsExpected: state === 'applied' && credit === 4_200,
          came: `${number} is paid; ${formatMoney(credit, 'EUR')} are credit`,
        };
      },
    },
    {
      title: 'an invoice that credit pays, and that is taken back',
      async run(stage) {
        const { billing } = stage.services;
        const invoiceId = 'demo-invoice-3';
        const number = await issue(stage, invoiceId);
        const { amounts, open: left } = await billing.findInvoice({ invoiceId });
        const note = await billing.issueCreditNote({
          creditNoteId: 'demo-note',
          invoiceId,
          reason: 'the desk was not free',
        });
        const { open, credit } = await billing.statement({ customerId: shopper, currency: 'EUR' });
        const isEven = amounts.total - left === 4_200 && note.toInvoice === 6_600 && open === 0 && credit === 4_200;
        return {
          isAsExpected: isEven,
          came: `${note.number} takes ${number} back; ${formatMoney(credit, 'EUR')} are credit`,
        };
      },
    },
  ],
};
