import { z } from 'zod';
import { chance } from './chance.ts';
import type { Setting } from './settings.ts';

const probability = z.number().min(0).max(1).default(0);

/** What goes wrong with webhooks: the probability of each fault at one event. */
export const webhookFaultsSchema = z.strictObject({
  seed: z.string().min(1).max(100),
  /** Never sent. */
  drop: probability,
  /** Sent twice. */
  duplicate: probability,
  /** Sent after the next event of the same intent, or after a second where none comes. */
  reorder: probability,
  /** Sent `delayMilliseconds` later. */
  delay: probability,
  delayMilliseconds: z.number().int().min(1).max(3_600_000).default(1_000),
  /** Sent before the call that causes it is answered. */
  early: probability,
});

export type WebhookFaults = z.infer<typeof webhookFaultsSchema>;

export const webhookFaults: Setting<typeof webhookFaultsSchema> = {
  name: 'webhook_faults',
  schema: webhookFaultsSchema,
};

/** How one copy of an event is to be sent. */
export interface PlannedDelivery {
  readonly isDropped: boolean;
  readonly isEarly: boolean;
  /** Whether it lets a later event of the same intent go first. */
  readonly isHeld: boolean;
  readonly waitMilliseconds: number;
}

const plain: PlannedDelivery = { isDropped: false, isEarly: false, isHeld: false, waitMilliseconds: 0 };
const longestHold = 1_000;

/** One delivery for each copy of an event; `name` tells the event apart in a way that is the same in every run. */
export function planDeliveries(faults: WebhookFaults | null, name: string): PlannedDelivery[] {
  if (!faults) return [plain];
  const happens = (fault: 'drop' | 'duplicate' | 'reorder' | 'delay' | 'early') =>
    chance(faults.seed, name, fault) < faults[fault];
  if (happens('drop')) return [{ ...plain, isDropped: true }];
  const isHeld = happens('reorder');
  const first = {
    ...plain,
    isHeld,
    isEarly: !isHeld && happens('early'),
    waitMilliseconds: (isHeld ? longestHold : 0) + (happens('delay') ? faults.delayMilliseconds : 0),
  };
  return happens('duplicate') ? [first, { ...first, isEarly: false }] : [first];
}
