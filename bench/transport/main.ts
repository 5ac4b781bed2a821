import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { CertificateAuthority } from '../../parts/certificate-authority.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { defineHttpContract } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { describeScript } from '../../platform/script.ts';
import { trustAuthority } from '../../platform/transport/authority.ts';
import { ServerCertificate } from '../../platform/transport/server-certificate.ts';
import { median } from '../statistics.ts';
import { row } from '../table.ts';

const rounds = 15;
const repetitions = 1_000;

const { json } = describeScript(
  'npm run bench:transport --',
  'Measures the processor time of a call over TLS, and of the same in clear text, caller and service together, in turns.',
)
  .option('--json', 'print one JSON object')
  .parse()
  .opts<{ json?: boolean }>();

const contract = defineHttpContract({
  name: 'echo',
  version: '1.0.0',
  summary: 'Answers what it is sent',
  operations: {
    echo: {
      method: 'POST',
      path: '/echo',
      access: 'public',
      summary: 'Answers what it is sent',
      input: z.strictObject({ text: z.string() }),
      output: z.object({ text: z.string() }),
      failures: [],
    },
  },
});

const folder = mkdtempSync(path.join(tmpdir(), 'durable-checkout-bench-transport-'));
const authority = await CertificateAuthority.open(folder);
const certificate = new ServerCertificate({ ...(await authority.issue('service')), ca: undefined });
trustAuthority(authority.certificate);
const options = { port: 0, access: 'everyone', logger: pino({ level: 'silent' }) } as const;
const handlers = { echo: async ({ text }: { text: string }) => ({ text }) };
const servers = {
  tls: await serveHttp(contract, handlers, { ...options, certificate }),
  clear: await serveHttp(contract, handlers, options),
};

const sizes = { small: 200, large: 50_000 };
const results: { call: string; bytes: number; tls: number; clear: number }[] = [];
for (const [call, bytes] of Object.entries(sizes)) {
  const found = { tls: [] as number[], clear: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    for (const kind of ['tls', 'clear'] as const) {
      const took = await microseconds(servers[kind].address, bytes);
      // The first round is for warming up.
      if (round > 0) found[kind].push(took);
    }
  }
  results.push({ call, bytes, tls: median(found.tls), clear: median(found.clear) });
}
await Promise.all([servers.tls.stop(), servers.clear.stop()]);
rmSync(folder, { recursive: true });

const lines = [
  row('a call', ['bytes', 'TLS', 'clear', 'price']),
  ...results.map(({ call, bytes, tls, clear }) =>
    row(call, [String(bytes), ...[tls, clear, tls - clear].map((each) => `${each.toFixed(0)} µs`)]),
  ),
];
process.stdout.write(json ? `${JSON.stringify({ results })}\n` : `${lines.join('\n')}\n`);
process.exit();

/** Of the processor, for one call on a connection that is open. */
async function microseconds(url: string, bytes: number): Promise<number> {
  const { echo } = createHttpClient(contract, { url });
  const text = 'x'.repeat(bytes);
  await echo({ text });
  const before = process.cpuUsage();
  for (let sent = 0; sent < repetitions; sent++) await echo({ text });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / repetitions;
}
