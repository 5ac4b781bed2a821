import { once } from 'node:events';
import net from 'node:net';
import { messageOf, PartError } from './part-error.ts';
import type { PostgresAccess } from './postgres.ts';
import type { RabbitMqAccess } from './rabbitmq.ts';
import type { TemporalAccess } from './temporal.ts';

const timeout = 10_000;

/**
 * Temporal at an address of the environment, or undefined where there is none.
 * @throws PartError when it does not answer
 */
export async function outsideTemporal(): Promise<TemporalAccess | undefined> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (address === undefined || address === '') return undefined;
  const { connectTemporalClient, temporalSettings } = await import('../platform/temporal-client.ts');
  const { namespace } = temporalSettings(process.env);
  await reach('Temporal', 'TEMPORAL_ADDRESS', address, async () => {
    await openSocket(address);
    const { connection } = await connectTemporalClient();
    try {
      await connection.workflowService.describeNamespace({ namespace });
    } finally {
      await connection.close();
    }
  });
  return { address, webUserInterface: process.env['TEMPORAL_UI_URL'] || undefined, namespace };
}

/**
 * RabbitMQ at an address of the environment, or undefined where there is none.
 * @throws PartError when it does not answer
 */
export async function outsideRabbitMq(): Promise<RabbitMqAccess | undefined> {
  const url = process.env['AMQP_URL'];
  if (url === undefined || url === '') return undefined;
  requireUrl('RabbitMQ', 'AMQP_URL', url, ['amqp:', 'amqps:']);
  await reach('RabbitMQ', 'AMQP_URL', url, async () => {
    const { connect } = await import('amqplib');
    const connection = await connect(url, { timeout });
    await connection.close();
  });
  const management = process.env['RABBITMQ_MANAGEMENT_URL'];
  if (management === undefined || management === '') return { url, management: undefined, metrics: undefined };
  const broker = new URL(url);
  const pages = new URL(management);
  const user = decodeURIComponent(pages.username || broker.username || 'guest');
  const password = decodeURIComponent(pages.password || broker.password || 'guest');
  pages.username = '';
  pages.password = '';
  return { url, management: { url: pages.href.replace(/\/$/, ''), user, password }, metrics: undefined };
}

/**
 * PostgreSQL at an address of the environment, or undefined where there is none.
 * @throws PartError when it does not answer
 */
export async function outsidePostgres(): Promise<PostgresAccess | undefined> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') return undefined;
  requireUrl('PostgreSQL', 'DATABASE_URL', url, ['postgres:', 'postgresql:']);
  await reach('PostgreSQL', 'DATABASE_URL', url, async () => {
    const { default: postgres } = await import('pg');
    const client = new postgres.Client({ connectionString: url, connectionTimeoutMillis: timeout });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
    } finally {
      client.end().catch(() => {});
    }
  });
  return { url };
}

function requireUrl(part: string, variable: string, address: string, protocols: readonly string[]): void {
  if (URL.canParse(address) && protocols.includes(new URL(address).protocol)) return;
  throw new PartError(part, {
    reason: 'wrong-setting',
    happened: `${variable} is set to ${withoutPassword(address)}, which is no address that starts with ${protocols[0]}//.`,
    remedy: `Correct ${variable}, or unset it to have a private one started.`,
  });
}

/** The client of Temporal retries until its deadline and then no longer knows why; a socket tells it at once. */
async function openSocket(address: string): Promise<void> {
  const { hostname, port } = new URL(address.includes('://') ? address : `tcp://${address}`);
  const socket = net.connect({ host: hostname, port: Number(port || 7233), timeout: 5_000 });
  try {
    await Promise.race([
      once(socket, 'connect'),
      once(socket, 'timeout').then(() => Promise.reject(new Error('no answer within 5 seconds'))),
    ]);
  } finally {
    socket.destroy();
  }
}

async function reach(part: string, variable: string, address: string, connect: () => Promise<void>): Promise<void> {
  try {
    await connect();
  } catch (error) {
    throw new PartError(part, {
      reason: 'unreachable',
      happened: `${variable} is set to ${withoutPassword(address)}, and no connection could be made there: ${messageOf(error)}.`,
      remedy: `Start what should listen there, correct ${variable}, or unset it to have a private one started.`,
      cause: error,
    });
  }
}

function withoutPassword(address: string): string {
  return address.replace(/:\/\/([^/@]*):[^/@]*@/, '://$1:…@');
}
