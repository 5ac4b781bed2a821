import { setTimeout as delay } from 'node:timers/promises';
import type { CheckoutStatus } from '../../../workflows/checkout/contract.ts';
import {
  changePaymentMethodUpdate,
  decideReviewUpdate,
  paymentChangedSignal,
} from '../../../workflows/checkout/messages.ts';
import type { CheckoutEnvironment } from '../../workflows/environment.ts';
import type { Call, Interference } from '../../workflows/fake-services.ts';
import { answered } from '../faults.ts';
import type { Person, Scenario } from '../scenario.ts';
import { checkout } from '../scenarios/checkout.ts';
import { refund } from '../scenarios/refund.ts';
import { Trial } from '../trial.ts';
import { cancelOnce } from './cancellation.ts';
import { happen } from './mishaps.ts';
import type { DoneAtProvider, Story, Trouble } from './story.ts';

/** Tells a story: runs its process with its people and its troubles to the end. */
export async function play(environment: CheckoutEnvironment, story: Story, id: string): Promise<Trial> {
  const trial: Trial = new Trial(
    environment,
    scenarioOf(story, () => cancel()),
    id,
  );
  const cancel = cancelOnce(story, trial);
  let asked = 0;
  trial.operator = ({ canBeSettled }) => {
    asked += 1;
    if (asked <= story.operator.retries) return 'retry';
    trial.isMended = true;
    if (story.operator.decision === 'retry' || !canBeSettled) return 'retry';
    trial.doByHand();
    return 'settle';
  };
  return trial.run({ fault: troublesOf(story, trial, cancel) });
}

function scenarioOf(story: Story, cancel: () => Promise<boolean>): Scenario {
  const { process, lines, stock, customer, cards, onDecline } = story;
  const isRefund = process === 'refund';
  return {
    name: 'random',
    process: isRefund ? refund : checkout,
    request: { lines, ...(!isRefund && { paymentMethod: cards[0], onDecline }) },
    refund: story.isPart ? { lines: [{ sku: lines[0]?.sku, quantity: 1 }] } : {},
    outcome: 'completed',
    cards: cards.length,
    people: isRefund ? [] : [...customers(story), reviewer(story), impatient(story, cancel)],
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
const patience = 300;

/** Acts when they see for the n-th time that they have to, and every time afterwards. */
function at(look: number, isAsked: (status: CheckoutStatus) => boolean, act: Person): Person {
  let seen = 0;
  return async (status, handle, services) => {
    if (!isAsked(status)) return;
    seen += 1;
    if (seen >= look) await act(status, handle, services);
  };
}

function customers({ challenge, cards }: Story): Person[] {
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

function reviewer({ review: { look, decision } }: Story): Person {
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

function impatient({ cancellation }: Story, cancel: () => Promise<boolean>): Person {
  let looks = 0;
  return async () => {
    looks += 1;
    if (cancellation && 'atLook' in cancellation && looks >= cancellation.atLook) await cancel();
  };
}

function troublesOf(
  story: Story,
  trial: Trial,
  cancel: () => Promise<boolean>,
): (call: Call) => Interference | undefined {
  const attempts = new Map<Trouble, number>();
  const { cancellation } = story;
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
          await Promise.race([trial.ended, delay(patience)]);
        },
      };
    }
    const trouble = story.troubles.find(
      ({ activity, nth }) => activity === call.activity && answered(trial, activity) === nth - 1,
    );
    if (!trouble) return undefined;
    const attempt = attempts.get(trouble) ?? 0;
    attempts.set(trouble, attempt + 1);
    const mishap =
      trouble.mishaps[attempt] ?? (trouble.forGood && !trial.isMended ? trouble.mishaps.at(-1) : undefined);
    return mishap && { before: () => happen(mishap, trial, call) };
  };
}
