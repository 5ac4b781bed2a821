import type { z } from 'zod';
import type { Approval } from '../../contracts/approvals.ts';
import type { Currency } from '../../contracts/currency.ts';
import type { BillId } from '../../contracts/identifiers.ts';
import { type Bill, billDraftSchema, billPaymentSchema } from '../../services/purchasing/bill-shapes.ts';
import type { ApprovalVote } from '../kit/approvals-contract.ts';
import {
  actorSchema,
  type CommonState,
  type DecidedBy,
  type ProcessResult,
  type ProcessStatus,
} from '../kit/contract.ts';

/** What a bill is entered with; the same id again is the same bill. */
export const billRequestSchema = billDraftSchema;

export type BillRequest = z.output<typeof billRequestSchema>;
export type BillInput = z.input<typeof billRequestSchema>;

/** A payment that has left the bank: which one, how much, and who records it. */
export const paymentSchema = billPaymentSchema.omit({ billId: true }).extend({ issuer: actorSchema.shape.issuer });

export type Payment = z.infer<typeof paymentSchema>;

/** A manager approves what a bill differs in, as it was when they looked: its `version`. */
export type VarianceVote = ApprovalVote;

/** Who rejects it, and why. */
export type Rejection = DecidedBy;

/** What the process knows of a bill as purchasing has it: neither its lines nor the name of the vendor. */
export type EnteredBill = Pick<
  Bill,
  | 'billId'
  | 'number'
  | 'poNumber'
  | 'state'
  | 'amounts'
  | 'open'
  | 'dueDate'
  | 'enteredBy'
  | 'mismatches'
  | 'version'
  | 'reason'
>;

/** `mismatched`: it waits for a delivery or a manager. `awaiting-payment`: it is accepted. `completed` is paid. */
export type BillState = CommonState | 'mismatched' | 'awaiting-payment';

/** What is told of a bill beside what every process tells. */
export interface BillFacts {
  /** As the vendor has written it. */
  readonly number?: string | undefined;
  /** Of its order: `PO-000017`. */
  readonly poNumber?: string | undefined;
  /** As purchasing names it. */
  readonly billState?: Bill['state'] | undefined;
  readonly currency?: Currency | undefined;
  /** Minor units, with tax; so is `open`. */
  readonly total?: number | undefined;
  /** What is still to be paid. */
  readonly open?: number | undefined;
  /** The last day on which it is paid in time. */
  readonly dueDate?: string | undefined;
  /** What it differed in from its order when it was compared last, which a manager approves as it is: that version. */
  readonly variance?: Pick<Bill, 'version' | 'mismatches'> | undefined;
  /** Those it is accepted with. */
  readonly approvals?: readonly Approval[] | undefined;
}

interface BillIds {
  readonly billId: BillId;
}

/** The answer of the query `status`. */
export interface BillStatus extends ProcessStatus<BillState>, BillIds, BillFacts {}

/** How it ended: `completed` is paid. */
export interface BillResult extends ProcessResult, BillIds, BillFacts {}
