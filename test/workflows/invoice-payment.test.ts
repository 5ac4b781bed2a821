import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { historyCost } from '../../client/history-cost.ts';
import { waitUntil } from '../../parts/wait.ts';
import {
  type InvoicePaymentInput,
  type InvoicePaymentRequest,
  invoicePaymentRequestSchema,
} from '../../workflows/invoice-payment/contract.ts';
import { cancelInvoicePaymentUpdate, invoicePaymentStatusQuery } from '../../workflows/invoice-payment/messages.ts';
import { decideReviewUpdate, paymentChangedSignal } from '../../workflows/kit/card-payment/messages.ts';
import { CheckoutEnvironment } from './environment.ts';
import { FakeServices, holdAfter, type Operation, refuse } from './fake-services.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ withBackOffice: true });
});

afterAll(() => environment?.close());

type Handle = Awaited<ReturnType<CheckoutEnvironment['startInvoicePayment']>>;

const total = 10_800;

/** An invoice of 108.00 EUR that nothing was paid of, and a payment of it that was not asked for yet. */
function invoiced(changes: Partial<InvoicePaymentInput> = {}) {
  const services = new FakeServices();
  const { invoiceId } = services.billing.issueInvoice({
    invoiceId: `invoice-${randomUUID()}`,
    customerId: 'customer-123',
    contact: { name: 'Ada Lovelace', email: 'ada@example.org' },
    currency: 'EUR',
    lines: [{ description: 'Rent of a desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
  });
  const request: InvoicePaymentRequest = invoicePaymentRequestSchema.parse({
    paymentId: `payment-${randomUUID()}`,
    invoiceId,
    paymentMethod: 'pm_card_visa',
    ...changes,
  });
  return { services, request };
}

const openOf = (services: FakeServices, { invoiceId }: InvoicePaymentRequest) =>
  services.billing.findInvoice({ invoiceId }).open;
const claimOf = (services: FakeServices, { paymentId }: InvoicePaymentRequest) =>
  services.billing.payments.get(paymentId)?.payment.state;
/** What the payments have made of the customer's balance. */
const balanceOf = ({ customers }: FakeServices) =>
  [...customers.balanceChanges.values()].reduce((sum, { amount }) => sum + amount, 0);
const moved = ({ payments }: FakeServices, kind: string) =>
  payments.movements.filter((movement) => movement.kind === kind).reduce((sum, { amount }) => sum + amount, 0);

test('claims, authorizes, captures and applies', async () => {
  const { services, request } = invoiced();
  const result = await (await environment.startInvoicePayment(services, request)).result();
  expect(result).toMatchObject({ outcome: 'completed', amount: { amount: total, currency: 'EUR' }, undone: [] });
  expect(services.calls).toEqual([
    'recallPayment',
    'findInvoice',
    'findCustomer',
    'claimPayment',
    'authorize',
    'capture',
    'applyPayment',
    'changeBalance',
  ]);
  expect(moved(services, 'captured')).toBe(total);
  expect(openOf(services, request)).toBe(0);
  expect(balanceOf(services)).toBe(-total);
});

test('costs at most 40 events and 11 actions', async () => {
  const { services, request } = invoiced();
  const handle = await environment.startInvoicePayment(services, request);
  await handle.result();
  const { events, billableActions } = historyCost(await handle.fetchHistory());
  expect(events).toBeLessThanOrEqual(40);
  expect(billableActions).toBeLessThanOrEqual(11);
});

test('pays a part', async () => {
  const { services, request } = invoiced({ amount: 4_000 });
  await (await environment.startInvoicePayment(services, request)).result();
  expect(openOf(services, request)).toBe(6_800);
});

describe('refuses, and leaves nothing behind,', () => {
  test('when the customer is banned, before anything is claimed', async () => {
    const { services, request } = invoiced();
    services.customerStatus = 'banned';
    const result = await (await environment.startInvoicePayment(services, request)).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'InvoiceHeld' } });
    expect(services.calls).not.toContain('claimPayment');
  });

  test('when another payment is under way, before the provider is asked', async () => {
    const { services, request } = invoiced();
    services.billing.claimPayment({ paymentId: 'another', invoiceId: request.invoiceId });
    const result = await (await environment.startInvoicePayment(services, request)).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'PaymentPending' }, undone: [] });
    expect(services.calls).not.toContain('authorize');
  });

  test('when the card is declined', async () => {
    const { services, request } = invoiced({ paymentMethod: 'pm_card_chargeDeclined' });
    services.interfere('authorize', { before: refuse('CardDeclined') });
    const result = await (await environment.startInvoicePayment(services, request)).result();
    expect(result).toMatchObject({
      outcome: 'refused',
      reason: { type: 'CardDeclined' },
      undone: ['give the claim up'],
    });
    expect(claimOf(services, request)).toBe('failed');
    expect(openOf(services, request)).toBe(total);
    expect(balanceOf(services)).toBe(0);
    // The same id is the same payment, and its answer the same.
    const again = await (await environment.startInvoicePayment(services, request)).result();
    expect(again).toMatchObject({ outcome: 'refused', reason: result.reason });
  });

  test('when the claim of a capture that is refused is all there is', async () => {
    const { services, request } = invoiced();
    services.interfere('capture', { before: refuse('AuthorizationExpired') });
    const result = await (await environment.startInvoicePayment(services, request)).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'AuthorizationExpired' } });
    expect(result.undone).toEqual(['void the payment', 'give the claim up']);
    expect(moved(services, 'captured')).toBe(moved(services, 'refunded'));
    expect(openOf(services, request)).toBe(total);
  });
});

