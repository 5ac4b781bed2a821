import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { waitUntil } from '../../parts/wait.ts';
import { invoiceRequestSchema } from '../../workflows/invoice/contract.ts';
import { invoicePaymentRequestSchema } from '../../workflows/invoice-payment/contract.ts';
import {
  cancelInvoicePaymentUpdate,
  invoicePaymentWorkflowId,
  recoverInvoicePaymentWorkflow,
} from '../../workflows/invoice-payment/messages.ts';
import { invoiceRemindersWorkflow } from '../../workflows/invoice-reminders/messages.ts';
import type { ProcessStatus } from '../../workflows/kit/contract.ts';
import {
  paymentReversalChangedSignal,
  paymentReversalWorkflow,
  paymentReversalWorkflowId,
} from '../../workflows/payment-reversal/messages.ts';
import { sweepWorkflow } from '../../workflows/sweep/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { issueInvoice } from '../faults/scenarios/invoice-payment.ts';
import { payInvoice } from '../faults/scenarios/payment-reversal.ts';
import { FakeServices, holdAfter, type Operation, refuse } from '../workflows/fake-services.ts';
import type { Ending } from './endings.ts';

const desk = { description: 'Rent of a desk', quantity: 1, unitPrice: 10_000, taxRate: 800 };
const draft = () =>
  invoiceRequestSchema.parse({
    invoiceId: `invoice-${randomUUID()}`,
    customerId: 'customer-123',
    currency: 'EUR',
    lines: [desk],
  });

type Prepare = (services: FakeServices) => void;

const invoice =
  (prepare: Prepare = () => undefined): Ending =>
  async (environment) => {
    const services = new FakeServices();
    prepare(services);
    const handle = await environment.startInvoice(services, draft());
    await handle.result().catch(() => undefined);
    return handle;
  };

const payment =
  (
    paymentMethod: string,
    prepare: Prepare = () => undefined,
    act?: (handle: WorkflowHandle) => Promise<unknown>,
  ): Ending =>
  async (environment) => {
    const services = new FakeServices();
    const contact = { name: 'Ada Lovelace', email: 'ada@example.org' };
    const { invoiceId } = services.billing.issueInvoice({ ...draft(), contact });
    prepare(services);
    const paymentId = `payment-${randomUUID()}`;
    const request = invoicePaymentRequestSchema.parse({ paymentId, invoiceId, paymentMethod });
    const handle = await environment.startInvoicePayment(services, request);
    await act?.(handle);
    await handle.result().catch(() => undefined);
    return handle;
  };

const refused =
  (operation: Operation, type: Parameters<typeof refuse>[0]): Prepare =>
  (services) => {
    services.interfere(operation, { before: refuse(type) });
  };

const awayFor =
  (tries: number, ...operations: Operation[]): Prepare =>
  (services) => {
    for (const operation of operations) {
      services.interfere(operation, { before: (attempt) => (attempt <= tries ? refuse('Unavailable')() : undefined) });
    }
  };

const cancels = async (handle: WorkflowHandle) => {
  const waits = async () => (await handle.query<ProcessStatus<string>>('status')).state === 'needs-action';
  await waitUntil(waits, { within: 20_000 });
  await handle.executeUpdate(cancelInvoicePaymentUpdate);
};

const reminders =
  (due: number): Ending =>
  async (environment) => {
    const services = new FakeServices();
    services.billing.due = due;
    const queue = { taskQueue: taskQueues.backOffice };
    const id = `invoice-reminders/${due}`;
    const handle = await environment.startProviderProcess(services, invoiceRemindersWorkflow, id, {}, queue);
    await handle.result();
    return handle;
  };

