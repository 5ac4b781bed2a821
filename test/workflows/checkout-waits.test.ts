import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerUpdate, cancelUpdate, changePaymentMethodUpdate } from '../../workflows/checkout/messages.ts';
import { decideReviewUpdate, paymentChangedSignal } from '../../workflows/kit/card-payment/messages.ts';
import { CheckoutEnvironment, type CheckoutHandle, checkoutRequest } from './environment.ts';
import { expectNothingLeft } from './expectations.ts';
import { FakeServices } from './fake-services.ts';
import { waitForStatus } from './wait-for-status.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create();
});

afterAll(() => environment?.close());

const withCard = (paymentMethod: string, more: object = {}) => checkoutRequest({ paymentMethod, ...more });
const inState = (handle: CheckoutHandle, state: string) => waitForStatus(handle, (status) => status.state === state);
const captures = (services: FakeServices) => services.payments.movements.filter(({ kind }) => kind === 'captured');
const changed = { paymentId: 'whatever the webhook says' };
const by = { by: 'Grace Hopper', note: 'looked at it' };

describe('a payment that the customer has to confirm to the bank', () => {
  const placed = async (card = 'pm_card_authenticationRequired', more = {}) => {
    const services = new FakeServices();
    const handle = await environment.start(services, withCard(card, more));
    return { services, handle, answer: await handle.executeUpdate(answerUpdate) };
  };

  test('is answered with the page of the bank, its milestones leave, and it goes on when the webhook came', async () => {
    const { services, handle, answer } = await placed();
    expect(answer).toMatchObject({
      answer: 'needs-action',
      waitingFor: { who: 'customer', url: expect.stringContaining('/challenge/'), until: expect.any(String) },
    });
    await inState(handle, 'needs-action');
    services.completeChallenge();
    await handle.signal(paymentChangedSignal, changed);
    expect((await handle.result()).outcome).toBe('completed');
    expect(captures(services)).toHaveLength(1);
    expect(services.published).toEqual(['OrderPlaced', 'InventoryReserved', 'PaymentProcessed', 'OrderCompleted']);
  });

  test('goes on though every webhook got lost', async () => {
    const { services, handle } = await placed();
    services.completeChallenge();
    expect((await handle.result()).outcome).toBe('completed');
  });

  test('is not believed to be confirmed because a webhook says so', async () => {
    const { services, handle } = await placed();
    await handle.signal(paymentChangedSignal, changed);
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'refused', reason: { type: 'ChallengeExpired' } });
    expect(captures(services)).toEqual([]);
    expectNothingLeft(services);
  });

  test.each([
    ['fails', 'pm_card_authenticationRequired', 'fail', 'AuthenticationFailed'],
    [
      'succeeds and is declined all the same',
      'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
      'complete',
      'InsufficientFunds',
    ],
  ] as const)('that %s is refused', async (_, card, outcome, type) => {
    const { services, handle } = await placed(card);
    services.completeChallenge(outcome);
    await handle.signal(paymentChangedSignal, changed);
    expect(await handle.result()).toMatchObject({ outcome: 'refused', reason: { type } });
    expectNothingLeft(services);
  });

  test('can be cancelled meanwhile', async () => {
    const { services, handle } = await placed();
    expect(await handle.executeUpdate(cancelUpdate)).toMatchObject({
      outcome: 'cancelled',
      undone: ['cancel the order', 'void the payment', 'release the stock'],
    });
    await handle.result();
    expectNothingLeft(services);
  });

  test('may be made with another card when it was not confirmed, and the first one holds nothing then', async () => {
    const { services, handle } = await placed('pm_card_authenticationRequired', { onDecline: 'wait' });
    await environment.skipTime(16 * 60_000);
    await waitForStatus(handle, ({ waitingFor }) => waitingFor?.message.includes('another card') ?? false);
    services.completeChallenge();
    const answer = await handle.executeUpdate(changePaymentMethodUpdate, { args: [{ paymentMethod: 'pm_card_visa' }] });
    expect(answer.answer).toBe('accepted');
    expect((await handle.result()).outcome).toBe('completed');
    expect(services.payments.list().map(({ state }) => state)).toEqual(['voided', 'captured']);
  });
});

