import { z } from 'zod';
import { instantSchema } from '../../contracts/identifiers.ts';
import type { InputOf } from '../../platform/http/contract.ts';
import type { paymentsContract } from '../../services/payments/contract.ts';

/** Which of the provider's objects are compared. */
export const reconciliationRequestSchema = z.strictObject({
  /** Only what the provider has made since then; absent: everything. */
  since: instantSchema.optional(),
  /** The last so many days; in place of `since`. */
  days: z.int().min(1).max(3_650).optional(),
});

export type ReconciliationRequest = z.infer<typeof reconciliationRequestSchema>;

/** One of the provider's lists: `payments`. */
export type ProviderList = InputOf<typeof paymentsContract.operations.reconcilePage>['list'];

/** Something that the provider knew and we did not, and what was done about it. */
export interface Healed {
  /** The provider's object, or the payment. */
  readonly id: string;
  /** In words: `dispute taken up`. */
  readonly action: string;
}

/** What a comparison has found. */
export interface ReconciliationReport {
  readonly since?: string | undefined;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Objects of each of the provider's lists. */
  readonly seen: Readonly<Record<ProviderList, number>>;
  readonly pages: number;
  /** What webhooks had lost; at most 1,000 are named. */
  readonly healed: readonly Healed[];
  readonly healedCount: number;
  /** What does not fit, for people; at most 1,000 are named. */
  readonly findings: readonly { readonly id: string; readonly finding: string }[];
  readonly findingCount: number;
}

/** Where an interrupted or continued comparison goes on. */
export interface ReconciliationProgress {
  readonly list: ProviderList;
  readonly after?: string | undefined;
  readonly report: ReconciliationReport;
}
