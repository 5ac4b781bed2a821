import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FailureType } from '../../contracts/catalogue.ts';
import { answerUpdate, checkoutWorkflow, statusQuery } from '../../workflows/checkout/messages.ts';
import { CheckoutEnvironment, checkoutRequest } from './environment.ts';
import { FakeServices, type Operation, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

describe('a checkout that nothing holds up', () => {
  test('completes the order, takes the money once and publishes its milestones in order', async () => {
    const services = new FakeServices();
    const handle = await environment.start(services);
    const result = await handle.result();
    const status = await handle.query(statusQuery);

    expect(result).toMatchObject({ outcome: 'completed', amounts: { total: 5998 }, undone: [] });
    expect(services).toMatchObject({ order: 'completed', reservation: 'committed', payment: 'captured', purchases: 1 });
    expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderCompleted']);
    expect(status.state).toBe('completed');
    expect(status.waitingFor).toBeUndefined();
    expect(status.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'look up the customer and quote the cart: done',
      'place the order: done',
      'reserve the stock: done',
      'authorize the payment: done',
      'capture the payment: done',
      'fulfil the order: done',
    ]);
  });

  test('gives the early return when the payment is authorized', async () => {
    const handle = await environment.start(new FakeServices());
    const answer = await handle.executeUpdate(answerUpdate);
    expect((await handle.result()).outcome).toBe('completed');
    expect(answer).toMatchObject({ answer: 'accepted', amounts: { total: 5998 } });
  });
});

describe('a refusal of the business', () => {
  const refusals: [FailureType, Operation, { order: string; published: string[] }][] = [
    ['CustomerNotFound', 'findCustomer', { order: 'none', published: [] }],
    ['UnknownProduct', 'quote', { order: 'none', published: [] }],
    ['OutOfStock', 'reserve', { order: 'cancelled', published: ['OrderPlaced', 'OrderCancelled'] }],
    ...(['CardDeclined', 'InsufficientFunds'] as const).map(
      (type): [FailureType, Operation, { order: string; published: string[] }] => [
        type,
        'authorize',
        {
          order: 'cancelled',
          published: ['OrderPlaced', 'InventoryReserved', 'PaymentFailed', 'OrderCancelled', 'InventoryReleased'],
        },
      ],
    ),
    [
      'AuthorizationExpired',
      'capture',
      {
        order: 'cancelled',
        published: ['OrderPlaced', 'InventoryReserved', 'PaymentFailed', 'OrderCancelled', 'InventoryReleased'],
      },
    ],
  ];

  test.each(refusals)('%s by %s leaves nothing reserved, charged or ordered', async (type, operation, expected) => {
    const services = new FakeServices().interfere(operation, { before: refuse(type) });
    const result = await (await environment.start(services)).result();

    expect(result).toMatchObject({ outcome: 'refused', reason: { type } });
    // A final answer is not asked for twice, neither by a local activity nor by one of the server's.
    expect(services.calls.filter((call) => call === operation)).toHaveLength(1);
    expect(services.order).toBe(expected.order);
    expect(services.reservation).not.toBe('active');
    expect(['none', 'voided']).toContain(services.payment);
    expect(services.published).toEqual(expected.published);
  });

  test('a banned customer gets nothing', async () => {
    const services = new FakeServices();
    services.customerStatus = 'banned';
    const result = await (await environment.start(services)).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'CustomerBanned' } });
    expect(services.calls).not.toContain('placeOrder');
  });

  test('a total that is not the accepted one refuses with both figures', async () => {
    const services = new FakeServices();
    const request = checkoutRequest({ acceptedTotal: 5997 });
    const result = await (await environment.start(services, request)).result();
    expect(result.reason).toMatchObject({
      type: 'PriceChanged',
      facts: { accepted: 5997, total: 5998, currency: 'USD' },
    });
    expect(services.calls).not.toContain('placeOrder');
  });

  test.each([
    ['lines.0.quantity', { lines: [{ sku: 'product-1', quantity: 0 }] }],
    ['lines', { lines: [] }],
    ['lines.0.sku', { lines: [{ sku: '../etc', quantity: 1 }] }],
    ['currency', { currency: 'XXX' }],
    ['paymentMethod', { paymentMethod: '4242424242424242' }],
    ['lines', {}],
  ])('a request that is not valid names %s, even when a bare Temporal client sent it', async (field, changes) => {
    const services = new FakeServices();
    const request = checkoutRequest(
      'lines' in changes || 'currency' in changes || 'paymentMethod' in changes ? changes : { lines: 'x' },
    );
    const result = await (await environment.start(services, request)).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'InvalidRequest', field } });
    expect(services.calls.filter((call) => call !== 'findCustomer')).toEqual([]);
  });

  test.each([
    ['nothing at all', undefined],
    ['null', null],
    ['a number', 5],
  ])('a request that is %s is not valid, and no service is blamed', async (name, request) => {
    const services = new FakeServices();
    const workflowId = `checkout/${name.replaceAll(' ', '-')}`;
    const handle = await environment.startProviderProcess(services, checkoutWorkflow, workflowId, request as never);
    expect(await handle.result()).toMatchObject({ outcome: 'refused', reason: { type: 'InvalidRequest' } });
  });
});
