import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { OrderId, RefundId, ReservationId } from '../contracts/identifiers.ts';
import type { InventoryClient } from '../services/inventory/contract.ts';
import type { OrdersClient } from '../services/orders/contract.ts';
import { checkoutWorkflow, checkoutWorkflowId, recoverCheckoutWorkflow } from '../workflows/checkout/messages.ts';
import { refundRequestSchema } from '../workflows/refund/contract.ts';
import { refundWorkflow, refundWorkflowId } from '../workflows/refund/messages.ts';
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
const day = 86_400;
/** A later run that failed, of other content for one, has not told what the one before it left untold. */
const leavesSomething: ReadonlySet<string> = new Set(['TERMINATED', 'TIMED_OUT', 'FAILED']);

export function createSweepActivities({ orders, inventory }: Services) {
  const list: Record<Exclude<SweptKind, 'workflows'>, (page: PageToSweep) => Promise<readonly string[]>> = {
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
  /** What was ended before it had done anything has left nothing. */
  const isKnown = (workflowId: string): Promise<boolean> =>
    callService(async (options) => {
      const id = workflowId.slice(workflowId.indexOf('/') + 1);
      const { state } = workflowId.startsWith(refundWorkflowId(''))
        ? await orders.recallRefund({ refundId: id as RefundId }, options)
        : await orders.recallOrder({ orderId: id as OrderId }, options);
      return state !== 'unknown';
    });
  return {
    /** One page of what the services hold for processes, and which of it no running workflow owns. */
    async findAbandoned(page: PageToSweep): Promise<AbandonedPage> {
      const { client } = Context.current();
      if (page.kind === 'workflows') {
        const ended = await listEnded(client, page.olderThanSeconds);
        const left = await filterByStatus(client, ended, (status) => leavesSomething.has(status));
        const known = await Promise.all(left.map(isKnown));
        return { looked: ended.length, abandoned: left.filter((_, index) => known[index]) };
      }
      const ids = await list[page.kind](page);
      const workflowIds = ids.map(page.kind === 'refunds' ? refundWorkflowId : checkoutWorkflowId);
      const abandoned = await filterByStatus(client, workflowIds, (status) => status !== 'RUNNING');
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

/** The ids for which the newest run's status, `NONE` where Temporal knows of none, meets a condition; sorted. */
async function filterByStatus(
  client: Client,
  workflowIds: readonly string[],
  meets: (status: string) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  const open = workflowIds.values();
  const takeTurns = async () => {
    for (const workflowId of open) if (meets(await statusOf(client, workflowId))) found.push(workflowId);
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return found.sort();
}

async function statusOf(client: Client, workflowId: string): Promise<string> {
  try {
    const { status, type } = await client.workflow.getHandle(workflowId).describe();
    // A recovery that tells the failure of an earlier run has done what there was to do.
    return status.name === 'FAILED' && type === recoverCheckoutWorkflow ? 'COMPLETED' : status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'NONE';
    throw error;
  }
}

/** The processes that were ended from outside within the last day, but for the last moments. */
async function listEnded(client: Client, olderThanSeconds: number): Promise<string[]> {
  const instant = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
  const types = [checkoutWorkflow, recoverCheckoutWorkflow, refundWorkflow].map((type) => `'${type}'`).join(', ');
  const query = [
    `WorkflowType IN (${types})`,
    "ExecutionStatus IN ('Terminated', 'TimedOut')",
    `CloseTime BETWEEN '${instant(olderThanSeconds + day)}' AND '${instant(olderThanSeconds)}'`,
  ].join(' AND ');
  const found = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query })) found.add(workflowId);
  const own = /^(?:checkout|refund)\/[^/]+$/;
  return [...found].filter((workflowId) => own.test(workflowId));
}