describe('a declined card that may be replaced', () => {
  const placed = async () => {
    const services = new FakeServices();
    const handle = await environment.start(services, withCard('pm_card_chargeDeclined', { onDecline: 'wait' }));
    return { services, handle, answer: await handle.executeUpdate(answerUpdate) };
  };
  const pay = (handle: CheckoutHandle, paymentMethod: string) =>
    handle.executeUpdate(changePaymentMethodUpdate, { args: [{ paymentMethod }] });

  test('asks for another one, as often as needed, and takes the money once', async () => {
    const { services, handle, answer } = await placed();
    expect(answer).toMatchObject({ answer: 'needs-action', reason: { type: 'CardDeclined' } });
    const second = await pay(handle, 'pm_card_chargeDeclinedInsufficientFunds');
    expect(second).toMatchObject({ answer: 'needs-action', reason: { type: 'InsufficientFunds' } });
    expect(await pay(handle, 'pm_card_visa')).toMatchObject({ answer: 'accepted' });
    expect((await handle.result()).outcome).toBe('completed');
    expect(captures(services)).toEqual([{ kind: 'captured', paymentId: expect.stringMatching(/-3$/), amount: 5998 }]);
    expect(services.published).not.toContain('PaymentFailed');
  });

  test('is refused when none came before the deadline', async () => {
    const { services, handle } = await placed();
    expect(await handle.result()).toMatchObject({ outcome: 'refused', reason: { type: 'CardDeclined' } });
    expect(services.published).toContain('PaymentFailed');
    expectNothingLeft(services);
  });

  test('can be cancelled meanwhile', async () => {
    const { services, handle } = await placed();
    expect((await handle.executeUpdate(cancelUpdate)).outcome).toBe('cancelled');
    await handle.result();
    expectNothingLeft(services);
  });

  test('takes no number of a card for one, and no card that it has not asked for', async () => {
    const { handle } = await placed();
    await expect(pay(handle, '4242424242424242')).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
    await handle.executeUpdate(cancelUpdate);
    await handle.result();

    const other = await environment.start(new FakeServices(), withCard('pm_card_authenticationRequired'));
    await other.executeUpdate(answerUpdate);
    await expect(pay(other, 'pm_card_visa')).rejects.toMatchObject({ cause: { type: 'InvalidState' } });
    await other.executeUpdate(cancelUpdate);
    await other.result();
  });
});

describe('a payment that is held for review', () => {
  const placed = async () => {
    const services = new FakeServices();
    const handle = await environment.start(services, withCard('pm_card_riskLevelElevated'));
    const answer = await handle.executeUpdate(answerUpdate);
    return { services, handle, answer };
  };
  const decide = (handle: CheckoutHandle, decision: 'approve' | 'refuse', more: object = {}) =>
    handle.executeUpdate(decideReviewUpdate, { args: [{ decision, ...by, ...more }] });

  test('waits for a person, whose approval stays with the checkout', async () => {
    const { services, handle, answer } = await placed();
    expect(answer).toMatchObject({ answer: 'pending', waitingFor: { who: 'reviewer' } });
    await decide(handle, 'approve');
    expect((await handle.result()).outcome).toBe('completed');
    expect(captures(services)).toHaveLength(1);
    const { decisions } = await waitForStatus(handle, () => true);
    expect(decisions).toEqual([
      { what: 'review the payment', decision: 'approve', ...by, at: expect.stringMatching(/Z$/) },
    ]);
  });

  test('goes on when it was approved at the provider', async () => {
    const { services, handle } = await placed();
    services.payments.approveReview({ paymentId: services.payments.newest() });
    await handle.signal(paymentChangedSignal, changed);
    expect((await handle.result()).outcome).toBe('completed');
  });

  test('completes when it was captured at the provider, and is not captured again', async () => {
    const { services, handle } = await placed();
    services.payments.captureAtProvider();
    await handle.signal(paymentChangedSignal, changed);
    expect((await handle.result()).outcome).toBe('completed');
    expect(captures(services)).toHaveLength(1);
    expect(services.payment).toBe('captured');
  });

  test.each([
    ['by a reviewer', (handle: CheckoutHandle) => decide(handle, 'refuse')],
    [
      'at the provider',
      (handle: CheckoutHandle, services: FakeServices) => {
        services.payments.cancelAtProvider();
        return handle.signal(paymentChangedSignal, changed);
      },
    ],
  ])('is undone when it was refused %s', async (_, refuse) => {
    const { services, handle } = await placed();
    await refuse(handle, services);
    expect(await handle.result()).toMatchObject({ outcome: 'refused', reason: { type: 'ReviewRefused' } });
    expectNothingLeft(services);
  });

  test('is undone when no reviewer decided within a day', async () => {
    const { services, handle } = await placed();
    expect(await handle.result()).toMatchObject({ outcome: 'refused', reason: { type: 'ReviewExpired' } });
    expectNothingLeft(services);
  });

  test('is decided once, with a name and a note', async () => {
    const { handle } = await placed();
    await expect(decide(handle, 'approve', { by: ' ' })).rejects.toMatchObject({
      cause: { type: 'InvalidRequest', message: expect.stringContaining('by') },
    });
    await expect(decide(handle, 'perhaps' as 'approve')).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
    const decisions = await Promise.allSettled([decide(handle, 'approve'), decide(handle, 'approve')]);
    expect(decisions.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(decisions.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { cause: { type: 'InvalidState' } },
    });
    expect((await handle.result()).outcome).toBe('completed');
  });

  test('is decided only while it is in review', async () => {
    const handle = await environment.start(new FakeServices(), withCard('pm_card_authenticationRequired'));
    await handle.executeUpdate(answerUpdate);
    await expect(decide(handle, 'approve')).rejects.toMatchObject({ cause: { type: 'InvalidState' } });
    await handle.executeUpdate(cancelUpdate);
    await handle.result();
  });
});
