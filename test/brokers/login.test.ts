import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeStandardTopology } from '../../events/standard-topology.ts';
import { connectToBroker } from '../../messaging/connection/connection.ts';
import { BrokerConfigurationError } from '../../messaging/connection/errors.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { choosePort } from '../../parts/ports.ts';
import { eventually, paymentProcessed, quiet } from '../messaging/environment.ts';
import { OwnBroker, type OwnNode } from './own-broker.ts';
import { testedServer } from './servers.ts';

const topology = describeStandardTopology({ subscriptions: [] });
const everything = ['.*', '.*', '.*'] as const;

let folder: string;
let broker: OwnBroker;
let node: OwnNode;
let tlsPort: number;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'broker-certificate-'));
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject],
    { stdio: 'ignore' },
  );
  tlsPort = await choosePort();
  broker = await OwnBroker.start({
    server: await testedServer(),
    settings: [
      `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
      `ssl_options.certfile = ${certificate}`,
      `ssl_options.keyfile = ${key}`,
    ],
  });
  node = broker.nodes[0] as OwnNode;
});

afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true });
});

function urlOf(change: { user?: string; host?: string; protocol?: string; port?: number }): string {
  const url = new URL(node.url);
  const { user = 'guest', host = '', protocol = 'amqp', port = url.port } = change;
  return `${protocol}://${user}:${user}@127.0.0.1:${port}${host && `/${host}`}`;
}

async function addUser(name: string, permissions?: readonly [string, string, string]): Promise<void> {
  await node.control('add_user', name, name);
  if (permissions) await node.control('set_permissions', '-p', '/', name, ...permissions);
}

const connect = (url: string) => connectToBroker({ url, name: 'test', logger: quiet, topology });

/** The one line that the start ends with. */
async function refusalOf(url: string): Promise<string> {
  const error = await connect(url).then(
    (connection) => connection.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BrokerConfigurationError);
  expect((error as Error).message).toMatch(/^AMQP_URL is wrong: [^\n]+$/);
  return (error as Error).message;
}

describe('a refusal that only people can mend ends the start with the reason and the remedy', () => {
  test('a user without any right on the virtual host', async () => {
    await addUser('stranger');

    expect(await refusalOf(urlOf({ user: 'stranger' }))).toMatch(
      /stranger may not use the virtual host of .+: grant it with `rabbitmqctl set_permissions -p \/ stranger '\.\*'/,
    );
  });

  test('a virtual host that does not exist', async () => {
    expect(await refusalOf(urlOf({ host: 'nowhere' }))).toContain('`rabbitmqctl add_vhost nowhere`');
  });

  test('a user who may not declare', async () => {
    await addUser('reader', ['nothing', '.*', '.*']);

    expect(await refusalOf(urlOf({ user: 'reader' }))).toMatch(
      /reader lacks the permission .*exchange 'integration\.unrouted' in virtual host \/: grant it with `rabbitmqctl/,
    );
  });

  test('a port for TLS only', async () => {
    expect(await refusalOf(urlOf({ port: tlsPort }))).toMatch(/speaks TLS only: use amqps:\/\//);
  });

  test('a certificate that is not trusted', async () => {
    expect(await refusalOf(urlOf({ port: tlsPort, protocol: 'amqps' }))).toMatch(
      /certificate of .+ is not trusted \(\w*SELF_SIGNED\w*\): .*NODE_EXTRA_CA_CERTS/,
    );
  });
});

test('a broker that takes no more connections for now is waited for', async () => {
  await node.control('set_vhost_limits', '-p', '/', '{"max-connections":0}');
  const connection = await connect(node.url);
  expect(connection.status).toBe('disconnected');

  await node.control('clear_vhost_limits', '-p', '/');

  await eventually(async () => connection.status === 'connected');
  await connection.close();
});

describe('a permission that is taken away while the process runs', () => {
  test('ends it at the next publish, and says which', async () => {
    await addUser('writer', everything);
    const fatal = Promise.withResolvers<Error>();
    const connection = await connectToBroker({
      url: urlOf({ user: 'writer' }),
      name: 'test',
      logger: quiet,
      topology,
      onFatal: fatal.resolve,
    });
    const publisher = new Publisher(connection, { timeoutMilliseconds: 2_000 });
    await publisher.ready;

    await node.control('set_permissions', '-p', '/', 'writer', '.*', 'nothing', '.*');
    const refused = await publisher.publish([paymentProcessed()]).catch((error: unknown) => error);

    expect((await fatal.promise).message).toMatch(/writer lacks the permission .*exchange 'integration\.events'/);
    expect(connection.status).toBe('failed');
    expect(refused).toBeInstanceOf(Error);
    await publisher.close();
  });

  test('a login that is refused again and again ends it as well', async () => {
    await addUser('leaver', everything);
    const fatal = Promise.withResolvers<Error>();
    const connection = await connectToBroker({
      url: urlOf({ user: 'leaver' }),
      name: 'test',
      logger: quiet,
      topology,
      onFatal: fatal.resolve,
    });

    await node.control('delete_user', 'leaver');
    connection.restart('the test says so');

    expect((await fatal.promise).message).toContain('refuses its user and password');
    expect(connection.status).toBe('failed');
  });
});
