import type { FailureType } from '../../../contracts/catalogue.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { Payment, paymentsContract } from '../../../services/payments/contract.ts';

export type Authorization = InputOf<(typeof paymentsContract.operations)['authorize']>;

interface Card {
  readonly held: 'authorized' | 'in_review';
  readonly challenge?: true;
  readonly declined?: FailureType;
}

/** What the bank says to the payment methods that the tests use; any other one is approved. */
const cards: Readonly<Record<string, Card>> = {
  pm_card_chargeDeclined: { held: 'authorized', declined: 'CardDeclined' },
  pm_card_chargeDeclinedInsufficientFunds: { held: 'authorized', declined: 'InsufficientFunds' },
  pm_card_authenticationRequired: { held: 'authorized', challenge: true },
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: {
    held: 'authorized',
    challenge: true,
    declined: 'InsufficientFunds',
  },
  pm_card_riskLevelElevated: { held: 'in_review' },
};

export interface PaymentRow {
  readonly request: Authorization;
  state: Payment['state'];
  /** The state that was told last. */
  told?: Payment['state'];
  /** Why it is `failed` or, by itself, `voided`. */
  failure?: FailureType;
  readonly refunds: Map<string, number>;
  /** The bank has taken the money back by itself: there is nothing left to give. */
  isDisputed?: boolean;
}

export const cardFor = ({ paymentMethod }: Authorization): Card => cards[paymentMethod] ?? { held: 'authorized' };

export const refundedOf = ({ refunds }: PaymentRow): number =>
  [...refunds.values()].reduce((sum, amount) => sum + amount, 0);

const awaited: readonly (Payment['state'] | undefined)[] = ['requires_action', 'in_review', 'processing'];

/** Whether its checkout waits for something that has happened. */
export const isChanged = ({ state, told }: PaymentRow): boolean => awaited.includes(told) && state !== told;

/** What a caller is told it does not wait for any more. */
export function tell(row: PaymentRow): Payment {
  row.told = row.state;
  return toPayment(row);
}

export function toPayment(row: PaymentRow): Payment {
  const { paymentId, amount } = row.request;
  return {
    paymentId: paymentId as Payment['paymentId'],
    intentId: `pi_${paymentId}`,
    state: row.state,
    ...(row.state === 'requires_action' && { nextAction: { url: `https://bank.example/challenge/pi_${paymentId}` } }),
    amount,
    refunded: refundedOf(row),
  };
}