describe('a call whose answer was lost', () => {
  const calls: Operation[] = [
    'recallPayment',
    'findInvoice',
    'findCustomer',
    'claimPayment',
    'authorize',
    'capture',
    'applyPayment',
    'changeBalance',
  ];
  test.each(calls)('%s is not done twice', async (operation) => {
    const { services, request } = invoiced();
    services.interfere(operation, { after: (attempt) => (attempt <= 2 ? refuse('DeadlineExceeded')() : undefined) });
    expect(await (await environment.startInvoicePayment(services, request)).result()).toMatchObject({
      outcome: 'completed',
    });
    expect(moved(services, 'captured')).toBe(total);
    expect(moved(services, 'refunded')).toBe(0);
    expect(openOf(services, request)).toBe(0);
    expect(balanceOf(services)).toBe(-total);
  });
});

test('a claim that was never answered is given up, and a late one is refused', async () => {
  const { services, request } = invoiced();
  services.interfere('claimPayment', { before: refuse('Unavailable') });
  await expect((await environment.startInvoicePayment(services, request)).result()).rejects.toMatchObject({
    cause: { type: 'Unavailable' },
  });
  const { paymentMethod: _, ...claim } = request;
  expect(() => services.billing.claimPayment(claim)).toThrow('given up');
});

test('a captured payment is applied however long billing is away', async () => {
  const { services, request } = invoiced();
  services.interfere('applyPayment', { before: (attempt) => (attempt < 40 ? refuse('Unavailable')() : undefined) });
  expect(await (await environment.startInvoicePayment(services, request)).result()).toMatchObject({
    outcome: 'completed',
  });
  expect(openOf(services, request)).toBe(0);
});

describe('the customers, away once the payment is captured,', () => {
  test('do not keep it from completing in half a minute, and the step says that they did not answer', async () => {
    const { services, request } = invoiced();
    services.interfere('changeBalance', { before: refuse('Unavailable') });
    const handle = await environment.startInvoicePayment(services, request);
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(openOf(services, request)).toBe(0);
    const { steps, needsOperator } = await handle.query(invoicePaymentStatusQuery);
    const step = steps.find(({ name }) => name === "change the customer's balance");
    expect(step).toMatchObject({ state: 'refused' });
    expect(Date.parse(step?.endedAt ?? '') - Date.parse(step?.startedAt ?? '')).toBeLessThanOrEqual(30_000);
    expect(needsOperator).toEqual([]);
  });

  test('and the balance changes once when its payment runs again, or its event tells the same', async () => {
    const { services, request } = invoiced();
    services.interfere('changeBalance', { after: refuse('DeadlineExceeded') });
    for (let time = 0; time < 2; time++) {
      const handle = await environment.startInvoicePayment(services, request);
      expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    }
    expect([...services.customers.balanceChanges.keys()]).toEqual([`payment/${request.paymentId}`]);
    expect(balanceOf(services)).toBe(-total);
  });
});

