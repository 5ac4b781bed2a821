import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { Kysely } from 'kysely';
import { integrationEvents } from '../../events/contracts/index.ts';
import { publisherRules } from '../../events/processes.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { typesOf } from '../../messaging/envelope/contracts.ts';
import { cloudEventContentType } from '../../messaging/envelope/envelope.ts';
import { onBehalfOf } from '../../messaging/publishing/first-publisher.ts';
import { type OutgoingMessage, toMessage } from '../../messaging/publishing/outgoing-message.ts';
import type { Publisher } from '../../messaging/publishing/publisher.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { readOutboxes } from './outbox-messages.ts';
import { type ReadWorkflows, readWorkflowEvents } from './workflow-events.ts';

export interface LedgerRecoveryOptions {
  readonly client: Client;
  readonly dataConverter: DataConverter;
  /** Reads the outboxes of all services: with the login of the owner of the schemas. */
  readonly database: Kysely<unknown>;
  /** As the user `topology`, who may send on what others have published. */
  readonly publisher: Pick<Publisher, 'sendAll'>;
  /** When the backup was made, or earlier: what the ledger has already, it drops. */
  readonly since: string;
}

export interface LedgerRecovery extends ReadWorkflows {
  /** Events that were sent to the queue of the ledger, by where they were found. */
  readonly sent: { readonly workflows: number; readonly outboxes: number };
  /** The schemas whose outbox the login may not read. */
  readonly unreadable: readonly string[];
}

const types = subscriptions.ledger.events.flatMap((name) => typesOf(integrationEvents[name]));
const { work } = queueOf(standardTopology, subscriptions.ledger);

/**
 * Sends the ledger alone the events again that moved money since a time: those of workflows, which their histories bring
 * back, and those that services keep in their outboxes. Their ids are the same, so that none is posted twice, and it may be repeated.
 */
export async function recoverLedger(options: LedgerRecoveryOptions): Promise<LedgerRecovery> {
  const { database, publisher, since, ...temporal } = options;
  const sent = { workflows: 0, outboxes: 0 };
  const send = async (messages: readonly OutgoingMessage[], from: keyof typeof sent) => {
    await publisher.sendAll(messages.map(toLedger));
    sent[from] += messages.length;
  };
  const unreadable = await readOutboxes(database, {
    ...{ since, types },
    take: (rows) =>
      send(
        rows.map(({ messageId, type, body }) => messageOf(messageId, type, body)),
        'outboxes',
      ),
  });
  const workflows = await readWorkflowEvents({
    ...temporal,
    since,
    take: (events) =>
      send(
        events.filter(({ type }) => types.includes(type)).map((event) => toMessage(event, standardTopology)),
        'workflows',
      ),
  });
  return { ...workflows, sent, unreadable };
}

/** What an outbox holds is the body as it was published, in whatever version. */
const messageOf = (messageId: string, type: string, body: string): OutgoingMessage => ({
  exchange: '',
  routingKey: type,
  content: Buffer.from(body),
  properties: { messageId, type, contentType: cloudEventContentType, headers: {} },
});

/** Straight to its queue; whom it is from, and what its routing key was, is said in headers. */
function toLedger(message: OutgoingMessage): OutgoingMessage {
  const { routingKey: type, properties } = message;
  const [publisher = ''] = publisherRules.publishersOf(type);
  const headers = { ...properties.headers, 'x-original-routing-key': type };
  return onBehalfOf(publisher, { ...message, exchange: '', routingKey: work, properties: { ...properties, headers } });
}
