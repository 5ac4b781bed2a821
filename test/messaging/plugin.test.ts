import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Resource } from '@opentelemetry/resources';
import { NoopSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { Client } from '@temporalio/client';
import { IllegalStateError } from '@temporalio/common';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerPlugin } from '@temporalio/worker';
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { execa } from 'execa';
import { BridgePlugin } from '../../bridge/index.ts';
import { parcelEvents, parcelTopology } from '../../examples/parcel-tracking/events.ts';
import { type Scan, scanSignal, type trackParcel } from '../../examples/parcel-tracking/workflow.ts';
import { BrokerConfigurationError } from '../../messaging/connection/errors.ts';
import { declareTopology } from '../../messaging/topology/declarations.ts';
import { TopologyMismatchError } from '../../messaging/topology/mismatch.ts';
import { temporalTestServer } from '../../parts/temporal-test-server.ts';
import { startTracing } from '../../platform/trace-export.ts';
import { inTraceOf } from '../../platform/tracing.ts';
import { startTimeSkippingServer } from '../time-skipping-server.ts';
import { amqpUrl, eventually, quiet, removeTopology } from './environment.ts';
import { type Gate, openGate } from './gate.ts';
import { type OtherProject, openOtherProject } from './other-project.ts';

const workflowsPath = fileURLToPath(new URL('../../examples/parcel-tracking/workflow.ts', import.meta.url));
/** Where the server that skips time is not there yet; in milliseconds. */
const longestInstallation = 600_000;
const queue = 'parcels.tracking-page.events.v1';

/** What a consumer of any kind sees of an event. */
interface Message {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: string;
  readonly traceparent?: string;
  readonly data: object;
}

let server: TestWorkflowEnvironment;
let model: ChannelModel;
let channel: Channel;
let gate: Gate;
let messages: Message[];
const running = new Map<Worker, Promise<unknown>>();

beforeAll(async () => {
  await startTracing('test', quiet);
  server = await startTimeSkippingServer(await temporalTestServer((line) => process.stderr.write(`${line}\n`)));
}, longestInstallation);

afterAll(() => server?.teardown());

beforeEach(async () => {
  gate = await openGate(amqpUrl());
  model = await amqp.connect(amqpUrl());
  channel = await model.createChannel();
  await declareTopology(model, parcelTopology);
  messages = [];
  await channel.consume(queue, (message) => message && messages.push(JSON.parse(message.content.toString())), {
    noAck: true,
  });
});

afterEach(async () => {
  for (const [worker, run] of running) {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await run;
  }
  running.clear();
  await removeTopology(channel, parcelTopology);
  await model.close();
  await gate.close();
});

const connect = (url = gate.url, required = true) =>
  BridgePlugin.connect({ url, contracts: parcelEvents, topology: parcelTopology, logger: quiet, required });

/** Runs a worker of the example in this process, on a task queue of its own. */
async function startWorker(...plugins: WorkerPlugin[]): Promise<{ worker: Worker; run: Promise<unknown> }> {
  const taskQueue = randomUUID();
  const worker = await Worker.create({ connection: server.nativeConnection, taskQueue, workflowsPath, plugins });
  const run = worker.run().catch((error: unknown) => error);
  running.set(worker, run);
  return { worker, run };
}

/** A parcel that is scanned once, at the door. */
async function deliverParcel({ options: { taskQueue } }: Worker, client: Client = server.client) {
  const parcelId = `p-${randomUUID()}`;
  return client.workflow.signalWithStart<typeof trackParcel, [Scan]>('trackParcel', {
    workflowId: `parcel/${parcelId}`,
    taskQueue,
    args: [{ parcelId, recipient: 'Ada' }],
    signal: scanSignal,
    signalArgs: [{ place: 'the door', signedBy: 'Ada' }],
  });
}

