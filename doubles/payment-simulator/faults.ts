import { z } from 'zod';
import { chance } from './chance.ts';
import type { Setting } from './settings.ts';

/** The calls that change something. */
export type Operation = 'create' | 'confirm' | 'capture' | 'cancel' | 'refund' | 'approve';

/** What goes wrong at a call. */
export interface Fault {
  /** Whether the call has taken effect when the fault happens. */
  readonly moment: 'before' | 'after';
  /** `hang`: no answer until the client gives up. `reset`: the connection is reset. `error`: 500. `rate-limit`: 429. */
  readonly answer: 'hang' | 'reset' | 'error' | 'rate-limit';
  /** Whether the error is stored for the idempotency key and given again to every later try. */
  readonly stored: boolean;
  /** Whether every try goes wrong, not the first alone. */
  readonly lasting: boolean;
}

const fault = (moment: Fault['moment'], answer: Fault['answer'], { stored = false, lasting = false } = {}): Fault => ({
  moment,
  answer,
  stored,
  lasting,
});

export const faultKinds = {
  '500': fault('before', 'error'),
  '500_stored': fault('before', 'error', { stored: true }),
  '500_always': fault('before', 'error', { lasting: true }),
  rate_limited: fault('before', 'rate-limit'),
  hang_before: fault('before', 'hang'),
  hang_always: fault('before', 'hang', { lasting: true }),
  then_500: fault('after', 'error', { stored: true }),
  then_hang: fault('after', 'hang'),
  then_reset: fault('after', 'reset'),
} as const satisfies Record<string, Fault>;

export type FaultKind = keyof typeof faultKinds;

const kinds = Object.keys(faultKinds) as [FaultKind, ...FaultKind[]];

/** Faults by seed, for calls with any payment method. */
export const plannedFaultsSchema = z.strictObject({
  seed: z.string().min(1).max(100),
  /** Of a fault at one try of one call. */
  probability: z.number().min(0).max(1),
  /** What may happen. A hang costs the client its timeout: leave it out where that is too long. */
  kinds: z
    .array(z.enum(kinds))
    .min(1)
    .default(kinds.filter((kind) => !faultKinds[kind].lasting)),
});

export type PlannedFaults = z.infer<typeof plannedFaultsSchema>;

export const plannedFaults: Setting<typeof plannedFaultsSchema> = { name: 'faults', schema: plannedFaultsSchema };

/** The fault that a try meets: the same for the same seed, idempotency key and number of the try, which counts from 1. */
export function planFault(
  { seed, probability, kinds }: PlannedFaults,
  key: string,
  attempt: number,
): Fault | undefined {
  if (chance(seed, key, attempt, 'whether') >= probability) return undefined;
  const kind = kinds[Math.floor(chance(seed, key, attempt, 'which') * kinds.length)];
  return kind && faultKinds[kind];
}
