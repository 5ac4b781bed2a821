import { activityInfo } from '@temporalio/activity';
import { ServiceFailure } from '../contracts/failures.ts';
import { BrokerUnavailableError, MessageRefusedError } from '../events/broker-errors.ts';
import type { MilestoneBatch } from '../events/contracts/index.ts';
import { createEvent, type IntegrationEvent } from '../events/envelope.ts';
import type { Publisher } from '../events/publisher.ts';
import { traceHeaders } from '../platform/tracing.ts';
import { toApplicationFailure } from './service-call.ts';

/** The activities of the bridge, from the workflows to the broker. */
export function createBridgeActivities({ publisher }: { readonly publisher: Pick<Publisher, 'publish'> }) {
  return {
    /**
     * Publishes milestones as integration events; returns when the broker has confirmed all. Their ids depend only on
     * the workflow, so a retry or a reset publishes the same events again.
     *
     * @throws {ApplicationFailure} `Unavailable` while the broker is away, `Internal` for a milestone that does not meet
     * its contract; both are retried
     */
    async publishMilestones(batch: MilestoneBatch): Promise<void> {
      try {
        await publisher.publish(toEvents(batch));
      } catch (error) {
        throw toApplicationFailure(toFailure(error));
      }
    },
  };
}

export type BridgeActivities = ReturnType<typeof createBridgeActivities>;

function toEvents({ correlationId, subject, milestones }: MilestoneBatch): IntegrationEvent[] {
  const workflowId = activityInfo().workflowExecution?.workflowId ?? correlationId;
  const { traceparent } = traceHeaders();
  return milestones.map((milestone) =>
    createEvent({ ...milestone, origin: workflowId, causationId: workflowId, correlationId, subject, traceparent }),
  );
}

function toFailure(error: unknown): ServiceFailure {
  const passing = error instanceof BrokerUnavailableError || error instanceof MessageRefusedError;
  const message = error instanceof Error ? error.message : String(error);
  return new ServiceFailure(
    passing ? 'Unavailable' : 'Internal',
    `The milestones are not published yet: ${message}`,
    {},
    { cause: error },
  );
}
