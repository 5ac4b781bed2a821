import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { OrderId, RefundId, ReservationId } from '../contracts/identifiers.ts';
import type { InventoryClient } from '../services/inventory/contract.ts';
import type { OrdersClient } from '../services/orders/contract.ts';
import { checkoutWorkflowId } from '../workflows/checkout/messages.ts';
import { refundRequestSchema } from '../workflows/refund/contract.ts';
import { refundWorkflowId } from '../workflows/refund/messages.ts';
import type { AbandonedPage, SweptKind } from '../workflows/sweep/contract.ts';
import { callService } from './service-call.ts';

interface Services {
  readonly orders: OrdersClient;
  readonly inventory: InventoryClient;
}

export interface PageToSweep {
  readonly kind: SweptKind;
  readonly olderThanSeconds: number;
  /** The last id of the page before. */
  readonly after?: string;
}

const pageSize = 100;
const atOnce = 8;

export function createSweepActivities({ orders, inventory }: Services) {
  const list: Record<SweptKind, (page: PageToSweep) => Promise<readonly string[]>> = {
    orders: ({ olderThanSeconds, after }) =>
      callService(async (options) => {
        const page = { olderThanSeconds, limit: pageSize, ...(after && { after: after as OrderId }) };
        return (await orders.listUnfinishedOrders(page, options)).orderIds;
      }),
    reservations: ({ olderThanSeconds, after }) =>
      callService(async (options) => {
        const page = { olderThanSeconds, limit: pageSize, ...(after && { after: after as ReservationId }) };
        return (await inventory.listActiveReservations(page, options)).reservationIds;
      }),
    refunds: ({ olderThanSeconds, after }) =>
      callService(async (options) => {
        const page = { olderThanSeconds, limit: pageSize, ...(after && { after: after as RefundId }) };
        return (await orders.listUnfinishedRefunds(page, options)).refundIds;
      }),
  };
  return {
    /** One page of what the services hold for processes, and which of it no running workflow owns. */
    async findAbandoned(page: PageToSweep): Promise<AbandonedPage> {
      const { client } = Context.current();
      const ids = await list[page.kind](page);
      const workflowIds = ids.map(page.kind === 'refunds' ? refundWorkflowId : checkoutWorkflowId);
      const abandoned = await filterNotRunning(client, workflowIds);
      const last = ids.at(-1);
      return { looked: ids.length, abandoned, ...(ids.length === pageSize && last && { next: last }) };
    },
    /** What a refund was asked for; `undefined` when it was cancelled, or was requested of a release that kept no request. */
    async recallRefundRequest(refundId: RefundId): Promise<unknown> {
      return callService(async (options) => {
        const { state, request } = await orders.recallRefund({ refundId }, options);
        return state === 'cancelled' ? undefined : refundRequestSchema.safeParse(request).data;
      });
    },
  };
}

/** The ids whose newest run has ended, or of which Temporal knows none; sorted. */
async function filterNotRunning(client: Client, workflowIds: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const open = workflowIds.values();
  const takeTurns = async () => {
    for (const workflowId of open) if (!(await isRunning(client, workflowId))) found.push(workflowId);
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return found.sort();
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
