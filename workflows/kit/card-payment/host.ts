import type { Operator } from '../operator.ts';
import type { CardPaymentCalls } from './calls.ts';
import type { CardPaymentWait } from './contract.ts';
import type { CardPaymentConversation } from './conversation.ts';

/** What a card payment needs of the process that takes it. */
export interface CardPaymentHost {
  readonly calls: CardPaymentCalls;
  readonly operator: Operator;
  readonly conversation: CardPaymentConversation;
  /** Until when the customer may act: milliseconds since 1970. */
  readonly deadline: number;
  /** Shows whom the process waits for while `run` runs. */
  waitFor<Result>(wait: CardPaymentWait, run: () => Promise<Result>): Promise<Result>;
  /**
   * Renews what the process holds, before each look of a wait that takes as long as it takes. One that fails counts as a look
   * that failed.
   *
   * @default nothing is held
   */
  whileWaiting?(): Promise<void>;
}
