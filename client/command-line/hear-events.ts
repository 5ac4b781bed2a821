import { setTimeout as delay } from 'node:timers/promises';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import { createLogger } from '../../platform/logging.ts';

const patience = 5_000;

/**
 * Hears the integration events of one checkout for as long as the command runs. A broker that is away or refuses the
 * login is told as `trouble`: what else the command does goes on.
 */
export async function hearEvents(
  amqpUrl: string | undefined,
  checkoutId: string,
  onEvent: (event: IntegrationEvent) => void,
): Promise<{ readonly trouble?: string; close(): Promise<void> }> {
  const close = async () => undefined;
  if (!amqpUrl) return { close };
  const { listenForEvents } = await import('../../events/listener.ts');
  const logger = createLogger('watch');
  logger.level = 'silent';
  const listening = listenForEvents(amqpUrl, {
    logger,
    onEvent: (event) => {
      if (event.correlationId === checkoutId) onEvent(event);
    },
  }).catch((error: Error) => ({ trouble: error.message, close }));
  return Promise.race([listening, delay(patience, { trouble: 'the broker does not answer', close })]);
}
