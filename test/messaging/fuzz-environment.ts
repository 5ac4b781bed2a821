import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import amqp, { type Channel, type ConsumeMessage } from 'amqplib';
import { sql } from 'kysely';
import { encodeEvent, type IntegrationEvent, typeOf } from '../../events/integration-event.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { tolerateUnreadableHeaders } from '../../messaging/amqp/unreadable-headers.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { openDatabase } from '../../platform/database.ts';
import { amqpUrl, databaseUrl, eventually } from './environment.ts';
import { type RawMessage, sendRaw } from './raw-message.ts';

/** The ledger's consumer as a process of its own, with a sender of anything to its queue. */
export interface FuzzTest {
  send(message: RawMessage): void;
  sendEvent(event: IntegrationEvent): void;
  /** Everything that was parked since the last call, as soon as there is so much. */
  parked(count: number): Promise<ConsumeMessage[]>;
  /** Waits until the consumer has handled these events. */
  handled(events: readonly IntegrationEvent[]): Promise<void>;
  /** Whether the process that was started first still runs. */
  isAlive(): boolean;
  /** The memory of the process now, and the most it ever had; in MiB. */
  memory(): { readonly now: number; readonly most: number };
  /** How often the process had to connect to the broker. */
  connections(): number;
  close(): Promise<void>;
}

export async function openFuzzTest(): Promise<FuzzTest> {
  const { work, dead } = queueOf(standardTopology, subscriptions.ledger);
  const database = openDatabase<Record<never, never>>({ url: databaseUrl(), schema: 'ledger' });
  const { child, lines, ready } = startLedger();
  await ready;
  const model = await amqp.connect(amqpUrl());
  tolerateUnreadableHeaders(model);
  const channel = await model.createChannel();
  const found = await collect(channel, dead);
  // By an exchange that sends it to this queue alone, under the type of a payment and as the user that all processes are here.
  const way = { exchange: standardTopology.exchanges.commands, routingKey: typeOf('PaymentProcessed') };
  await channel.bindQueue(work, way.exchange, way.routingKey);
  const send = (message: RawMessage) => sendRaw(channel, way, { ...message, userId: 'guest' });
  return {
    send,
    sendEvent: (event) => send({ body: encodeEvent(event) }),
    async parked(count) {
      await eventually(async () => found.length >= count);
      return found.splice(0);
    },
    async handled(events) {
      const ids = events.map(({ id }) => id);
      await eventually(async () => {
        const { rows } = await sql`select from inbox where message_id = any(${ids})`.execute(database);
        return rows.length === ids.length;
      });
    },
    isAlive: () => child.exitCode === null && child.signalCode === null,
    memory: () => ({ now: memoryOf(child, 'VmRSS'), most: memoryOf(child, 'VmHWM') }),
    connections: () => lines.filter((line) => line.includes('"connected to the broker"')).length,
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await channel.unbindQueue(work, way.exchange, way.routingKey);
      await model.close();
      await database.destroy();
    },
  };
}

function startLedger(): { child: ChildProcess; lines: string[]; ready: Promise<unknown> } {
  const child = spawn(process.execPath, ['roles/main.ts', 'ledger-consumer'], {
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl(), AMQP_URL: amqpUrl() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line.slice(0, 1_000)));
  return { child, lines, ready: once(createInterface({ input: child.stdout }), 'line') };
}

async function collect(channel: Channel, queue: string): Promise<ConsumeMessage[]> {
  await channel.purgeQueue(queue);
  const found: ConsumeMessage[] = [];
  await channel.consume(queue, (message) => message && found.push(message), { noAck: true });
  return found;
}

/** As the kernel counts it. */
function memoryOf({ pid }: ChildProcess, figure: 'VmRSS' | 'VmHWM'): number {
  const [, kibibytes] = new RegExp(`${figure}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
