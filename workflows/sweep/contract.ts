import { z } from 'zod';
import type { ProcessResult } from '../process/contract.ts';

/**
 * Where what was left is found: what the services hold for a process (a pending order, an active reservation, a requested
 * refund), and the workflows that were ended from outside, whose last facts may not have been published.
 */
const sweptKinds = ['orders', 'reservations', 'refunds', 'workflows'] as const;
export type SweptKind = (typeof sweptKinds)[number];

export const sweepRequestSchema = z.strictObject({
  /** What is younger is left alone; long enough for people to start a process again by themselves. @default 900 */
  olderThanSeconds: z.int().min(0).max(31_536_000).optional(),
  /** Where to look; `workflows` needs a server with Visibility. @default all */
  kinds: z.array(z.enum(sweptKinds)).optional(),
});

export type SweepRequest = z.infer<typeof sweepRequestSchema>;

export interface AbandonedPage {
  readonly looked: number;
  /** The ids of the workflows that should own it and do not run. */
  readonly abandoned: readonly string[];
  /** Where the next page begins; absent after the last one. */
  readonly next?: string;
}

/** A process that was taken over. */
export interface Recovery {
  readonly process: 'checkout' | 'refund';
  readonly id: string;
  /** How it ended; `in progress` when that takes longer than a sweep waits. */
  readonly outcome: ProcessResult['outcome'] | 'in progress';
}

export interface SweepResult {
  /** How much was found that has been held for a while. */
  readonly looked: number;
  readonly recovered: readonly Recovery[];
}
