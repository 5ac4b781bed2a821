import { readFileSync } from 'node:fs';
import { standardTopology } from '../../events/standard-topology.ts';
import { cloudEventContentType } from '../../messaging/envelope/envelope.ts';
import { type DescribedVersion, describeVersions, schemaFiles } from './event-versions.ts';
import type { JsonSchema } from './events-folder.ts';

const bindingVersion = '0.3.0';
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * The AsyncAPI 3.0 document of all events and commands: a channel for each routing key, an operation for each publisher
 * and each subscription.
 */
export function asyncApiDocument(): Record<string, unknown> {
  const versions = describeVersions();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Durable checkout',
      version,
      description:
        'What the checkout states over RabbitMQ. Every message is a structured-mode CloudEvent 1.0; delivery is at least once, and a consumer handles an id once.',
    },
    defaultContentType: cloudEventContentType,
    servers: {
      broker: { host: 'localhost:5672', protocol: 'amqp', protocolVersion: '0.9.1', description: 'RabbitMQ' },
    },
    channels: byKey(versions, ({ type }) => type, channel),
    operations: Object.assign({}, ...versions.map(operations)),
    components: {
      schemas: Object.fromEntries([...schemaFiles()].map(([name, schema]) => [name, embedded(schema)])),
      messages: byKey(versions, ({ type }) => type, message),
    },
  };
}

function channel({ name, type, contract: { when, kind } }: DescribedVersion): Record<string, unknown> {
  const { exchanges } = standardTopology;
  const exchange =
    kind === 'command' ? { name: exchanges.commands, type: 'direct' } : { name: exchanges.events, type: 'topic' };
  return {
    address: type,
    title: name,
    description: when,
    messages: { [name]: { $ref: `#/components/messages/${type}` } },
    bindings: {
      amqp: {
        is: 'routingKey',
        exchange: { ...exchange, durable: true, autoDelete: false, vhost: '/' },
        bindingVersion,
      },
    },
  };
}

function operations({ name, type, contract, isNewest, consumers }: DescribedVersion): Record<string, unknown> {
  const about = {
    channel: { $ref: `#/channels/${type}` },
    messages: [{ $ref: `#/channels/${type}/messages/${name}` }],
  };
  const send = {
    action: 'send',
    title: `${contract.publisher} publishes ${name}`,
    ...about,
    bindings: { amqp: { deliveryMode: 2, mandatory: true, timestamp: true, bindingVersion } },
  };
  const receive = consumers.map((consumer) => [
    `${consumer.name}.receive.${type}`,
    {
      action: 'receive',
      title: `${consumer.name} takes ${name}`,
      description: `From its queue \`${consumer.queue}\`.`,
      ...about,
      bindings: { amqp: { ack: true, bindingVersion } },
    },
  ]);
  return { ...(isNewest && { [`${contract.publisher}.send.${type}`]: send }), ...Object.fromEntries(receive) };
}

function message({ name, type, contract: { when }, example }: DescribedVersion): Record<string, unknown> {
  return {
    name: type,
    title: name,
    summary: when,
    contentType: cloudEventContentType,
    correlationId: { location: '$message.payload#/correlationid' },
    payload: {
      allOf: [
        { $ref: '#/components/schemas/envelope' },
        { type: 'object', properties: { type: { const: type }, data: { $ref: `#/components/schemas/${type}` } } },
      ],
    },
    bindings: { amqp: { messageType: type, bindingVersion } },
    examples: [{ name, payload: example }],
  };
}

/** Within the document a schema goes by its place, not by an address of its own. */
function embedded({ $schema, $id, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function byKey<Value>(
  versions: readonly DescribedVersion[],
  key: (version: DescribedVersion) => string,
  value: (version: DescribedVersion) => Value,
): Record<string, Value> {
  return Object.fromEntries(versions.map((version) => [key(version), value(version)]));
}
