import { z } from 'zod';
import { type CommunityId, communityIdSchema } from '../../contracts/identifiers.ts';
import type { CommonState, ProcessResult, ProcessStatus } from '../kit/contract.ts';

const rule = 'name a community and its month, such as oak-court/2026-02';

/** A month of a community: `oak-court/2026-02`. It is invoiced by one workflow at a time. */
export const invoicingIdSchema = z
  .string({ error: (issue) => (issue.input === undefined ? 'is required' : rule) })
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?\/2[01]\d{2}-(?:0[1-9]|1[0-2])$/, rule)
  .brand('InvoicingId');

export type InvoicingId = z.infer<typeof invoicingIdSchema>;

export const monthlyInvoicingRequestSchema = z.strictObject({ invoicingId: invoicingIdSchema });

export type MonthlyInvoicingRequest = z.infer<typeof monthlyInvoicingRequestSchema>;

/** What the schedule of a community starts. */
export const launchRequestSchema = z.strictObject({ communityId: communityIdSchema });

export type LaunchRequest = z.infer<typeof launchRequestSchema>;

/** What became of the residents so far. */
export interface InvoicingCounts {
  /** Invoices that were issued. */
  readonly created: number;
  /** Residents whose invoice was there before. */
  readonly existing: number;
  readonly nothingToCharge: number;
  /** Of the issued ones those on hold, as their customers are banned; absent where a run began before they were counted. */
  readonly held?: number;
  readonly failed: number;
  readonly total: number;
}

/** Where a run goes on whose history has become long. */
export interface InvoicingProgress {
  readonly runId: string;
  /** The last resident of the page before; absent before the first page. */
  readonly after: string | undefined;
  readonly counts: InvoicingCounts;
}

/** One page of residents. */
export interface InvoicedPage {
  readonly counts: InvoicingCounts;
  /** Where the next page begins; absent after the last one. */
  readonly next?: string | undefined;
}

export type InvoicingState = CommonState | 'paused';

interface InvoicingIds {
  readonly invoicingId: InvoicingId;
}

/** The answer of the query `status`. */
export interface InvoicingStatus extends ProcessStatus<InvoicingState>, InvoicingIds, Partial<InvoicingCounts> {}

/** How it ended. */
export interface InvoicingResult extends ProcessResult, InvoicingIds, Partial<InvoicingCounts> {}

/** The community and the month of an invoicing id. */
export function monthOf(invoicingId: InvoicingId): { readonly communityId: CommunityId; readonly period: string } {
  const [communityId = '', period = ''] = invoicingId.split('/');
  return { communityId: communityId as CommunityId, period };
}
