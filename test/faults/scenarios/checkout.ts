import type { CheckoutStatus } from '../../../workflows/checkout/contract.ts';
import { changePaymentMethodUpdate } from '../../../workflows/checkout/messages.ts';
import { paymentChangedSignal } from '../../../workflows/kit/card-payment/messages.ts';
import { checkoutRequest } from '../../workflows/environment.ts';
import type { FakeServices } from '../../workflows/fake-services.ts';
import { type Person, type TriedProcess, usual } from '../scenario.ts';
import { decidesTheReview, losesAnswers, minute, passesTheChallenge } from './card.ts';

const paysWithAnotherCard: Person = async ({ waitingFor }, handle) => {
  if (waitingFor?.who !== 'customer' || waitingFor.url) return;
  await handle.startUpdate(changePaymentMethodUpdate, {
    args: [{ paymentMethod: 'pm_card_visa' }],
    waitForStage: 'ACCEPTED',
  });
};

/** A person does something to the payment at the provider's dashboard while the checkout waits. */
const actsAtTheProvider =
  (waits: CheckoutStatus['state'], act: (services: FakeServices) => void): Person =>
  async ({ state }, handle, services) => {
    if (state !== waits) return;
    act(services);
    await handle.signal(paymentChangedSignal, { paymentId: services.payments.newest() });
  };

const scenarios: TriedProcess['scenarios'] = [
  usual,
  { ...usual, name: 'declined', request: { paymentMethod: 'pm_card_chargeDeclined' }, outcome: 'refused' },
  {
    ...usual,
    name: 'challenge',
    request: { paymentMethod: 'pm_card_authenticationRequired' },
    people: [passesTheChallenge],
  },
  {
    ...usual,
    name: 'review',
    request: { paymentMethod: 'pm_card_riskLevelElevated' },
    people: [decidesTheReview('approve')],
    untilDone: ['approveReview 1'],
  },
  {
    ...usual,
    name: 'captured in review',
    request: { paymentMethod: 'pm_card_riskLevelElevated' },
    people: [actsAtTheProvider('in-review', ({ payments }) => payments.captureAtProvider())],
  },
  {
    ...usual,
    name: 'cancelled during 3-D Secure',
    request: { paymentMethod: 'pm_card_authenticationRequired' },
    outcome: 'refused',
    people: [actsAtTheProvider('needs-action', ({ payments }) => payments.cancelAtProvider())],
  },
  {
    ...usual,
    name: 'another card',
    request: { paymentMethod: 'pm_card_chargeDeclined', onDecline: 'wait' },
    cards: 2,
    people: [paysWithAnotherCard],
  },
  { ...usual, name: 'authorization unknown', prepare: losesAnswers('authorize', 5 * minute), looks: ['findPayment'] },
  { ...usual, name: 'capture unknown', prepare: losesAnswers('capture', 5 * minute), looks: ['findPayment'] },
  {
    ...usual,
    name: 'capture unknown for long',
    prepare(services) {
      losesAnswers('capture', 5 * minute)(services);
      losesAnswers('findPayment', minute)(services);
    },
    untilDone: ['reserveStock 2'],
    looks: ['findPayment'],
  },
  {
    ...usual,
    name: 'completed by an earlier run',
    earlier: 'completed',
    rows: ['recallCheckout', 'commitStock', 'completeOrder', 'addPurchase', 'publishMilestones'],
  },
  {
    ...usual,
    name: 'begun by an earlier run',
    earlier: 'authorize',
    rows: ['findReservation', 'findPayment', 'placeOrder'],
  },
  {
    ...usual,
    name: 'swept',
    earlier: 'authorize',
    isSwept: true,
    rows: ['findAbandoned'],
    outcome: 'refused',
  },
  {
    ...usual,
    name: 'taken over',
    earlier: 'authorize',
    isSwept: true,
    isFound: true,
    rows: ['recallOrder', 'findPayment', 'voidPayment', 'cancelOrder', 'publishMilestones'],
    outcome: 'refused',
  },
  {
    ...usual,
    name: 'taken over when it was paid for',
    earlier: 'capture',
    isSwept: true,
    isFound: true,
    rows: ['recallOrder', 'completeOrder'],
  },
];

export const checkout: TriedProcess = {
  name: 'checkout',
  subject: 'order',
  scenarios,
  isAboutOrder: false,
  cancellation: 'update',
  start: ({ environment, services, scenario, id }, options) =>
    environment.start(services, checkoutRequest({ checkoutId: id, ...scenario.request }), options),
};
