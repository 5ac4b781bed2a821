import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { describeStandardTopology } from '../../events/standard-topology.ts';
import { type BrokerConnection, connectToBroker } from '../../messaging/connection/connection.ts';
import { BrokerConfigurationError } from '../../messaging/connection/errors.ts';
import { amqpUrl, quiet } from './environment.ts';

const topology = describeStandardTopology({ prefix: 'refusals.', subscriptions: [] });
const connect = (url: string) => connectToBroker({ url, name: 'test', logger: quiet, topology });

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The one line that the start ends with. */
async function refusalOf(url: string): Promise<string> {
  const refused = connect(url);
  await expect(refused).rejects.toThrow(BrokerConfigurationError);
  const message = await refused.then(
    () => '',
    (error: Error) => error.message,
  );
  expect(message).toMatch(/^AMQP_URL is wrong: [^\n]+$/);
  return message;
}

describe('an address that no retry can mend ends the start', () => {
  test.each([
    ['no address', 'localhost'],
    ['another protocol', 'http://localhost:5672'],
    ['no host', 'amqp://'],
  ])('%s', async (_, url) => {
    expect(await refusalOf(url)).toContain('use amqp://user:password@host:port, or amqps');
  });

  test.each([
    ['?heartbeat=often', 'heartbeat is a whole number'],
    ['?channelMax=-1', 'channelMax is a whole number'],
    ['/100%', 'a % in its user, password or virtual host is written as %25'],
  ])('%s', async (end, mend) => {
    expect(await refusalOf(`${amqpUrl()}${end}`)).toContain(mend);
  });

  test('a refused login, without the password', async () => {
    const url = new URL(amqpUrl());
    url.password = 'secret-and-wrong';

    const message = await refusalOf(url.href);

    expect(message).toContain('refuses its user and password');
    expect(message).not.toContain('secret');
  });

  test('a virtual host that does not exist', async () => {
    expect(await refusalOf(`${amqpUrl()}/nowhere`)).toMatch(
      /virtual host of amqp:.*\/nowhere does not exist: create it with `rabbitmqctl add_vhost nowhere`/,
    );
  });

  test('TLS where there is none', async () => {
    const url = amqpUrl().replace(/^amqp:/, 'amqps:');

    expect(await refusalOf(url)).toMatch(/speaks no TLS: use amqp:\/\//);
  });

  test('a web server', async () => {
    const address = await listen(createWebServer());

    expect(await refusalOf(`amqp://${address}`)).toContain(`what listens at amqp://${address} is no AMQP broker`);
  });
});

describe('what may pass is tried again, and the log says why', () => {
  async function reasonOf(url: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const logger = Object.create(quiet, {
      warn: { value: ({ reason }: { reason?: string }) => reason && resolve(reason) },
    });
    const connection: BrokerConnection = await connectToBroker({ url, name: 'test', logger, topology });
    closing.push(() => connection.close());
    expect(connection.status).toBe('disconnected');
    return promise;
  }

  test('nothing listens', async () => {
    const server = createServer();
    const address = await listen(server);
    await new Promise((resolve) => server.close(resolve));

    expect(await reasonOf(`amqp://${address}`)).toBe(
      `nothing listens at amqp://${address}: start RabbitMQ, or correct AMQP_URL`,
    );
  });

  test('the host is not known', async () => {
    expect(await reasonOf('amqp://broker.invalid')).toMatch(/the host of amqp:\/\/broker.invalid is not known/);
  });

  test('the connection ends without a word', async () => {
    const address = await listen(createServer((socket) => socket.end()));

    expect(await reasonOf(`amqp://${address}`)).toMatch(/ends the connection or does not answer/);
  });
});
