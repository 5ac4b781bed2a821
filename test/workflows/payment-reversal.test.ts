import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import type { ProcessStatus } from '../../workflows/kit/contract.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import type { PaymentReversalResult } from '../../workflows/payment-reversal/contract.ts';
import {
  paymentReversalChangedSignal,
  paymentReversalStatusQuery,
  paymentReversalWorkflow,
  paymentReversalWorkflowId,
} from '../../workflows/payment-reversal/messages.ts';
import { taskQueues } from '../../workflows/task-queues.ts';
import { issueInvoice } from '../faults/scenarios/invoice-payment.ts';
import { payInvoice } from '../faults/scenarios/payment-reversal.ts';
import { CheckoutEnvironment } from './environment.ts';
import { FakeServices, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;
let count = 0;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ withBackOffice: true });
});

afterAll(() => environment?.close());

/** An invoice that a card has paid. */
function paidInvoice() {
  const services = new FakeServices();
  count += 1;
  const id = `reversed-${count}`;
  issueInvoice(services, id);
  payInvoice(services, id);
  const { amount = 0 } = services.billing.findInvoicePayment({ paymentId: id });
  return { services, id, amount, open: () => services.billing.findInvoice({ invoiceId: id }).open };
}

const takeUp = (services: FakeServices, reversalId: string, workflowId = paymentReversalWorkflowId(reversalId)) =>
  environment.startProviderProcess<PaymentReversalResult>(
    services,
    paymentReversalWorkflow,
    workflowId,
    { reversalId },
    { taskQueue: taskQueues.backOffice },
  );

type Handle = Awaited<ReturnType<typeof takeUp>>;

async function untilOperatorIsAsked(handle: Handle, what: string): Promise<void> {
  const asks = async () => {
    const { needsOperator } = await handle.query<ProcessStatus<string>>('status');
    if (needsOperator.some((escalation) => escalation.what === what)) return true;
    await environment.skipTime(60_000);
    return false;
  };
  expect(await waitUntil(asks, { within: 20_000 })).toBe(true);
}

test('a refund opens the invoice again, and is told once, however often an answer gets lost', async () => {
  const { services, id, open } = paidInvoice();
  services.payments.refundAtProvider('re_1', 1_000);
  const lost = { after: (attempt: number) => void (attempt === 1 && refuse('DeadlineExceeded')()) };
  for (const operation of ['findReversal', 'reversePayment', 'rememberFact'] as const)
    services.interfere(operation, lost);
  const handle = await takeUp(services, 're_1');
  expect(await handle.result()).toMatchObject({ outcome: 'completed', paymentId: id, decision: 'reversed' });
  expect(await handle.query(paymentReversalStatusQuery)).toMatchObject({ paymentId: id, invoiceId: id });
  expect(open()).toBe(1_000);
  expect(services.published.filter((name) => name === 'PaymentReversed')).toHaveLength(1);
  expect(services.payments.recorded).toEqual(new Set(['re_1']));
});

test('one that is recorded is not told again, and nothing is known of one that is of no invoice', async () => {
  const { services, open } = paidInvoice();
  services.payments.refundAtProvider('re_2', 1_000);
  services.payments.rememberFact({ factId: 're_2' });
  expect(await (await takeUp(services, 're_2')).result()).toMatchObject({ outcome: 'completed' });
  expect(open()).toBe(0);
  const nowhere = await takeUp(services, 're_nowhere');
  await expect(nowhere.result()).rejects.toMatchObject({ cause: { type: 'NotFound' } });
  const wrong = await takeUp(services, 'mine', paymentReversalWorkflowId('mine'));
  await expect(wrong.result()).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
});

test.each([
  ['won', 'reinstated', 0, ['PaymentReversed', 'PaymentReinstated']],
  ['lost', 'reversed', 'all', ['PaymentReversed']],
] as const)('a dispute that is %s is %s', async (bank, decision, left, told) => {
  const { services, amount, open } = paidInvoice();
  const reversalId = `dp_${bank}`;
  services.payments.openDispute(reversalId);
  const handle = await takeUp(services, reversalId);
  await untilOperatorIsAsked(handle, 'answer the dispute');
  expect(open()).toBe(amount);
  await handle.cancel();
  services.payments.decideDispute(reversalId, bank);
  await handle.signal(paymentReversalChangedSignal);
  expect(await handle.result()).toMatchObject({ outcome: 'completed', decision });
  expect(open()).toBe(left === 'all' ? amount : left);
  expect(services.published.filter((name) => /Revers|Reinstat/.test(name))).toEqual(told);
});

test('one that contradicts the payment is shown to an operator, who leaves it to people', async () => {
  const { services, amount, open } = paidInvoice();
  services.payments.refundAtProvider('re_3', amount + 1);
  const handle = await takeUp(services, 're_3');
  await untilOperatorIsAsked(handle, 'take the payment back');
  await handle.executeUpdate(resolveUpdate, { args: [{ decision: 'settle', by: 'Ada', note: 'asked the bank' }] });
  expect(await handle.result()).toMatchObject({ outcome: 'refused' });
  expect(open()).toBe(0);
  expect(services.payments.recorded.size).toBe(0);
});