/** A payment that was terminated while an operation was answered, with its effect, and what takes it over. */
const interrupted =
  (operation: Operation, by: 'sweep' | 'itself'): Ending =>
  async (environment) => {
    const services = new FakeServices();
    const contact = { name: 'Ada Lovelace', email: 'ada@example.org' };
    const { invoiceId } = services.billing.issueInvoice({ ...draft(), contact });
    const paymentId = `payment-${randomUUID()}`;
    const request = invoicePaymentRequestSchema.parse({ paymentId, invoiceId, paymentMethod: 'pm_card_visa' });
    const { reached, goOn } = holdAfter(services, operation);
    const terminated = await environment.startInvoicePayment(services, request);
    await reached;
    await terminated.terminate('in a recording');
    goOn();
    const queue = { taskQueue: taskQueues.backOffice };
    const { workflowType, id, given } =
      by === 'sweep'
        ? { workflowType: sweepWorkflow, id: `sweep/${paymentId}`, given: { of: taskQueues.backOffice } }
        : {
            workflowType: recoverInvoicePaymentWorkflow,
            id: invoicePaymentWorkflowId(paymentId),
            given: { paymentId, invoiceId },
          };
    const handle = await environment.startProviderProcess(services, workflowType, id, given, queue);
    await handle.result();
    return handle;
  };

/** A payment that the provider gives back: by a refund, or for a dispute that the bank decides. */
const reversal =
  (bank?: 'won' | 'lost'): Ending =>
  async (environment) => {
    const services = new FakeServices();
    const id = `reversed-${bank ?? 'refund'}`;
    issueInvoice(services, id);
    payInvoice(services, id);
    const reversalId = bank ? `dp_${bank}` : 're_refund';
    if (bank) services.payments.openDispute(reversalId);
    else services.payments.refundAtProvider(reversalId, 1_000);
    const workflowId = paymentReversalWorkflowId(reversalId);
    const queue = { taskQueue: taskQueues.backOffice };
    const given = { reversalId };
    const handle = await environment.startProviderProcess(services, paymentReversalWorkflow, workflowId, given, queue);
    const isOpen = async () => (await handle.query<ProcessStatus<string>>('status')).needsOperator.length > 0;
    if (bank) {
      await waitUntil(isOpen, { within: 20_000 });
      services.payments.decideDispute(reversalId, bank);
      // It looks by itself, too, and may have ended by now.
      await handle.signal(paymentReversalChangedSignal).catch(() => undefined);
    }
    await handle.result();
    return handle;
  };

/** Every way in which invoices and their payments end. */
export const invoiceEndings: Readonly<Record<string, Ending>> = {
  'invoice-issued': invoice(),
  'invoice-issued-after-outages': invoice(awayFor(2, 'recallInvoice', 'findCustomer', 'issueInvoice')),
  'invoice-customer-banned': invoice((services) => {
    services.customerStatus = 'banned';
  }),
  'invoice-customers-away': invoice(refused('findCustomer', 'Unavailable')),
  'invoiceReminders-completed': reminders(501),
  'invoiceReminders-none-due': reminders(0),
  'invoicePayment-completed': payment('pm_card_visa'),
  'invoicePayment-completed-after-outages': payment(
    'pm_card_visa',
    awayFor(3, 'recallPayment', 'findInvoice', 'claimPayment', 'authorize', 'capture', 'applyPayment'),
  ),
  'invoicePayment-balance-changed': payment('pm_card_visa'),
  'invoicePayment-customers-away': payment('pm_card_visa', refused('changeBalance', 'Unavailable')),
  'invoicePayment-declined': payment('pm_card_chargeDeclined'),
  'invoicePayment-pending': payment('pm_card_visa', refused('claimPayment', 'PaymentPending')),
  'invoicePayment-challenge-expired': payment('pm_card_authenticationRequired'),
  'invoicePayment-cancelled-in-challenge': payment('pm_card_authenticationRequired', undefined, cancels),
  'paymentReversal-refunded': reversal(),
  'paymentReversal-won': reversal('won'),
  'paymentReversal-lost': reversal('lost'),
  'recoverInvoicePayment-undone': interrupted('authorize', 'itself'),
  'recoverInvoicePayment-carried-through': interrupted('capture', 'itself'),
  'sweep-one-payment-recovered': interrupted('authorize', 'sweep'),
};
