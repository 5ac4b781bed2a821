import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { standardTopology } from '../../events/standard-topology.ts';
import { close } from '../../messaging/amqp/close.ts';
import { dialBroker } from '../../messaging/connection/dial.ts';
import { declareTopology } from '../../messaging/topology/declarations.ts';
import { type Parts, startParts } from '../../parts/index.ts';

let parts: Parts | undefined;

/** Once for all tests of services and of messaging: a PostgreSQL and a RabbitMQ of their own. */
export default async function setUp(): Promise<void> {
  if (parts) return;
  parts = await startParts({
    dataDirectory: await mkdtemp(path.join(tmpdir(), 'durable-checkout-test-')),
    names: ['postgres', 'rabbitmq'],
    temporary: true,
    postgresSettings: { durable: false },
    report: (line) => process.stderr.write(`${line}\n`),
  });
  // Roles that a test starts find the topology there, as in production.
  const model = await dialBroker({ url: parts.rabbitmq.url, name: 'tests' });
  await declareTopology(model, standardTopology);
  await close(model);
  process.env['DATABASE_URL'] = parts.postgres.url;
  process.env['AMQP_URL'] = parts.rabbitmq.url;
  const { management } = parts.rabbitmq;
  if (management) process.env['RABBITMQ_MANAGEMENT'] = JSON.stringify(management);
}

export async function tearDown(): Promise<void> {
  await parts?.stop();
  parts = undefined;
}
