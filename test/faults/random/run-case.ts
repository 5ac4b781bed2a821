import { setTimeout as delay } from 'node:timers/promises';
import type { CheckoutStatus } from '../../../workflows/checkout/contract.ts';
import { changePaymentMethodUpdate } from '../../../workflows/checkout/messages.ts';
import { decideReviewUpdate, paymentChangedSignal } from '../../../workflows/kit/card-payment/messages.ts';
import type { CheckoutEnvironment } from '../../workflows/environment.ts';
import type { Call, Interference } from '../../workflows/fake-services.ts';
import { answered } from '../faults.ts';
import type { Person, Scenario, TriedProcess } from '../scenario.ts';
import { checkout } from '../scenarios/checkout.ts';
import { invoice } from '../scenarios/invoice.ts';
import { invoicePayment } from '../scenarios/invoice-payment.ts';
import { monthlyInvoicing } from '../scenarios/monthly-invoicing.ts';
import { refund } from '../scenarios/refund.ts';
import { Trial } from '../trial.ts';
import { injectFault } from './call-faults.ts';
import { cancelOnce } from './cancellation.ts';
import type { DoneAtProvider, FaultPlan, ProcessCase } from './test-case.ts';

/** Runs a case: runs its process with its people and its faults to the end. */
export async function runCase(environment: CheckoutEnvironment, testCase: ProcessCase, id: string): Promise<Trial> {
  const trial: Trial = new Trial(
    environment,
    scenarioOf(testCase, () => cancel()),
    id,
  );
  const cancel = cancelOnce(testCase, trial);
  let asked = 0;
  trial.operator = ({ canBeSettled }) => {
    asked += 1;
    if (asked <= testCase.operator.retries) return 'retry';
    trial.isMended = true;
    if (testCase.operator.decision === 'retry' || !canBeSettled) return 'retry';
    trial.doByHand();
    return 'settle';
  };
  return trial.run({ fault: faultsOf(testCase, trial, cancel) });
}

const processes: Readonly<Record<ProcessCase['process'], TriedProcess>> = {
  checkout,
  refund,
  invoice,
  'invoice payment': invoicePayment,
  'monthly invoicing': monthlyInvoicing,
};

function scenarioOf(testCase: ProcessCase, cancel: () => Promise<boolean>): Scenario {
  const { process, lines, stock, customer, cards, onDecline, isPart } = testCase;
  const isRefund = process === 'refund';
  return {
    name: 'random',
    process: processes[process],
    request: { lines, ...(!isRefund && { paymentMethod: cards[0], onDecline }) },
    refund: isPart ? { lines: [{ sku: lines[0]?.sku, quantity: 1 }] } : {},
    payment: { paymentMethod: cards[0] ?? '', ...(isPart && { amount: 4_000 }) },
    outcome: 'completed',
    cards: cards.length,
    people: isRefund ? [] : [...customers(testCase), reviewer(testCase), impatient(testCase, cancel)],
    prepare(services) {
      if (isRefund) return;
      for (const { sku } of lines) services.inventory.receive(sku, stock);
      services.customerStatus = customer;
    },
    untilDone: [],
    looks: [],
  };
}

/** Long enough for a checkout that has nothing to wait for to undo everything, while a call goes on: milliseconds. */
const undoTimeMs = 300;

/** Acts when they see for the n-th time that they have to, and every time afterwards. */
function at(look: number, isAsked: (status: CheckoutStatus) => boolean, act: Person): Person {
  let seen = 0;
  return async (status, handle, services) => {
    if (!isAsked(status)) return;
    seen += 1;
    if (seen >= look) await act(status, handle, services, { isMended: false });
  };
}

function customers({ challenge, cards }: ProcessCase): Person[] {
  const further = cards.slice(1);
  const passes = at(
    challenge.look,
    ({ waitingFor }) => waitingFor?.who === 'customer' && waitingFor.url !== undefined,
    async (_, handle, services) => {
      if (challenge.outcome === 'nothing') return;
      if (challenge.outcome === 'cancelled at the provider') services.payments.cancelAtProvider();
      else services.completeChallenge(challenge.outcome);
      if (challenge.told) await handle.signal(paymentChangedSignal, { paymentId: services.payments.newest() });
    },
  );
  const pays = at(
    challenge.look,
    ({ waitingFor }) => waitingFor?.who === 'customer' && waitingFor.url === undefined,
    async (_, handle) => {
      const [paymentMethod] = further;
      if (paymentMethod === undefined) return;
      await handle.startUpdate(changePaymentMethodUpdate, { args: [{ paymentMethod }], waitForStage: 'ACCEPTED' });
      further.shift();
    },
  );
  return [passes, pays];
}

function reviewer({ review: { look, decision } }: ProcessCase): Person {
  const isAsked = ({ state, decisions }: CheckoutStatus) =>
    state === 'in-review' && !decisions.some(({ what }) => what === 'review the payment');
  return at(look, isAsked, async (_, handle, services) => {
    if (decision === 'nothing') return;
    const { payments } = services;
    const paymentId = payments.newest();
    const there: Readonly<Record<DoneAtProvider, () => void>> = {
      'approved there': () => payments.approveReview({ paymentId }),
      'captured there': () => payments.captureAtProvider(paymentId),
      'cancelled there': () => payments.cancelAtProvider(paymentId),
      'expired there': () => payments.expireAuthorization(paymentId),
    };
    if (decision !== 'approve' && decision !== 'refuse') return there[decision]();
    await handle.executeUpdate(decideReviewUpdate, { args: [{ decision, by: 'Grace', note: 'looked at it' }] });
  });
}

function impatient({ cancellation }: ProcessCase, cancel: () => Promise<boolean>): Person {
  let looks = 0;
  return async () => {
    looks += 1;
    if (cancellation && 'atLook' in cancellation && looks >= cancellation.atLook) await cancel();
  };
}

function faultsOf(
  testCase: ProcessCase,
  trial: Trial,
  cancel: () => Promise<boolean>,
): (call: Call) => Interference | undefined {
  const attempts = new Map<FaultPlan, number>();
  const { cancellation } = testCase;
  let calls = 0;
  let isCancellationDue = false;
  return (call) => {
    calls += 1;
    // A local activity hides the cancellation from its workflow until it has ended.
    if (cancellation && 'afterCall' in cancellation && calls === cancellation.afterCall) isCancellationDue = true;
    if (isCancellationDue && !call.isLocal) {
      return {
        after: async () => {
          if (!(await cancel())) return;
          isCancellationDue = false;
          await Promise.race([trial.ended, delay(undoTimeMs)]);
        },
      };
    }
    const faultPlan = testCase.faultPlans.find(
      ({ activity, nth }) => activity === call.activity && answered(trial, activity) === nth - 1,
    );
    if (!faultPlan) return undefined;
    const attempt = attempts.get(faultPlan) ?? 0;
    attempts.set(faultPlan, attempt + 1);
    const callFault =
      faultPlan.callFaults[attempt] ?? (faultPlan.forGood && !trial.isMended ? faultPlan.callFaults.at(-1) : undefined);
    return callFault && { before: () => injectFault(callFault, trial, call) };
  };
}
