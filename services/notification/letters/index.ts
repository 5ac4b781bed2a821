import type { subscriptions } from '../../../events/subscriptions.ts';
import type { Letter } from '../letter.ts';
import { checkoutLetters } from './checkout.ts';
import { providerLetters } from './provider.ts';
import { refundLetters } from './refund.ts';

type Subscribed = (typeof subscriptions.notification.events)[number];

/** Every letter, by the context that publishes its event. One for an event that is not subscribed to does not compile. */
export const letters = [
  ...checkoutLetters,
  ...refundLetters,
  ...providerLetters,
] as const satisfies readonly Letter<Subscribed>[];
