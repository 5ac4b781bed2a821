import type { RefundId } from '../../contracts/identifiers.ts';
import { waitUntil } from '../../ops/parts/wait.ts';
import type { CheckoutStatus } from '../../workflows/checkout/contract.ts';
import {
  cancelUpdate,
  changePaymentMethodUpdate,
  decideReviewUpdate,
  paymentChangedSignal,
  statusQuery,
} from '../../workflows/checkout/messages.ts';
import { resolveUpdate } from '../../workflows/process/messages.ts';
import type { RefundRequest } from '../../workflows/refund/contract.ts';
import {
  type CheckoutEnvironment,
  type CheckoutHandle,
  checkoutRequest,
  type RefundHandle,
} from '../workflows/environment.ts';
import { FakeServices, type Operation, refuse } from '../workflows/fake-services.ts';

type Handle = CheckoutHandle | RefundHandle;

/** How one workflow can end: runs it to that end. */
export type Ending = (environment: CheckoutEnvironment) => Promise<Handle>;

const grace = { by: 'Grace Hopper', note: 'looked at it' };

type Act = (handle: CheckoutHandle, services: FakeServices, environment: CheckoutEnvironment) => Promise<unknown>;

/** A checkout with the fakes prepared; `act` does what people do while it runs. */
const checkout =
  (request: object, prepare: (services: FakeServices) => void = () => undefined, act?: Act): Ending =>
  async (environment) => {
    const services = new FakeServices();
    prepare(services);
    const handle = await environment.start(services, checkoutRequest(request));
    await act?.(handle, services, environment);
    await handle.result().catch(() => undefined);
    return handle;
  };

/** A refund of an order that was completed before. */
const refund =
  (request: Partial<RefundRequest>, prepare: (services: FakeServices) => void = () => undefined): Ending =>
  async (environment) => {
    const services = new FakeServices();
    const bought = checkoutRequest();
    await (await environment.start(services, bought)).result();
    prepare(services);
    const refundId = `refund-${bought.checkoutId}` as RefundId;
    const orderId = bought.checkoutId as unknown as RefundRequest['orderId'];
    const handle = await environment.startRefund(services, { refundId, orderId, reason: 'does not fit', ...request });
    await handle.result().catch(() => undefined);
    return handle;
  };

const when =
  (holds: (status: CheckoutStatus) => boolean, act: Act): Act =>
  async (handle, services, environment) => {
    const isReached = await waitUntil(async () => holds(await handle.query(statusQuery)), { within: 20_000 });
    if (!isReached) throw new Error('the checkout did not get where it was to be acted upon');
    await act(handle, services, environment);
  };
const inState = (state: CheckoutStatus['state'], act: Act) => when((status) => status.state === state, act);

const challenged = { paymentMethod: 'pm_card_authenticationRequired' };
const declined = { paymentMethod: 'pm_card_chargeDeclined' };
const inReview = { paymentMethod: 'pm_card_riskLevelElevated' };
const refused = (operation: Operation, type: Parameters<typeof refuse>[0]) => (services: FakeServices) => {
  services.interfere(operation, { before: refuse(type) });
};
const awayFor =
  (tries: number, ...operations: Operation[]) =>
  (services: FakeServices) => {
    for (const operation of operations) {
      services.interfere(operation, { before: (attempt) => (attempt <= tries ? refuse('Unavailable')() : undefined) });
    }
  };
const silentFor = (tries: number, operation: Operation) => (services: FakeServices) => {
  services.interfere(operation, { after: (attempt) => (attempt <= tries ? refuse('DeadlineExceeded')() : undefined) });
};
const answers =
  (outcome: 'complete' | 'fail'): Act =>
  async (handle, services) => {
    services.completeChallenge(outcome);
    await handle.signal(paymentChangedSignal, { paymentId: services.payments.newest() });
  };
const pays: Act = (handle) =>
  handle.executeUpdate(changePaymentMethodUpdate, { args: [{ paymentMethod: 'pm_card_visa' }] });
