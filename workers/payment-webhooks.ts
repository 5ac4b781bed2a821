import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import { takeUp } from '../client/provider-facts.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { serviceRole } from '../platform/service.ts';
import { openTemporalClient } from '../platform/temporal-client.ts';
import { buildWebhookReceiver } from '../services/payments/webhooks.ts';
import { paymentChangedSignal } from '../workflows/kit/card-payment/messages.ts';

const environment = z.object({
  /** The signing secret that the provider shows for the endpoint. */
  PAYMENT_WEBHOOK_SECRET: z.string().min(16, 'use the signing secret of the endpoint: whsec_…'),
});

const longestSignal = 3_000;

export const role = serviceRole<unknown>(
  {
    schema: 'payments',
    migrations: new URL('../services/payments/migrations', import.meta.url),
  },
  async ({ database, logger, host, port, check, certificate, ...context }) => {
    const { PAYMENT_WEBHOOK_SECRET: secret } = readConfiguration(environment, context.environment);
    const { client, connection } = openTemporalClient(context.environment);
    const server = buildWebhookReceiver({
      database,
      logger,
      check,
      certificate,
      secret,
      async signal(workflowId, paymentId) {
        const workflow = client.workflow.getHandle(workflowId);
        try {
          await connection.withDeadline(Date.now() + longestSignal, () =>
            workflow.signal(paymentChangedSignal, { paymentId }),
          );
        } catch (error) {
          // A workflow that has ended waits for nothing.
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      },
      async takeUp({ kind, id, checkoutId }) {
        // One order for each checkout: it carries the checkout's id. Another payment is of an invoice.
        const fact = checkoutId === undefined ? { kind: 'payment-reversal', id } : { kind, id, orderId: checkoutId };
        await connection.withDeadline(Date.now() + longestSignal, () => takeUp(client, fact));
        logger.warn({ [`${kind}Id`]: id, checkoutId }, `a ${kind} was made at the payment provider`);
      },
    });
    return {
      address: await server.listen({ port, host }),
      async stop() {
        await server.close();
        await connection.close();
      },
    };
  },
);
