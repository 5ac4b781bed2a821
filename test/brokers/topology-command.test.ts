import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import amqp, { type Channel } from 'amqplib';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { declareTopology } from '../../messaging/topology/declarations.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { OwnBroker } from './own-broker.ts';
import { testedServer } from './servers.ts';

const patience = 120_000;
const { work } = queueOf(standardTopology, subscriptions.ledger);

let broker: OwnBroker;
let url: string;
let channel: Channel;

beforeAll(async () => {
  broker = await OwnBroker.start({ server: await testedServer() });
  url = `${broker.nodes[0]?.url}`;
  const model = await amqp.connect(url);
  model.on('error', () => undefined);
  await declareTopology(model, standardTopology);
  channel = await model.createChannel();
}, patience);

afterAll(() => broker.stop());

async function run(
  address: string,
  ...file: string[]
): Promise<{ code: number | null; output: string; complaint: string }> {
  const [program = '', ...parameters] = file;
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../../${program}`, import.meta.url)), ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'silent', AMQP_URL: address },
  });
  const [[code], output, complaint] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { code, output, complaint };
}

const topologyAt = (address: string, ...parameters: string[]) =>
  run(address, 'client/command-line/main.ts', 'topology', ...parameters);
const topology = (...parameters: string[]) => topologyAt(url, ...parameters);

test(
  'a queue that differs ends a process with the command that helps, and the command keeps its messages',
  async () => {
    expect(await topology('--compare')).toMatchObject({ code: 0, complaint: '' });

    await channel.deleteQueue(work);
    await channel.assertQueue(work, { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 7 } });
    channel.sendToQueue(work, Buffer.from('kept'), { messageId: 'kept', persistent: true });

    const refused = await run(url, 'roles/main.ts', 'ledger-consumer');
    expect(refused).toMatchObject({ code: 2, output: '' });
    expect(refused.complaint).toMatch(
      /^ledger-consumer: queue 'ledger\.events\.v1' exists on the broker with another x-[^\n]+npm run cli -- topology migrate[^\n]+\n$/,
    );

    const compared = await topology('--compare');
    expect(compared).toMatchObject({ code: 1, complaint: expect.stringMatching(/^error: Incomplete: 1 of \d+ /) });
    expect(compared.output).toContain('x-delivery-limit is 7 instead of 20');

    const { consumerTag } = await channel.consume(work, () => undefined);
    expect(await topology('migrate')).toMatchObject({
      code: 1,
      complaint: expect.stringMatching(/^error: InvalidState: .*'ledger\.events\.v1' \(1\); stop the processes/),
    });
    await channel.cancel(consumerTag);
    await channel.recover();

    const planned = await topology('migrate', '--dry-run', '--json');
    expect(JSON.parse(planned.output)).toMatchObject({ queues: [{ name: work, state: 'different', messages: 1 }] });

    expect(await topology('migrate')).toMatchObject({
      code: 0,
      output: 'every queue is as described now\n',
      complaint: expect.stringContaining('ledger.events.v1: declared as described, 1 message brought back'),
    });
    expect(await topology('--compare')).toMatchObject({ code: 0 });
    expect(await channel.get(work, { noAck: true })).toMatchObject({ properties: { messageId: 'kept' } });
  },
  patience,
);

test(
  'a user without permission is told to ask for it, by each command that looks at the broker',
  async () => {
    const [node] = broker.nodes;
    await node?.control('add_user', 'reader', 'reader');
    await node?.control('set_permissions', '-p', '/', 'reader', '^$', '^$', '.*');
    const asReader = url.replace(/\/\/[^@]*@/, '//reader:reader@');

    for (const parameters of [['--compare'], ['migrate', '--dry-run'], ['migrate']]) {
      const { code, output, complaint } = await topologyAt(asReader, ...parameters, '--json');
      expect({ code, output }).toEqual({ code: 1, output: '' });
      expect(JSON.parse(complaint)).toMatchObject({
        error: {
          type: 'Misconfigured',
          message: expect.stringMatching(/reader lacks the permission to configure .*rabbitmqctl set_permissions/),
        },
      });
    }
  },
  patience,
);