const cancels: Act = (handle) => handle.executeUpdate(cancelUpdate);
const decides =
  (decision: 'approve' | 'refuse'): Act =>
  (handle) =>
    handle.executeUpdate(decideReviewUpdate, { args: [{ decision, ...grace }] });
const resolves =
  (decision: 'retry' | 'settle'): Act =>
  (handle) =>
    handle.executeUpdate(resolveUpdate, { args: [{ decision, ...grace }] });
const isStuck = ({ needsOperator }: CheckoutStatus) => needsOperator.length > 0;
const skips =
  (minutes: number): Act =>
  (_, __, environment) =>
    environment.skipTime(minutes * 60_000);

/** Every way in which the workflows end; the name of each is the name of its file. */
export const endings: Readonly<Record<string, Ending>> = {
  'checkout-completed': checkout({}),
  'checkout-completed-after-outages': checkout(
    {},
    awayFor(4, 'findCustomer', 'quote', 'placeOrder', 'reserve', 'authorize', 'capture', 'commit', 'publishMilestones'),
  ),
  'checkout-invalid': checkout({ lines: [] }),
  'checkout-customer-unknown': checkout({}, refused('findCustomer', 'CustomerNotFound')),
  'checkout-price-changed': checkout({ acceptedTotal: 1 }),
  'checkout-out-of-stock': checkout({}, refused('reserve', 'OutOfStock')),
  'checkout-service-away': checkout({}, refused('reserve', 'Unavailable')),
  'checkout-declined': checkout(declined),
  'checkout-cancelled-in-challenge': checkout(challenged, undefined, inState('needs-action', cancels)),
  'checkout-challenge-passed': checkout(challenged, undefined, inState('needs-action', answers('complete'))),
  'checkout-challenge-failed': checkout(challenged, undefined, inState('needs-action', answers('fail'))),
  'checkout-challenge-expired': checkout(challenged),
  'checkout-another-card': checkout({ ...declined, onDecline: 'wait' }, undefined, inState('needs-action', pays)),
  'checkout-no-other-card': checkout({ ...declined, onDecline: 'wait' }),
  'checkout-review-approved': checkout(inReview, undefined, inState('in-review', decides('approve'))),
  'checkout-review-refused': checkout(inReview, undefined, inState('in-review', decides('refuse'))),
  'checkout-review-expired': checkout(inReview),
  'checkout-authorization-unknown': checkout({}, (services) => {
    silentFor(60, 'authorize')(services);
    awayFor(20, 'findPayment')(services);
  }),
  'checkout-authorization-never-came': checkout({}, refused('authorize', 'Unavailable')),
  'checkout-capture-unknown': checkout({}, (services) => {
    silentFor(60, 'capture')(services);
    awayFor(20, 'findPayment')(services);
  }),
  'checkout-authorization-expired': checkout({}, refused('capture', 'AuthorizationExpired')),
  'checkout-undo-settled-by-hand': checkout(
    declined,
    refused('release', 'Rejected'),
    when(isStuck, resolves('settle')),
  ),
  'checkout-undo-retried': checkout(
    declined,
    (services) =>
      services.interfere('release', { before: (attempt) => (attempt === 1 ? refuse('Rejected')() : undefined) }),
    when(isStuck, resolves('retry')),
  ),
  'checkout-broker-away': checkout({}, awayFor(400, 'publishMilestones'), skips(30)),
  'refund-completed': refund({}),
  'refund-of-a-line': refund({ lines: [{ sku: 'product-1' as never, quantity: 1 }], restock: false }),
  'refund-after-outages': refund({}, awayFor(4, 'requestRefund', 'refund', 'restock', 'completeRefund')),
  'refund-invalid': refund({ lines: [] }),
  'refund-not-bought': refund({ lines: [{ sku: 'product-2' as never, quantity: 1 }] }),
  'refund-refused-by-the-provider': refund({}, refused('refund', 'RefundTooLarge')),
  'refund-claim-never-answered': refund({}, refused('requestRefund', 'DeadlineExceeded')),
};