describe('another project', () => {
  let other: OtherProject;

  beforeAll(async () => {
    other = await openOtherProject();
  });

  afterAll(() => other?.remove());

  test('compiles with the package, and only with events that it has', async () => {
    const record = (call: string) => `
      import { Milestones } from 'durable-checkout-bridge/workflow';
      import type { parcelEvents } from './events.ts';
      new Milestones<typeof parcelEvents>({ subject: 'p-1' }).record(${call});`;

    expect(await other.compile(record(`'ParcelScanned', { parcelId: 'p-1', place: 'Oslo' }`))).toBe('');
    expect(await other.compile(record(`'ParcelLost', { parcelId: 'p-1' }`))).toMatch(/^more\.ts.*ParcelLost/);
    expect(await other.compile(record(`'ParcelScanned', { parcelId: 'p-1' }`))).toMatch(/^more\.ts.*place/s);
  });

  test('publishes what its workflows record, in order, across runs that continue as new', async () => {
    const parcelId = `p-${randomUUID()}`;
    const program = execa('node', ['worker.ts'], {
      cwd: other.folder,
      env: { AMQP_URL: amqpUrl(), TEMPORAL_ADDRESS: server.address, NODE_OPTIONS: '' },
      reject: false,
    });
    const parcel = await server.client.workflow.start<typeof trackParcel>('trackParcel', {
      workflowId: `parcel/${parcelId}`,
      taskQueue: 'parcels',
      args: [{ parcelId, recipient: 'Ada' }],
    });
    for (let stop = 1; stop <= 60; stop += 1) await parcel.signal(scanSignal, { place: `stop ${stop}` });
    await eventually(async () => messages.length === 61);
    await eventually(async () => (await parcel.describe()).runId !== parcel.firstExecutionRunId);
    await parcel.signal(scanSignal, { place: 'the door', signedBy: 'Ada' });
    await parcel.result();
    program.kill('SIGTERM');

    expect((await program).exitCode).toBe(0);
    expect(messages.map(({ sequence }) => Number(sequence))).toEqual(
      Array.from({ length: 63 }, (_, index) => index + 1),
    );
    expect(new Set(messages.map(({ id }) => id)).size).toBe(63);
    expect(messages[0]).toMatchObject({ type: 'tracking.parcel.handed-over.v1', data: { parcelId, recipient: 'Ada' } });
    expect(messages.at(-1)).toMatchObject({
      source: 'urn:parcels:tracking',
      type: 'tracking.parcel.delivered.v1',
      subject: parcelId,
      correlationid: parcelId,
      causationid: `parcel/${parcelId}`,
      dataschema: 'urn:parcels:schema:tracking.parcel.delivered.v1',
      data: { parcelId, place: 'the door', signedBy: 'Ada' },
    });
  });

  test('has its traces carried on, with the plugin of OpenTelemetry beside this one', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const tracing = new OpenTelemetryPlugin({ resource: new Resource({}), spanProcessor: new NoopSpanProcessor() });
    const client = new Client({ connection: server.connection, plugins: [tracing] });
    const { worker } = await startWorker(tracing, await connect());

    await inTraceOf({ traceparent: `00-${traceId}-b7ad6b7169203331-01` }, () => deliverParcel(worker, client));
    await eventually(async () => messages.length === 3);

    for (const { traceparent } of messages) expect(traceparent).toContain(traceId);
  });
});

describe('the connection', () => {
  test('comes and goes with the worker', async () => {
    const { worker, run } = await startWorker(await connect());
    await (await deliverParcel(worker)).result();
    expect(gate.connections).toBe(1);

    worker.shutdown();

    expect(await run).toBeUndefined();
    expect(messages).toHaveLength(3);
    await eventually(async () => gate.connections === 0);
  });

  test('may come later: what was recorded meanwhile is published then', async () => {
    gate.shut();
    const { worker } = await startWorker(await connect());
    const parcel = await deliverParcel(worker);
    await eventually(async () => {
      const { raw } = await parcel.describe();
      return raw.pendingActivities?.some(({ lastFailure }) => lastFailure?.message?.includes('not published yet'));
    });

    gate.open();
    await parcel.result();

    await eventually(async () => messages.length === 3);
  });

  test('that cannot be mended by waiting ends the worker: the broker has got another queue meanwhile', async () => {
    const { worker, run } = await startWorker(await connect());
    await (await deliverParcel(worker)).result();
    await channel.deleteQueue(queue);
    await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } });

    gate.cut();

    const ended = await run;
    expect(ended).toBeInstanceOf(TopologyMismatchError);
    expect((ended as Error).message).toContain(queue);
  });
});

describe('refuses', () => {
  const wrongLogin = () => Object.assign(new URL(amqpUrl()), { password: 'wrong' }).href;

  test.each([
    ['what is no address of a broker', () => 'localhost:5672', /^AMQP_URL is wrong: use amqp:[^\n]*$/],
    ['a wrong password', wrongLogin, /^AMQP_URL is wrong: [^\n]*refuses its user and password[^\n]*$/],
  ])('%s, before there is a worker, in one line', async (_, url, message) => {
    const refused = await connect(url()).catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(BrokerConfigurationError);
    expect((refused as Error).message).toMatch(message);
  });

  test('nothing where the worker can do without the broker: its publications fail, and say that it cannot be reached', async () => {
    const { worker } = await startWorker(await connect(wrongLogin(), false));
    const parcel = await deliverParcel(worker);

    await eventually(async () => {
      const [pending] = (await parcel.describe()).raw.pendingActivities ?? [];
      return pending?.lastFailure?.applicationFailureInfo?.type === 'Unavailable';
    });
    expect(worker.getState()).toBe('RUNNING');
    await parcel.terminate('in a test');
  });

  test('a second worker', async () => {
    const plugin = await connect();
    const { worker } = await startWorker(plugin);

    await expect(plugin.runWorker(worker, async () => undefined)).rejects.toThrow(IllegalStateError);
  });
});
