import type { Approval, Decider } from '../contracts/approvals.ts';
import type { PurchaseOrderId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { CallOptions } from '../platform/http/contract.ts';
import type { Order, OrderDraft, PurchasingClient } from '../services/purchasing/contract.ts';
import type { StaffClient } from '../services/staff/contract.ts';
import type { Asked, Asking } from '../workflows/kit/approval-askings.ts';
import {
  type Amendment,
  amendmentSchema,
  purchaseOrderRequestSchema,
  type SubmittedOrder,
} from '../workflows/purchase-order/contract.ts';
import type { EndedOutcome } from '../workflows/purchase-order/reasons.ts';
import { askApprovers } from './approvers.ts';
import { callService } from './service-call.ts';

interface Clients {
  readonly purchasing: PurchasingClient;
  readonly staff: StaffClient;
}

/** What a purchase order calls. Names and addresses of people stay in here: the history has their ids. */
export function createPurchaseOrderActivities({ purchasing, staff }: Clients) {
  /** It reads the whole request by its schema first, since any Temporal client can start the workflow. */
  const draftOf = async (request: unknown, options: CallOptions): Promise<OrderDraft> => {
    const { requester: personId, ...draft } = parse(purchaseOrderRequestSchema, request);
    const { name, email } = await staff.findPerson({ personId }, options);
    return { ...draft, requester: { personId, name, email } };
  };
  return {
    async lookUpPurchase(request: unknown): Promise<void> {
      await callService(async (options) => {
        const { vendorId } = await draftOf(request, options);
        await purchasing.findVendor({ vendorId }, options);
      });
    },
    async submitOrder(request: unknown): Promise<SubmittedOrder> {
      return callService(async (options) =>
        submitted(await purchasing.submitOrder(await draftOf(request, options), options)),
      );
    },
    /** @returns minor units */
    async reserveBudget(poId: PurchaseOrderId, version: number): Promise<number> {
      return (await callService((options) => purchasing.reserveBudget({ poId, version }, options))).reserved;
    },
    /** @returns whether anything was reserved */
    async releaseBudget(poId: PurchaseOrderId): Promise<boolean> {
      return (await callService((options) => purchasing.releaseBudget({ poId }, options))).released > 0;
    },
    async amendOrder(poId: PurchaseOrderId, amendment: Amendment): Promise<SubmittedOrder> {
      return callService(async (options) => {
        const { version, by, lines } = parse(amendmentSchema, amendment);
        return submitted(await purchasing.amendOrder({ poId, version: Number(version), by, lines }, options));
      });
    },
    /** Who decides, by their id. */
    async findDecider(personId: string): Promise<Decider> {
      const found = await callService((options) => staff.findPerson({ personId }, options));
      const { active, roles, delegations, reports } = found;
      return { personId, active, roles, delegations, reports };
    },
    async askOrderApprovers(poId: PurchaseOrderId, asking: Asking): Promise<Asked> {
      const { kind, day, status } = asking;
      const call = { poId, version: Number(status.version), kind, day };
      return callService((options) =>
        askApprovers(staff, asking, (approvers) => purchasing.askApprovers({ ...call, approvers }, options), options),
      );
    },
    async approveOrder(
      poId: PurchaseOrderId,
      version: number,
      approvals: readonly Approval[],
    ): Promise<SubmittedOrder> {
      const given = { poId, version, approvals: [...approvals] };
      return submitted(await callService((options) => purchasing.approveOrder(given, options)));
    },
    /** @returns how purchasing has ended it; nothing where it was never submitted */
    async endOrder(poId: PurchaseOrderId, outcome: EndedOutcome, reason: string): Promise<Order['state'] | undefined> {
      return (await callService((options) => purchasing.endOrder({ poId, outcome, reason }, options))).order?.state;
    },
  };
}

export type PurchaseOrderActivities = ReturnType<typeof createPurchaseOrderActivities>;

const submitted = (order: Order): SubmittedOrder => {
  const { poId, number, version, state, currency, budgetId, total, required, authors, reason } = order;
  return { poId, number, version, state, currency, budgetId, total, required, authors, reason };
};
