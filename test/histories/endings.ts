import type { WorkflowHandle } from '@temporalio/client';
import type { RefundId } from '../../contracts/identifiers.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { CheckoutStatus } from '../../workflows/checkout/contract.ts';
import {
  cancelUpdate,
  changePaymentMethodUpdate,
  checkoutWorkflowId,
  recoverCheckoutWorkflow,
  statusQuery,
} from '../../workflows/checkout/messages.ts';
import { disputeChangedSignal, disputeWorkflow, disputeWorkflowId } from '../../workflows/dispute/messages.ts';
import { decideReviewUpdate, paymentChangedSignal } from '../../workflows/kit/card-payment/messages.ts';
import type { ProcessStatus } from '../../workflows/kit/contract.ts';
import { resolveUpdate } from '../../workflows/kit/messages.ts';
import { providerRefundWorkflow, providerRefundWorkflowId } from '../../workflows/provider-refund/messages.ts';
import { reconciliationWorkflow } from '../../workflows/reconciliation/messages.ts';
import type { RefundRequest } from '../../workflows/refund/contract.ts';
import { sweepWorkflow } from '../../workflows/sweep/messages.ts';
import { type CheckoutEnvironment, type CheckoutHandle, checkoutRequest } from '../workflows/environment.ts';
import { FakeServices, type Operation, refuse } from '../workflows/fake-services.ts';
import { billEndings } from './bill-endings.ts';
import { invoiceEndings } from './invoice-endings.ts';
import { monthlyInvoicingEndings } from './monthly-invoicing-endings.ts';
import { payrollEndings } from './payroll-endings.ts';
import { purchaseOrderEndings } from './purchase-order-endings.ts';
import { userCheckEndings } from './user-check-endings.ts';

type Handle = Pick<WorkflowHandle, 'result' | 'fetchHistory'>;

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

/** A workflow of any type under an id, once `prepare` has put something into the fakes. */
const process =
  (
    workflowType: string,
    prepare: (services: FakeServices, environment: CheckoutEnvironment) => Promise<{ id: string; request: object }>,
    act: (handle: WorkflowHandle, services: FakeServices) => Promise<unknown> = async () => undefined,
    fails = false,
  ): Ending =>
  async (environment) => {
    const services = new FakeServices();
    const { id, request } = await prepare(services, environment);
    const handle = await environment.startProviderProcess(services, workflowType, id, request);
    await act(handle, services);
    const hasFailed = await handle.result().then(
      () => false,
      () => true,
    );
    if (hasFailed !== fails) throw new Error(`${id} has ${hasFailed ? 'failed' : 'not failed'}, against its name`);
    return handle;
  };

/** A checkout that waits for its customer and is terminated. */
const terminated = async (services: FakeServices, environment: CheckoutEnvironment) => {
  const request = checkoutRequest(challenged);
  const handle = await environment.start(services, request);
  await waitUntil(async () => (await handle.query(statusQuery)).state === 'needs-action', { within: 20_000 });
  await handle.terminate('in a recording');
  return { id: checkoutWorkflowId(request.checkoutId), request: { checkoutId: request.checkoutId } };
};
const completed = async (services: FakeServices, environment: CheckoutEnvironment) => {
  const request = checkoutRequest();
  await (await environment.start(services, request)).result();
  return { id: checkoutWorkflowId(request.checkoutId), request: { checkoutId: request.checkoutId } };
};
/** The provider's ids have no dashes. */
const lettersOf = (checkoutId: string) => checkoutId.replaceAll('-', '');
const refundedAtTheProvider = async (services: FakeServices, environment: CheckoutEnvironment) => {
  const { request } = await completed(services, environment);
  const refundId = `re_${lettersOf(request.checkoutId)}`;
  services.payments.refundAtProvider(refundId, 1_000);
  return { id: providerRefundWorkflowId(refundId), request: { refundId } };
};
const disputed = async (services: FakeServices, environment: CheckoutEnvironment) => {
  const { request } = await completed(services, environment);
  const disputeId = `dp_${lettersOf(request.checkoutId)}`;
  services.payments.openDispute(disputeId);
  return { id: disputeWorkflowId(disputeId), request: { disputeId } };
};
/** Three pages of refunds, of which one is not in the books. */
const longList = async (services: FakeServices, environment: CheckoutEnvironment) => {
  const { request } = await refundedAtTheProvider(services, environment);
  services.payments.lists.pageSize = 1;
  for (const refundId of ['re_1', 're_2']) {
    services.payments.refundAtProvider(refundId, 1_000);
    services.payments.rememberFact({ factId: refundId });
  }
  environment.share(services, [providerRefundWorkflowId(request.refundId)]);
  return { id: 'reconciliation/all', request: {} };
};
const theBankDecides = (decision: 'won' | 'lost') => async (handle: WorkflowHandle, services: FakeServices) => {
  const isOpen = async () => (await handle.query<ProcessStatus<string>>('status')).needsOperator.length > 0;
  await waitUntil(isOpen, { within: 20_000 });
  services.payments.decideDispute(handle.workflowId.slice(disputeWorkflowId('').length), decision);
  // It looks by itself, too, and may have ended by now.
  await handle.signal(disputeChangedSignal).catch(() => undefined);
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
  ...monthlyInvoicingEndings,
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
  ...invoiceEndings,
  'recoverCheckout-undone': process(recoverCheckoutWorkflow, terminated),
  'recoverCheckout-carried-through': process(recoverCheckoutWorkflow, completed),
  'sweep-nothing-left': process(sweepWorkflow, async () => ({ id: 'sweep/nothing', request: {} })),
  'sweep-one-recovered': process(sweepWorkflow, async (services, environment) => {
    await terminated(services, environment);
    return { id: 'sweep/one', request: {} };
  }),
  'providerRefund-completed': process(providerRefundWorkflow, refundedAtTheProvider),
  'providerRefund-unknown': process(
    providerRefundWorkflow,
    async () => ({ id: providerRefundWorkflowId('re_nowhere'), request: { refundId: 're_nowhere' } }),
    undefined,
    true,
  ),
  'dispute-won': process(disputeWorkflow, disputed, theBankDecides('won')),
  'dispute-lost': process(disputeWorkflow, disputed, theBankDecides('lost')),
  'reconciliation-of-all': process(reconciliationWorkflow, longList),
  'reconciliation-of-a-month': process(reconciliationWorkflow, async () => ({
    id: 'reconciliation/month',
    request: { days: 30 },
  })),
  ...billEndings,
  ...payrollEndings,
  ...purchaseOrderEndings,
  ...userCheckEndings,
};
