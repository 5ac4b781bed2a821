import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OrderId, RefundId } from '../../contracts/identifiers.ts';
import { refundStatusQuery } from '../../workflows/refund/messages.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { left } from './expectations.ts';
import { FakeServices, holdAfter, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

describe('a refund that runs again', () => {
  const refunded = async () => {
    const services = new FakeServices();
    const bought = checkoutRequest();
    await (await environment.start(services, bought)).result();
    const orderId = bought.checkoutId as string as OrderId;
    return { services, request: { refundId: `refund-${orderId}` as RefundId, orderId, reason: 'too small' } };
  };

  test('after it was completed changes nothing, and gives the same answer', async () => {
    const { services, request } = await refunded();
    const result = await (await environment.startRefund(services, request)).result();
    const before = await left(services);
    expect(await (await environment.startRefund(services, request)).result()).toEqual(result);
    expect(await left(services)).toEqual(before);
  });

  test('gives up no claim that may be paid back, however long the orders are away', async () => {
    const { services, request } = await refunded();
    await (await environment.startRefund(services, request)).result();
    // As when it was terminated before the order heard of its end.
    Object.assign(services.orders.refunds.rows.get(request.refundId) ?? {}, { state: 'requested' });
    services.interfere('requestRefund', {
      before: (attempt) => {
        if (attempt < 30) refuse('Unavailable')();
      },
    });
    const again = await environment.startRefund(services, request);
    expect(await again.result()).toMatchObject({ outcome: 'completed' });
    expect(services.orders.refunds.completed()).toHaveLength(1);
    expect(services.calls).not.toContain('cancelRefund');
  });

  test('cannot be cancelled any more once it was completed', async () => {
    const { services, request } = await refunded();
    const result = await (await environment.startRefund(services, request)).result();
    const before = await left(services);
    const recall = holdAfter(services, 'recallRefund');
    const again = await environment.startRefund(services, request);
    await recall.reached;
    await again.cancel();
    await again.query(refundStatusQuery);
    recall.goOn();
    expect(await again.result()).toEqual(result);
    expect(await left(services)).toEqual(before);
  });

  test('after it was refused is told as it was, also when its workflow is cancelled meanwhile', async () => {
    const { services, request } = await refunded();
    await (await environment.startRefund(services, request)).result();
    const tooMuch = { ...request, refundId: `${request.refundId}-2` as RefundId };
    const result = await (await environment.startRefund(services, tooMuch)).result();
    expect(result.outcome).toBe('refused');
    const recall = holdAfter(services, 'recallRefund');
    const again = await environment.startRefund(services, tooMuch);
    await recall.reached;
    await again.cancel();
    await again.query(refundStatusQuery);
    recall.goOn();
    expect(await again.result()).toEqual(result);
  });
});
