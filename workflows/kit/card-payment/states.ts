import type { StateMeaning } from '../definition.ts';
import type { CardPaymentState } from './contract.ts';

/** The states of a process that takes a card payment, beside those that every process has. */
export const cardPaymentStates = {
  'needs-action': 'waits',
  'in-review': 'waits',
  'payment-unknown': 'waits',
} as const satisfies Record<CardPaymentState, StateMeaning>;
