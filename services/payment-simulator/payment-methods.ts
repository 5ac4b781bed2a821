/** What the bank answers to a confirmation. */
type BankAnswer =
  | { readonly kind: 'approved' }
  | { readonly kind: 'declined'; readonly code: string; readonly declineCode: string; readonly message: string };

/** What goes wrong at the first try, or at every try, of one operation on an intent with this payment method. */
export interface Fault {
  readonly operation: 'create' | 'confirm' | 'capture' | 'cancel' | 'refund';
  /** Whether the operation has taken effect when the fault happens. */
  readonly moment: 'before' | 'after';
  /** `hang`: no answer until the client gives up. `error`: status 500. `rate-limit`: status 429. */
  readonly answer: 'hang' | 'error' | 'rate-limit';
  /** Whether the answer is stored for the idempotency key and given again to every later try. */
  readonly stored: boolean;
  /** Whether every try goes wrong, not the first alone. */
  readonly lasting: boolean;
}

interface PaymentMethod {
  readonly bank: BankAnswer;
  readonly fault?: Fault;
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

const faulty = (
  operation: Fault['operation'],
  moment: Fault['moment'],
  answer: Fault['answer'],
  { stored = false, lasting = false } = {},
): PaymentMethod => ({ bank: approved, fault: { operation, moment, answer, stored, lasting } });

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

  pm_fault_apply_then_hang: faulty('confirm', 'after', 'hang'),
  pm_fault_apply_then_500: faulty('confirm', 'after', 'error', { stored: true }),
  pm_fault_500: faulty('confirm', 'before', 'error'),
  pm_fault_500_stored: faulty('confirm', 'before', 'error', { stored: true }),
  pm_fault_hang_before: faulty('confirm', 'before', 'hang'),
  pm_fault_hang_always: faulty('confirm', 'before', 'hang', { lasting: true }),
  pm_fault_rate_limited: faulty('confirm', 'before', 'rate-limit'),
  pm_fault_create_500_stored: faulty('create', 'before', 'error', { stored: true }),
  pm_fault_create_then_hang: faulty('create', 'after', 'hang'),
  pm_fault_capture_then_hang: faulty('capture', 'after', 'hang'),
  pm_fault_capture_then_500: faulty('capture', 'after', 'error', { stored: true }),
  pm_fault_cancel_then_hang: faulty('cancel', 'after', 'hang'),
  pm_fault_refund_then_hang: faulty('refund', 'after', 'hang'),
  pm_fault_refund_then_500: faulty('refund', 'after', 'error', { stored: true }),
};

/** Minor units; the bank declines exactly this amount on every card: 999,999.99 in a currency with two digits. */
const declinedAmount = 99_999_999;

/** What the bank answers when this amount, in minor units, is to be held with this method. */
export function askBank(method: PaymentMethod, amount: number): BankAnswer {
  return amount === declinedAmount ? genericDecline : method.bank;
}
