import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { execa } from 'execa';
import { type Kysely, sql } from 'kysely';
import { parcelEvents, trackingPage } from '../../examples/parcel-tracking/events.ts';
import { type Scan, scanSignal, type trackParcel } from '../../examples/parcel-tracking/workflow.ts';
import {
  describeTopology,
  type Envelope,
  type EventListener,
  eventDecoder,
  listenTo,
  openDatabase,
} from '../../messaging/index.ts';
import { temporalTestServer } from '../../parts/temporal-test-server.ts';
import { startTimeSkippingServer } from '../time-skipping-server.ts';
import { amqpUrl, databaseUrl, eventually, quiet, removeTopology, takeFrom } from './environment.ts';
import { type OtherProject, openOtherProject } from './other-project.ts';

/** Where the server that skips time is not there yet; in milliseconds. */
const installationTimeoutMilliseconds = 600_000;
const prefix = `test-${randomUUID().slice(0, 8)}.`;
const retryTiers = [
  { label: '20ms', milliseconds: 20 },
  { label: '40ms', milliseconds: 40 },
];
const topology = describeTopology({
  system: 'parcels',
  contracts: parcelEvents,
  subscriptions: [trackingPage],
  prefix,
  retryTiers,
});

let server: TestWorkflowEnvironment;
let other: OtherProject;
let model: ChannelModel;
let channel: Channel;
let database: Kysely<{ parcels: { parcel: string; place: string }; stops: { parcel: string } }>;
let heard: Envelope[];
let listener: EventListener;
let programs: ReturnType<typeof startPrograms>;

beforeAll(async () => {
  server = await startTimeSkippingServer(await temporalTestServer((line) => process.stderr.write(`${line}\n`)));
  other = await openOtherProject({ topology: `prefix: '${prefix}', retryTiers: ${JSON.stringify(retryTiers)}` });
}, installationTimeoutMilliseconds);

afterAll(async () => {
  await other?.remove();
  await server?.teardown();
});

function startPrograms() {
  const env = {
    AMQP_URL: amqpUrl(),
    DATABASE_URL: databaseUrl(),
    TEMPORAL_ADDRESS: server.address,
    NODE_OPTIONS: '',
  };
  return ['worker.ts', 'tracking-page.ts'].map((file) =>
    execa('node', [file], { cwd: other.folder, env, reject: false }),
  );
}

beforeEach(async () => {
  model = await amqp.connect(amqpUrl());
  channel = await model.createChannel();
  database = openDatabase({ url: databaseUrl(), schema: 'tracking_page' });
  heard = [];
  listener = await listenTo(amqpUrl(), {
    decode: eventDecoder(parcelEvents),
    topology,
    logger: quiet,
    onEvent: (event) => heard.push(event),
  });
  programs = startPrograms();
});

afterEach(async () => {
  for (const program of programs) program.kill('SIGKILL');
  await Promise.all(programs);
  await listener.close();
  await removeTopology(channel, topology);
  await model.close();
  await sql`drop schema if exists tracking_page cascade`.execute(database);
  await database.destroy();
});

/** Lets a parcel's workflow run; another run under its id publishes the same events again. */
async function deliver(parcelId: string, place = 'the door'): Promise<void> {
  const parcel = await server.client.workflow.signalWithStart<typeof trackParcel, [Scan]>('trackParcel', {
    workflowId: `parcel/${parcelId}`,
    taskQueue: 'parcels',
    args: [{ parcelId, recipient: 'Ada' }],
    signal: scanSignal,
    signalArgs: [{ place, signedBy: 'Ada' }],
  });
  await parcel.result();
}

async function placeOf(parcelId: string): Promise<string | undefined> {
  const query = database.selectFrom('parcels').select('place').where('parcel', '=', parcelId);
  // The program makes the table when it starts.
  const parcel = await query.executeTakeFirst().catch(() => undefined);
  return parcel?.place;
}

test('what the page says of publishing from any program compiles', async () => {
  const page = await readFile(new URL('../../docs/plugin.md', import.meta.url), 'utf8');
  const [, program = ''] = /```ts\n(import \{ connectPublisher.+?)```/s.exec(page) ?? [];
  const around = `
    import { parcelEvents, parcelTopology } from './events.ts';
    const [AMQP_URL, parcelId, place] = ['amqp://127.0.0.1', 'p-1', 'Oslo'];`;

  expect(program).toContain('publisher.publish');
  expect(await other.compile(around + program)).toBe('');
});

test('the tracking page shows where each parcel is, each event once, and parks what it cannot show', async () => {
  const [twice, faulty, last] = [`p-${randomUUID()}`, `p-${randomUUID()}`, `p-${randomUUID()}`];
  const tooLong = 'a place whose name is longer than any name that the page has room for';

  await deliver(twice);
  await deliver(twice);
  await deliver(faulty, tooLong);
  const dead = await takeFrom(channel, topology.queues[0]?.dead ?? '');
  await deliver(last);
  await eventually(async () => (await placeOf(last)) === 'with Ada');

  const published = heard.filter(({ subject }) => subject === twice).map(({ id }) => id);
  expect([published.length, new Set(published).size]).toEqual([6, 3]);
  const stops = await database.selectFrom('stops').select('parcel').execute();
  expect(stops.filter(({ parcel }) => parcel === twice)).toHaveLength(3);
  expect(await placeOf(twice)).toBe('with Ada');

  expect(dead.properties.headers).toMatchObject({ 'x-dead-reason': 'retries-exhausted', 'x-attempt': 2 });
  expect(JSON.parse(dead.content.toString())).toMatchObject({ subject: faulty, data: { place: tooLong } });
  expect(stops.filter(({ parcel }) => parcel === faulty)).toHaveLength(2);
  expect(await placeOf(faulty)).toBe('with Ada');

  for (const program of programs) program.kill('SIGTERM');
  expect((await Promise.all(programs)).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
});
