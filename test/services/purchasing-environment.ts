import { type Kysely, sql } from 'kysely';
import type { PersonRole } from '../../contracts/access.ts';
import type { Approval } from '../../contracts/approvals.ts';
import { decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import type { InputOf } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type Order, type PurchasingClient, purchasingContract } from '../../services/purchasing/contract.ts';
import { purchasingHandlers } from '../../services/purchasing/server.ts';
import { readPurchasingSettings } from '../../services/purchasing/settings.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

/** The purchasing service on a database of its own, and its client, who may do everything. */
export interface PurchasingEnvironment {
  readonly service: ServiceInProcess<unknown>;
  readonly purchasing: PurchasingClient;
}

export async function openPurchasing(variables: Record<string, string> = {}): Promise<PurchasingEnvironment> {
  const settings = readPurchasingSettings(variables);
  const service = await startInProcess<unknown>('purchasing', (database, options) =>
    serveHttp(purchasingContract, purchasingHandlers(database, settings), options),
  );
  const purchasing = createHttpClient(purchasingContract, {
    ...{ url: service.url, timeoutMilliseconds: 30_000, failuresToOpen: 1_000 },
  });
  return { service, purchasing };
}

/** Leaves a vendor, and nothing else. */
export async function emptied({ service, purchasing }: PurchasingEnvironment): Promise<void> {
  await sql`
    truncate bills, bill_payments, bills_rejected_early, vendors, budgets, number_series, orders, order_versions, order_lines, orders_ended_early, askings, receipts, outbox
  `.execute(service.database);
  await purchasing.importVendors({ vendors: [{ vendorId: 'v-1', name: 'Steel & Sons' }] });
}

type Draft = InputOf<(typeof purchasingContract)['operations']['submitOrder']>;

/** An order of Rita's, in euros: so much for one piece. */
export const draftOf = (poId: string, unitPrice: number, change: Partial<Draft> = {}): Draft => ({
  ...{ poId, vendorId: 'v-1', currency: 'EUR' },
  requester: { personId: 'rita', name: 'Rita Requester', email: 'rita@example.org' },
  lines: [{ description: 'Steel', quantity: 1, unitPrice }],
  ...change,
});

/** Who has approved a version, each as these. */
export const approvalsOf = (
  { version }: Pick<Order, 'version'>,
  given: Readonly<Record<string, readonly PersonRole[]>>,
): Approval[] =>
  Object.entries(given).map(([by, roles]) => ({
    ...{ by, version, note: 'looks right', at: '2026-02-20T12:00:00.000Z' },
    roles: roles.map((role) => ({ role })),
  }));

/** Submits an order, reserves its budget and has Mary and Carl approve it. */
export async function approvedOrder(purchasing: PurchasingClient, draft: Draft): Promise<Order> {
  const { poId, version } = await purchasing.submitOrder(draft);
  await purchasing.reserveBudget({ poId, version });
  const approvals = approvalsOf({ version }, { mary: ['manager'], carl: ['cfo'] });
  return purchasing.approveOrder({ poId, version, approvals });
}

/** What waits in the outbox, in its order. */
export async function outboxOf({ database }: { readonly database: Kysely<unknown> }): Promise<IntegrationEvent[]> {
  const { rows } = await sql<{ body: string }>`select body from outbox order by position`.execute(database);
  return rows.map(({ body }) => decodeEvent(Buffer.from(body)));
}
