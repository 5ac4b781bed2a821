import type { z } from 'zod';
import type { Currency } from '../../contracts/currency.ts';
import { type PurchaseOrderId, personIdSchema, purchaseOrderIdSchema } from '../../contracts/identifiers.ts';
import type { Order } from '../../services/purchasing/contract.ts';
import { orderDraftSchema, orderLinesSchema } from '../../services/purchasing/order-shapes.ts';
import { type ApprovalStatus, approvalVoteSchema } from '../kit/approvals-contract.ts';
import type { CommonState, ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** What an order is submitted with; the same id again is the same order. */
export const purchaseOrderRequestSchema = orderDraftSchema.extend({
  poId: purchaseOrderIdSchema,
  /** Who asks for it: they decide nothing about it. */
  requester: personIdSchema,
});

export type PurchaseOrderRequest = z.output<typeof purchaseOrderRequestSchema>;
export type PurchaseOrderInput = z.input<typeof purchaseOrderRequestSchema>;

/** Other lines for the version that a person has seen. */
export const amendmentSchema = approvalVoteSchema.extend({ lines: orderLinesSchema });

export type Amendment = z.infer<typeof amendmentSchema>;

/** What the process knows of an order as purchasing has it: neither its lines nor the names of people. */
export type SubmittedOrder = Pick<
  Order,
  'poId' | 'number' | 'version' | 'state' | 'currency' | 'budgetId' | 'total' | 'required' | 'authors' | 'reason'
>;

/** `completed` is approved, `cancelled` withdrawn; `refused` is rejected, expired, or what a service has refused. */
export type PurchaseOrderState = CommonState | 'awaiting-approval';

/** What is told of an order beside what every process tells. */
export interface PurchaseOrderFacts {
  /** Without gaps: `PO-000017`. */
  readonly number?: string | undefined;
  /** As purchasing names it: approved, rejected, withdrawn, expired, refused, failed. */
  readonly orderState?: Order['state'] | undefined;
  readonly currency?: Currency | undefined;
  /** Minor units, net of tax. */
  readonly total?: number | undefined;
  /** Minor units of the budget that the order names. */
  readonly reserved?: number | undefined;
}

interface PurchaseOrderIds {
  readonly poId: PurchaseOrderId;
}

/** The answer of the query `status`. */
export interface PurchaseOrderStatus extends ProcessStatus<PurchaseOrderState>, PurchaseOrderIds, PurchaseOrderFacts {
  readonly approval?: ApprovalStatus | undefined;
}

/** How it ended: `completed` is approved. */
export interface PurchaseOrderResult extends ProcessResult, PurchaseOrderIds, PurchaseOrderFacts {}
