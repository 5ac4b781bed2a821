import fc from 'fast-check';

/** Which workflow of a sequence: that of its checkout, or of one of the two refunds of its order. */
export type Process = 'checkout' | 'one refund' | 'another refund';

/** How a process is started. `bare`: by Temporal's own client; `stranger`: by it, under an id that is not the process's. */
type StartedBy = 'our client' | 'bare' | 'stranger';

/** One thing that people do to an id, with our clients or with Temporal's own means. */
export type ServerAction =
  | {
      readonly what: 'start';
      readonly process: Process;
      readonly by: StartedBy;
      readonly content: 'same' | 'other';
      /** Whether the next action comes only when it has ended, or waits for somebody. */
      readonly isAwaited: boolean;
    }
  /** `at`: how far into the history of the newest run the workflow task is, in thousandths. */
  | { readonly what: 'reset'; readonly process: Process; readonly at: number; readonly isAwaited: boolean }
  | { readonly what: 'forget' | 'terminate' | 'cancel in Temporal'; readonly process: Process }
  | { readonly what: 'sweep' | 'the customer cancels' | 'the customer confirms' };

/** What happens to one checkout id on a real server, one after the other. */
export interface ServerSequence {
  readonly process: 'sequence on a real server';
  readonly paymentMethod: string;
  /** What the customer does in the end when the bank still asks. */
  readonly inTheEnd: 'confirms' | 'cancels';
  readonly actions: readonly ServerAction[];
}

const process: fc.Arbitrary<Process> = fc.constantFrom(
  'checkout',
  'checkout',
  'checkout',
  'one refund',
  'another refund',
);

/** The simplest one waits. */
const isAwaited = fc.constantFrom(true, true, true, false);

const start: fc.Arbitrary<ServerAction> = fc.record({
  what: fc.constant('start'),
  process,
  by: fc.constantFrom('our client', 'our client', 'bare', 'bare', 'stranger'),
  content: fc.constantFrom('same', 'same', 'same', 'other'),
  isAwaited,
});

const reset: fc.Arbitrary<ServerAction> = fc.record({
  what: fc.constant('reset'),
  process,
  at: fc.integer({ min: 0, max: 999 }),
  isAwaited,
});

const end: fc.Arbitrary<ServerAction> = fc.record({
  what: fc.constantFrom('forget', 'terminate', 'terminate', 'cancel in Temporal'),
  process,
});

const act: fc.Arbitrary<ServerAction> = fc.record({
  what: fc.constantFrom('sweep', 'sweep', 'the customer cancels', 'the customer confirms'),
});

/** Any sequence of an id on a real server. */
export const serverSequences: fc.Arbitrary<ServerSequence> = fc.record({
  process: fc.constant('sequence on a real server'),
  paymentMethod: fc.constantFrom(
    'pm_card_visa',
    'pm_card_visa',
    'pm_card_visa',
    'pm_card_authenticationRequired',
    'pm_card_authenticationRequired',
    'pm_card_chargeDeclined',
  ),
  inTheEnd: fc.constantFrom('confirms', 'cancels'),
  actions: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: start },
      { weight: 4, arbitrary: reset },
      { weight: 3, arbitrary: end },
      { weight: 2, arbitrary: act },
    ),
    { minLength: 2, maxLength: 8 },
  ),
});
