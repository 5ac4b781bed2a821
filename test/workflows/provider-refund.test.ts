import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutRequest } from '../../workflows/checkout/contract.ts';
import {
  disputeChangedSignal,
  disputeStatusQuery,
  disputeWorkflow,
  disputeWorkflowId,
} from '../../workflows/dispute/messages.ts';
import type { ProcessStatus } from '../../workflows/kit/contract.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import {
  providerRefundStatusQuery,
  providerRefundWorkflow,
  providerRefundWorkflowId,
} from '../../workflows/provider-refund/messages.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { FakeServices, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;
let count = 0;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const ada = { by: 'Ada', note: 'looked at it' };

async function completedOrder(changes: Partial<Record<keyof CheckoutRequest, unknown>> = {}) {
  const services = new FakeServices();
  await (await environment.start(services, checkoutRequest(changes))).result();
  count += 1;
  return { services, refundId: `re_${count}`, disputeId: `dp_${count}` };
}

const takeUpRefund = (services: FakeServices, refundId: string) =>
  environment.startProviderProcess(services, providerRefundWorkflow, providerRefundWorkflowId(refundId), { refundId });
const takeUpDispute = (services: FakeServices, disputeId: string) =>
  environment.startProviderProcess(services, disputeWorkflow, disputeWorkflowId(disputeId), { disputeId });

type Handle = Awaited<ReturnType<typeof takeUpRefund>>;

async function untilOperatorIsAsked(handle: Handle): Promise<ProcessStatus<string>> {
  const status = () => handle.query<ProcessStatus<string>>('status');
  const asks = async () => {
    if ((await status()).needsOperator.length > 0) return true;
    await environment.skipTime(60_000);
    return false;
  };
  expect(await waitUntil(asks, { within: 20_000 })).toBe(true);
  return status();
}

describe('a refund that was made at the provider', () => {
  test('is told once, however often an answer gets lost', async () => {
    const { services, refundId } = await completedOrder();
    services.payments.refundAtProvider(refundId, 1000);
    const lost = { after: (attempt: number) => void (attempt === 1 && refuse('DeadlineExceeded')()) };
    for (const operation of ['findProviderRefund', 'recordProviderRefund', 'rememberFact'] as const)
      services.interfere(operation, lost);
    const handle = await takeUpRefund(services, refundId);
    const result = await handle.result();
    expect(await handle.query(providerRefundStatusQuery)).toHaveProperty(
      'orderId',
      (result as { orderId: string }).orderId,
    );
    expect(result).toMatchObject({ outcome: 'completed', isRecorded: true, amounts: { total: 1000 } });
    expect(services.published.filter((name) => name === 'ProviderRefunded')).toHaveLength(1);
    expect(services.payments.recorded).toEqual(new Set([refundId]));
  });

  test('is not told again when it is recorded', async () => {
    const { services, refundId } = await completedOrder();
    services.payments.refundAtProvider(refundId, 1000);
    services.payments.rememberFact({ factId: refundId });
    const result = await (await takeUpRefund(services, refundId)).result();
    expect(result).toMatchObject({ outcome: 'completed', isRecorded: false });
    expect(services.published).not.toContain('ProviderRefunded');
  });

  test('of a checkout that was undone has nothing to take from, and publishes nothing', async () => {
    const { services, refundId } = await completedOrder({ paymentMethod: 'pm_card_chargeDeclined' });
    services.payments.refundAtProvider(refundId, 1000);
    const result = await (await takeUpRefund(services, refundId)).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'OrderNotCompleted' } });
    expect(services.published).not.toContain('ProviderRefunded');
  });

  test('that contradicts the order is shown to an operator, who settles it', async () => {
    const { services, refundId } = await completedOrder();
    services.payments.refundAtProvider(refundId, 1_000_000);
    const handle = await takeUpRefund(services, refundId);
    await handle.cancel();
    expect((await untilOperatorIsAsked(handle)).needsOperator).toMatchObject([
      { what: 'record the refund with the order', canBeSettled: true },
    ]);
    await handle.executeUpdate(resolveUpdate, { args: [{ decision: 'settle', ...ada }] });
    expect(await handle.result()).toMatchObject({ outcome: 'refused', isRecorded: false });
  });

  test('that the provider does not know fails, typed', async () => {
    const { services } = await completedOrder();
    const handle = await takeUpRefund(services, 're_nowhere');
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'NotFound' } });
    const wrong = await environment.startProviderProcess(services, providerRefundWorkflow, `wrong-${count}`, {});
    await expect(wrong.result()).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
  });
});

describe('a dispute', () => {
  test.each(['won', 'lost'] as const)('is shown to an operator until it is %s', async (decision) => {
    const { services, disputeId } = await completedOrder();
    services.payments.openDispute(disputeId);
    const handle = await takeUpDispute(services, disputeId);
    const [escalation] = (await untilOperatorIsAsked(handle)).needsOperator;
    expect(escalation).toMatchObject({ what: 'answer the dispute', canBeSettled: false });
    expect(escalation?.message).toContain('59.98 USD');
    await handle.signal(disputeChangedSignal);
    services.payments.decideDispute(disputeId, decision);
    await handle.signal(disputeChangedSignal);
    expect(await handle.result()).toMatchObject({ outcome: 'completed', decision });
    expect(await handle.query(disputeStatusQuery)).toMatchObject({ orderId: expect.any(String), decision });
    const told = services.published.filter((name) => name.startsWith('Dispute'));
    expect(told).toEqual(['DisputeOpened', 'DisputeClosed']);
    expect(services.broker.events.at(-1)?.data).toMatchObject({ outcome: decision, amount: 5998 });
  });

  test('whose webhooks got lost is looked at again and again', async () => {
    const { services, disputeId } = await completedOrder();
    services.payments.openDispute(disputeId);
    const handle = await takeUpDispute(services, disputeId);
    await untilOperatorIsAsked(handle);
    services.payments.decideDispute(disputeId, 'lost');
    await environment.skipTime(24 * 60 * 60_000);
    expect(await handle.result()).toMatchObject({ decision: 'lost' });
  });

  test('that is recorded is not told again', async () => {
    const { services, disputeId } = await completedOrder();
    services.payments.openDispute(disputeId);
    services.payments.decideDispute(disputeId, 'won');
    services.payments.rememberFact({ factId: disputeId });
    expect(await (await takeUpDispute(services, disputeId)).result()).toMatchObject({ decision: 'won' });
    expect(services.published).not.toContain('DisputeOpened');
  });
});
