/** What another project needs to publish and consume events of its own; it loads nothing of Temporal. */

export { ServiceFailure } from '../contracts/failures.ts';
export { ConfigurationError } from '../platform/configuration.ts';
export { type DatabaseOptions, openDatabase } from '../platform/database.ts';
export type { BrokerProgramOptions, RunningProgram } from './broker.ts';
export { connectPublisher, createEvent, type EventPublisher, type NewEvent } from './connect-publisher.ts';
export {
  BrokerConfigurationError,
  BrokerUnavailableError,
  MessageRefusedError,
  MessageTooLargeError,
  UnroutableMessageError,
} from './connection/errors.ts';
export { type ConsumerDefinition, consumersOf, type EventHandler } from './consuming/definition.ts';
export { type EventListener, type ListenerOptions, listenTo } from './consuming/listener.ts';
export type { PublisherRules } from './consuming/publisher-rules.ts';
export {
  type DataIn,
  type EventContract,
  type EventContracts,
  type EventVersion,
  type NameIn,
  newVersion,
} from './envelope/contracts.ts';
export { type EventDecoder, eventDecoder, UnreadableEventError } from './envelope/decoder.ts';
export { type Envelope, type EventIn, InvalidEventError } from './envelope/envelope.ts';
export { type MigrateQueuesOptions, migrateQueues } from './migrate-queues.ts';
export { ConsumersAttachedError } from './migration/queue-mover.ts';
export { appendToOutboxOf as appendToOutbox } from './outbox/outbox.ts';
export { type ConsumersOptions, startConsumers } from './start-consumers.ts';
export { type OutboxRelayProgramOptions, startOutboxRelay } from './start-outbox-relay.ts';
export { createConsumerTables, inboxTable, outboxTable, type TableOptions } from './tables.ts';
export { TopologyMismatchError } from './topology/mismatch.ts';
export {
  describeTopology,
  type RetryTier,
  type Subscription,
  type Topology,
  type TopologyOptions,
} from './topology/topology.ts';
