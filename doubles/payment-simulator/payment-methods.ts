import { type Fault, type FaultKind, faultKinds, type Operation } from './faults.ts';

/** What the bank answers to a confirmation. */
type BankAnswer =
  | { readonly kind: 'approved' }
  | { readonly kind: 'declined'; readonly code: string; readonly declineCode: string; readonly message: string };

interface PaymentMethod {
  readonly bank: BankAnswer;
  /** The customer has to pass a challenge before the bank is asked. */
  readonly challenge?: true;
  /** What is held waits for a person who looks at it. */
  readonly review?: true;
  /** The bank's answer comes late: the intent is `processing` until it was read a few times. */
  readonly late?: true;
  /** The authorization turns out to be expired when it is to be captured. */
  readonly expires?: true;
  readonly fault?: Fault & { readonly operation: Operation };
}

const approved = { kind: 'approved' } as const;
const declined = (code: string, declineCode: string, message: string) =>
  ({ kind: 'declined', code, declineCode, message }) as const;

const genericDecline = declined('card_declined', 'generic_decline', 'Your card was declined.');
const insufficientFunds = declined('card_declined', 'insufficient_funds', 'Your card has insufficient funds.');
const lostCard = declined('card_declined', 'lost_card', 'Your card was declined.');
const stolenCard = declined('card_declined', 'stolen_card', 'Your card was declined.');
const expiredCard = declined('expired_card', 'expired_card', 'Your card has expired.');
const incorrectCvc = declined('incorrect_cvc', 'incorrect_cvc', "Your card's security code is incorrect.");
const processingError = declined(
  'processing_error',
  'processing_error',
  'An error occurred while processing your card. Try again in a little bit.',
);

const operations = ['create', 'confirm', 'capture', 'cancel', 'refund'] as const;

/** `pm_fault_capture_then_hang` and so on; those of the confirmation are called `pm_fault_apply_then_hang`, `pm_fault_500`. */
const faultName = (operation: Operation, kind: FaultKind) => {
  if (operation !== 'confirm') return `pm_fault_${operation}_${kind}`;
  return faultKinds[kind].moment === 'after' ? `pm_fault_apply_${kind}` : `pm_fault_${kind}`;
};

const faultyMethods: Readonly<Record<string, PaymentMethod>> = Object.fromEntries(
  operations.flatMap((operation) =>
    Object.entries(faultKinds).map(([kind, fault]) => [
      faultName(operation, kind as FaultKind),
      { bank: approved, fault: { operation, ...fault } },
    ]),
  ),
);

/** Every payment method that the simulator knows: Stripe's own test methods, and faults that Stripe cannot be asked for. */
export const paymentMethods: Readonly<Record<string, PaymentMethod>> = {
  pm_card_visa: { bank: approved },
  pm_card_visa_debit: { bank: approved },
  pm_card_mastercard: { bank: approved },
  pm_card_amex: { bank: approved },
  pm_card_discover: { bank: approved },

  pm_card_chargeDeclined: { bank: genericDecline },
  pm_card_visa_chargeDeclined: { bank: genericDecline },
  pm_card_chargeCustomerFail: { bank: genericDecline },
  pm_card_chargeDeclinedInsufficientFunds: { bank: insufficientFunds },
  pm_card_visa_chargeDeclinedInsufficientFunds: { bank: insufficientFunds },
  pm_card_visa_chargeDeclinedLostCard: { bank: lostCard },
  pm_card_visa_chargeDeclinedStolenCard: { bank: stolenCard },
  pm_card_chargeDeclinedExpiredCard: { bank: expiredCard },
  pm_card_chargeDeclinedIncorrectCvc: { bank: incorrectCvc },
  pm_card_chargeDeclinedProcessingError: { bank: processingError },

  pm_card_authenticationRequired: { bank: approved, challenge: true },
  pm_card_threeDSecure2Required: { bank: approved, challenge: true },
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: { bank: insufficientFunds, challenge: true },
  pm_card_riskLevelElevated: { bank: approved, review: true },

  ...faultyMethods,
  pm_fault_decline_then_500: { bank: genericDecline, fault: { operation: 'confirm', ...faultKinds.then_500 } },
  pm_fault_late_success: { bank: approved, late: true },
  pm_fault_late_decline: { bank: genericDecline, late: true },
  pm_fault_authorization_expires: { bank: approved, expires: true },
};

/** Minor units; the bank declines exactly this amount on every card: 999,999.99 in a currency with two digits. */
const declinedAmount = 99_999_999;

/** What the bank answers when this amount, in minor units, is to be held with this method. */
export function askBank(method: PaymentMethod, amount: number): BankAnswer {
  return amount === declinedAmount ? genericDecline : method.bank;
}
