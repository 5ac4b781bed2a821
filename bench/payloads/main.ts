import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { readDataConverter } from '../../platform/payloads/data-converter.ts';
import { ensureKeyRing } from '../../platform/payloads/key-ring.ts';
import { describeScript } from '../../platform/script.ts';
import { median } from '../statistics.ts';
import { row } from '../table.ts';
import { describeTargets } from '../targets.ts';

/** Microseconds of the processor that sealing and opening a payload may take together. */
const longest = 30;
const rounds = 15;
const repetitions = 2_000;

const options = describeScript(
  'npm run bench:payloads --',
  'Measures what it costs to seal a payload and to open it again, and the same without keys, in turns.',
)
  .option('--json', 'print one JSON object')
  .option('--check', `exit with 1 when one takes more than ${longest} µs`)
  .parse()
  .opts<{ check?: boolean; json?: boolean }>();

const texts = { small: 200, 'as a checkout': 2_000, large: 50_000 };

const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-bench-payloads-'));
const file = path.join(folder, 'payload-keys.json');
ensureKeyRing(file);
const sealing = codecOf({ PAYLOAD_KEYS_FILE: file });
const plain = codecOf({});

const results: { payload: string; bytes: number; sealed: number; plain: number }[] = [];
for (const [payload, bytes] of Object.entries(texts)) {
  const value = defaultPayloadConverter.toPayload('x'.repeat(bytes)) as Payload;
  const found = { sealed: [] as number[], plain: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    found.sealed.push(await microseconds(sealing, value));
    found.plain.push(await microseconds(plain, value));
  }
  results.push({ payload, bytes, sealed: median(found.sealed), plain: median(found.plain) });
}
rmSync(folder, { recursive: true });

const targets = results
  .filter(({ bytes }) => bytes < texts.large)
  .map(({ payload, sealed, plain }) => ({
    title: `at most ${longest} µs more to seal and to open a payload (${payload})`,
    found: `${(sealed - plain).toFixed(1)} µs`,
    met: sealed - plain <= longest,
  }));
const lines = [
  row('sealed and opened', ['bytes', 'with keys', 'without']),
  ...results.map(({ payload, bytes, ...times }) =>
    row(payload, [String(bytes), `${times.sealed.toFixed(1)} µs`, `${times.plain.toFixed(1)} µs`]),
  ),
  '',
  ...describeTargets(targets),
];
process.stdout.write(`${options.json ? JSON.stringify(results) : lines.join('\n')}\n`);
if (options.check && targets.some(({ met }) => !met)) process.exitCode = 1;

function codecOf(environment: Record<string, string>): PayloadCodec {
  const [codec] = readDataConverter(environment).payloadCodecs ?? [];
  if (!codec) throw new Error('a data converter without a codec');
  return codec;
}

/** Of the processor, one after the other, as a worker handles the payloads of a task. */
async function microseconds(codec: PayloadCodec, payload: Payload): Promise<number> {
  const start = process.cpuUsage();
  for (let repetition = 0; repetition < repetitions; repetition++) await codec.decode(await codec.encode([payload]));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / repetitions;
}
