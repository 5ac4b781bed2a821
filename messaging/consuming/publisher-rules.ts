import type { ConsumeMessage } from 'amqplib';
import { UnreadableEventError } from '../envelope/decoder.ts';
import type { Envelope } from '../envelope/envelope.ts';
import { firstPublisher } from '../publishing/first-publisher.ts';
import type { Topology } from '../topology/topology.ts';

/** Who may publish what, by the users that the broker knows. */
export interface PublisherRules {
  /** The users who may publish events of a type. */
  publishersOf(type: string): readonly string[];
  /** Users who send on what others have published, such as dead letters: whom they name as its publisher is believed. */
  readonly sendOn: readonly string[];
}

export interface PublisherCheck {
  readonly rules: PublisherRules;
  readonly topology: Topology;
  /** The consumer's own: what it sends through its retry tiers is its own, and so is all where every process has one login. */
  readonly user: string;
}

/**
 * Checks that a message was published by a user who may publish its event, under the routing key that is its type.
 *
 * @throws {UnreadableEventError} with the reason `forged`, which names what does not fit
 */
export function requirePublisher(
  { fields, properties }: ConsumeMessage,
  event: Envelope,
  { rules, topology: { exchanges }, user }: PublisherCheck,
): void {
  const type = event.publishedAs?.type ?? event.type;
  const believed = [user, ...rules.sendOn];
  const isNew = fields.exchange === exchanges.events || fields.exchange === exchanges.commands;
  if (!isNew && !believed.includes(properties.userId)) {
    throw forged(`${inWords(properties.userId)} has sent it past the exchanges, straight to a queue`);
  }
  const key: unknown = isNew ? fields.routingKey : properties.headers?.['x-original-routing-key'];
  if (key !== type) throw forged(`its routing key was ${inWords(key)} instead of ${type}`);
  const publisher = firstPublisher(properties, believed);
  if (publisher === user || rules.publishersOf(type).includes(publisher)) return;
  throw forged(`${inWords(publisher)} may not publish ${type}`);
}

const longestName = 100;

const inWords = (name: unknown) =>
  typeof name === 'string' && name ? name.slice(0, longestName) : 'a publisher without a name';

const forged = (why: string) => new UnreadableEventError('forged', `The message is forged: ${why}`);