describe('a payment that waits for people', () => {
  const inState = (handle: Handle, state: string) =>
    waitUntil(async () => (await handle.query(invoicePaymentStatusQuery)).state === state, { within: 20_000 });

  test('goes on when the customer has confirmed it to the bank', async () => {
    const { services, request } = invoiced({ paymentMethod: 'pm_card_authenticationRequired' });
    const handle = await environment.startInvoicePayment(services, request);
    expect(await inState(handle, 'needs-action')).toBe(true);
    expect(await handle.query(invoicePaymentStatusQuery)).toMatchObject({
      waitingFor: { who: 'customer', url: expect.stringContaining('/challenge/') },
    });
    services.completeChallenge();
    await handle.signal(paymentChangedSignal, { paymentId: 'whatever the webhook says' });
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
    expect(openOf(services, request)).toBe(0);
  });

  test('is given up when the customer does not, and the claim with it', async () => {
    const { services, request } = invoiced({ paymentMethod: 'pm_card_authenticationRequired' });
    const result = await (await environment.startInvoicePayment(services, request)).result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'ChallengeExpired' } });
    expect(claimOf(services, request)).toBe('failed');
  });

  test.each([
    ['approve', 'completed', 'applied'],
    ['refuse', 'refused', 'failed'],
  ] as const)('and is reviewed: %s', async (decision, outcome, claim) => {
    const { services, request } = invoiced({ paymentMethod: 'pm_card_riskLevelElevated' });
    const handle = await environment.startInvoicePayment(services, request);
    expect(await inState(handle, 'in-review')).toBe(true);
    await handle.executeUpdate(decideReviewUpdate, { args: [{ decision, by: 'Grace Hopper', note: 'looked at it' }] });
    expect(await handle.result()).toMatchObject({ outcome });
    expect(claimOf(services, request)).toBe(claim);
  });
});

describe('cancelled', () => {
  test('before the capture, everything is undone, and who cancelled hears so', async () => {
    const { services, request } = invoiced();
    const authorized = holdAfter(services, 'authorize');
    const handle = await environment.startInvoicePayment(services, request);
    await authorized.reached;
    const cancelled = await handle.startUpdate(cancelInvoicePaymentUpdate, { waitForStage: 'ACCEPTED' });
    authorized.goOn();
    expect(await cancelled.result()).toMatchObject({ outcome: 'cancelled' });
    expect(await handle.result()).toMatchObject({ outcome: 'cancelled', reason: { type: 'PaymentCancelled' } });
    expect(claimOf(services, request)).toBe('failed');
    expect(moved(services, 'captured')).toBe(0);
  });

  test('while it is captured, it is refused', async () => {
    const { services, request } = invoiced();
    const captured = holdAfter(services, 'capture');
    const handle = await environment.startInvoicePayment(services, request);
    await captured.reached;
    const refused = handle.executeUpdate(cancelInvoicePaymentUpdate).catch((error: unknown) => error);
    expect(await refused).toMatchObject({ cause: { type: 'InvalidState' } });
    captured.goOn();
    expect(await handle.result()).toMatchObject({ outcome: 'completed' });
  });
});

describe('run again under its id', () => {
  test('after it was completed it tells the same, and takes nothing', async () => {
    const { services, request } = invoiced();
    const result = await (await environment.startInvoicePayment(services, request)).result();
    expect(await (await environment.startInvoicePayment(services, request)).result()).toEqual(result);
    expect(moved(services, 'captured')).toBe(total);
  });

  test.each<Operation>(['claimPayment', 'authorize', 'capture'])(
    'after it was terminated at %s it goes on',
    async (operation) => {
      const { services, request } = invoiced();
      const reached = holdAfter(services, operation);
      const first = await environment.startInvoicePayment(services, request);
      await reached.reached;
      await first.terminate('in a test');
      reached.goOn();
      expect(await (await environment.startInvoicePayment(services, request)).result()).toMatchObject({
        outcome: 'completed',
      });
      expect(moved(services, 'captured')).toBe(total);
      expect(openOf(services, request)).toBe(0);
    },
  );

  test('with other content it is a conflict', async () => {
    const { services, request } = invoiced();
    await (await environment.startInvoicePayment(services, request)).result();
    const other = await environment.startInvoicePayment(services, { ...request, amount: 1 });
    await expect(other.result()).rejects.toMatchObject({ cause: { type: 'IdempotencyConflict' } });
    expect(openOf(services, request)).toBe(0);
  });
});
