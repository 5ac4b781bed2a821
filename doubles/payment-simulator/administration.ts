import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { plannedFaults } from './faults.ts';
import { pruneKeys } from './idempotency.ts';
import { deleteSetting, readSetting, type Setting, writeSetting } from './settings.ts';
import type { Database } from './store.ts';
import { parse } from './stripe-error.ts';
import { listIntentTruths, listMovements } from './truth.ts';
import { webhookFaults } from './webhook-faults.ts';
import { listWebhookTruths } from './webhook-store.ts';

const pruneSchema = z.strictObject({ startsWith: z.string().optional() });

/** What Stripe does not have: the truth for the auditor, and faults on demand. */
export function serveAdministration(server: FastifyInstance, database: Database, publicUrl: () => string): void {
  server.get('/admin/movements', async () => ({ movements: await listMovements(database) }));
  server.get('/admin/payment_intents', async () => ({ paymentIntents: await listIntentTruths(database, publicUrl()) }));
  server.get('/admin/webhooks', async () => ({ webhooks: await listWebhookTruths(database) }));
  server.post('/admin/prune_idempotency_keys', async (request) => {
    const { startsWith } = parse(pruneSchema, request.body ?? {});
    return { pruned: await pruneKeys(database, startsWith) };
  });

  const serveSetting = <Schema extends z.ZodType>(setting: Setting<Schema>) => {
    const url = `/admin/${setting.name}`;
    const read = async () => ({ [setting.name]: await readSetting(database, setting) });
    server.get(url, read);
    server.put(url, async (request) => {
      await writeSetting(database, setting, parse(setting.schema, request.body ?? {}));
      return read();
    });
    server.delete(url, async () => {
      await deleteSetting(database, setting);
      return read();
    });
  };
  serveSetting(plannedFaults);
  serveSetting(webhookFaults);
}
