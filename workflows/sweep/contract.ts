import { z } from 'zod';
import type { ProcessResult } from '../kit/contract.ts';

export const sweepRequestSchema = z.strictObject({
  /** What is younger is left alone; long enough for people to start a process again by themselves. @default 900 */
  olderThanSeconds: z.int().min(0).max(31_536_000).optional(),
  /** Whose processes: those of the task queue that the sweep runs on. @default checkout */
  of: z.enum(['checkout', 'back-office']).optional(),
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
  /** Its kind: `checkout`. */
  readonly process: string;
  readonly id: string;
  /** How it ended; `in progress` when that takes longer than a sweep waits. */
  readonly outcome: ProcessResult['outcome'] | 'in progress';
}

export interface SweepResult {
  /** How much was found that has been held for a while. */
  readonly looked: number;
  readonly recovered: readonly Recovery[];
}
