import amqp, { type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { integrationEvents } from '../../events/contracts/index.ts';
import { consumedBy, publisherRules, replayer, storefront, topologyOwner } from '../../events/processes.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { typesOf } from '../../messaging/envelope/contracts.ts';
import { exchangeOf } from '../../messaging/topology/topology.ts';
import type { RabbitMqAccess } from '../../parts/index.ts';
import { brokerUsers } from './broker-users.ts';
import type { Logins } from './logins.ts';
import type { TrialRow } from './trial-row.ts';

const { exchanges, queues, unroutedQueue } = standardTopology;
const eventTypes = Object.values(integrationEvents)
  .flatMap(typesOf)
  .filter((type) => exchangeOf(standardTopology, type) === exchanges.events);
const commandTypes = standardTopology.commands;

/** One attempt, in words and as the client makes it. */
interface Attempt {
  readonly what: string;
  act(channel: ConfirmChannel): Promise<unknown>;
}

const publish = (what: string, exchange: string, key: string, userId?: string): Attempt => ({
  what,
  act: (channel) =>
    new Promise<void>((resolve, reject) => {
      channel.publish(exchange, key, Buffer.from('{}'), { ...(userId && { userId }) }, (error) =>
        error ? reject(error) : resolve(),
      );
    }),
});

const acts: Readonly<Record<string, (user: string) => readonly Attempt[]>> = {
  'foreign events': (user) =>
    [...eventTypes.filter((type) => !mayPublish(user, type)), 'x.y.v1'].map((type) =>
      publish(`publish ${type}`, exchanges.events, type, user),
    ),
  // Who sends a command of its own may send others: RabbitMQ knows no routing keys of a direct exchange, the consumer does.
  'foreign commands': (user) =>
    commandTypes.some((type) => mayPublish(user, type))
      ? []
      : commandTypes.map((type) => publish(`send ${type}`, exchanges.commands, type, user)),
  'another name': (user) => {
    const own = eventTypes.find((type) => mayPublish(user, type)) ?? eventTypes[0];
    return [publish(`publish as ${topologyOwner}`, exchanges.events, String(own), topologyOwner)];
  },
  'past the exchanges': (user) => [
    ...queues.map(({ work }) => publish(`send to ${work}`, '', work, user)),
    ...(user === replayer
      ? []
      : queues.map(({ work }) => publish(`send to ${work} by ${exchanges.retry}`, exchanges.retry, work, user))),
    publish(`publish to ${exchanges.unrouted}`, exchanges.unrouted, 'x', user),
    publish('publish to amq.fanout', 'amq.fanout', 'x', user),
  ],
  'foreign queues': (user) =>
    [unroutedQueue, ...queues.flatMap(({ work, dead, retry }) => [work, dead, ...retry.map(({ name }) => name)])]
      .filter((queue) => !mayRead(user, queue))
      .map((queue) => ({ what: `read ${queue}`, act: (channel: Channel) => channel.get(queue) })),
  declaring: () => [
    { what: 'declare a queue', act: (channel) => channel.assertQueue('forbidden', { durable: true }) },
    { what: 'declare a queue for itself', act: (channel) => channel.assertQueue('', { exclusive: true }) },
    { what: 'declare an exchange', act: (channel) => channel.assertExchange('forbidden', 'topic') },
    ...queues.flatMap(({ work }): Attempt[] => [
      { what: `bind ${work}`, act: (channel) => channel.bindQueue(work, exchanges.events, '#') },
      { what: `delete ${work}`, act: (channel) => channel.deleteQueue(work) },
    ]),
    { what: `delete ${exchanges.events}`, act: (channel) => channel.deleteExchange(exchanges.events) },
  ],
};

export const brokerActs = [...Object.keys(acts), 'administrating'];

const mayPublish = (user: string, type: string) => publisherRules.publishersOf(type).includes(user);

const queuesOf = (user: string): string[] =>
  Object.entries(consumedBy)
    .filter(([, consumer]) => consumer === user)
    .map(([key]) => subscriptions[key as keyof typeof consumedBy].queue);

const mayRead = (user: string, queue: string) =>
  user === replayer ? queues.some(({ dead }) => dead === queue) : queuesOf(user).includes(queue);

/** Tries what each user may not do, and that it may publish and read what is its own. */
export function tryBroker(logins: Logins, access: RabbitMqAccess): Promise<TrialRow[]> {
  const users = brokerUsers().filter(({ name }) => name !== topologyOwner);
  return Promise.all(users.map(({ name }) => tryUser(name, new URL(logins.brokerUrl(name)), access)));
}

async function tryUser(name: string, url: URL, { management }: RabbitMqAccess): Promise<TrialRow> {
  const model = await amqp.connect(url.href);
  model.on('error', () => undefined);
  try {
    const { refused, wrong } = await rowOf(model, name);
    const administers = management !== undefined && (await mayAdminister(management.url, url));
    return {
      ...{ who: name, may: purposeOf(name), refused: { ...refused, administrating: 1 } },
      wrong: administers ? [...wrong, 'may administer the broker'] : wrong,
    };
  } finally {
    await model.close();
  }
}

async function rowOf(model: ChannelModel, user: string) {
  const wrong: string[] = [];
  const own = [
    ...eventTypes
      .filter((type) => mayPublish(user, type))
      .map((type) => publish(`publish ${type}`, exchanges.events, type, user)),
    ...queuesOf(user).map((queue) => ({ what: `read ${queue}`, act: (channel: Channel) => channel.get(queue) })),
  ];
  for (const attempt of own) if (!(await isAllowed(model, attempt))) wrong.push(`may not ${attempt.what}`);
  const refused: Record<string, number> = {};
  for (const [act, attemptsOf] of Object.entries(acts)) {
    const attempts = attemptsOf(user);
    for (const attempt of attempts) if (await isAllowed(model, attempt)) wrong.push(`may ${attempt.what}`);
    refused[act] = attempts.length;
  }
  return { refused, wrong };
}

/** A permission that is missing, and a user that a message names wrongly. */
const refusals = [403, 406];

/** @throws {Error} when the attempt fails for another reason: then it shows nothing */
async function isAllowed(model: ChannelModel, { act }: Attempt): Promise<boolean> {
  const channel = await model.createConfirmChannel();
  const closed = new Promise<never>((_, reject) => {
    channel.on('error', reject);
  });
  try {
    await Promise.race([act(channel), closed]);
    await channel.close();
    return true;
  } catch (error) {
    const failure = await Promise.race([closed, Promise.reject(error)]).catch((reason: { code?: number }) => reason);
    if (refusals.includes(Number(failure.code))) return false;
    throw error;
  }
}

async function mayAdminister(address: string, { username, password }: URL): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const { ok } = await fetch(`${address}/api/users`, {
    headers: { authorization },
    signal: AbortSignal.timeout(10_000),
  });
  return ok;
}

function purposeOf(user: string): string {
  const contexts = new Set(eventTypes.filter((type) => mayPublish(user, type)).map((type) => type.split('.')[0]));
  const parts = [
    contexts.size > 0 && `publish ${[...contexts].join(', ')}`,
    queuesOf(user).length > 0 && `take ${queuesOf(user).join(', ')}`,
    user === replayer && 'take and replay dead letters',
  ].filter(Boolean);
  return parts.length > 0 ? parts.join('; ') : user === storefront ? 'publish orders' : 'connect';
}
