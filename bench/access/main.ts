import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { z } from 'zod';
import { createAuthenticator } from '../../platform/access/authenticator.ts';
import { defineHttpContract } from '../../platform/http/contract.ts';
import { buildHttpServer, type HttpServerOptions } from '../../platform/http/server.ts';
import { describeScript } from '../../platform/script.ts';
import { median } from '../statistics.ts';
import { row } from '../table.ts';
import { describeTargets } from '../targets.ts';

/** Microseconds of the processor that the token may add to a call. */
const longest = 50;
const rounds = 15;
const repetitions = 1_000;

const options = describeScript(
  'npm run bench:access --',
  'Measures what a token adds to a call of a service whose keys are known, and the same call without one, in turns.',
)
  .option('--json', 'print one JSON object')
  .option('--check', `exit with 1 when a token adds more than ${longest} µs to a call`)
  .parse()
  .opts<{ check?: boolean; json?: boolean }>();

const contract = defineHttpContract({
  name: 'library',
  version: '1.0.0',
  summary: 'Lends books',
  operations: {
    find: {
      method: 'GET',
      path: '/books/:isbn',
      access: ['reader'],
      summary: 'A book',
      input: z.strictObject({ isbn: z.string() }),
      output: z.strictObject({ isbn: z.string() }),
      failures: [],
    },
  },
});

const issuer = 'https://issuer.example';
const audience = 'bench';
const { publicKey, privateKey } = await generateKeyPair('ES256');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256' }] });
const authenticate = createAuthenticator({ issuer, audience, keys });
const authorization = await sign('same');
const firstCalls = await Promise.all(
  Array.from({ length: rounds * repetitions }, (_, index) => sign(`caller-${index}`)),
);

const withToken = open(authenticate);
const withoutToken = open('everyone');
const found = {
  withToken: [] as number[],
  withoutToken: [] as number[],
  verified: [] as number[],
  first: [] as number[],
};
for (let round = 0; round < rounds; round++) {
  found.withToken.push(await microseconds(() => call(withToken)));
  found.withoutToken.push(await microseconds(() => call(withoutToken)));
  found.verified.push(await microseconds(() => authenticate(authorization)));
  found.first.push(await microseconds(() => authenticate(firstCalls.pop())));
}

const result = {
  callWithToken: median(found.withToken),
  callWithoutToken: median(found.withoutToken),
  verification: median(found.verified),
  firstVerification: median(found.first),
};
const added = result.callWithToken - result.callWithoutToken;
const targets = [
  { title: `a token adds at most ${longest} µs to a call`, found: `${added.toFixed(1)} µs`, met: added <= longest },
];
const shown = (microseconds: number) => [`${microseconds.toFixed(1)} µs`];
const lines = [
  row('a call with a token', shown(result.callWithToken)),
  row('the same without', shown(result.callWithoutToken)),
  row('to verify a token', shown(result.verification)),
  row('one that is new', shown(result.firstVerification)),
  '',
  ...describeTargets(targets),
];
process.stdout.write(`${options.json ? JSON.stringify(result) : lines.join('\n')}\n`);
if (options.check && targets.some(({ met }) => !met)) process.exitCode = 1;

async function sign(subject: string): Promise<string> {
  const token = await new SignJWT({ roles: ['reader'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setExpirationTime('1 hour')
    .sign(privateKey);
  return `Bearer ${token}`;
}

function open(access: HttpServerOptions['access']) {
  return buildHttpServer(
    contract,
    { find: async ({ isbn }) => ({ isbn }) },
    { access, logger: pino({ level: 'silent' }) },
  );
}

/** Without a network: what it costs is the same on both sides. */
async function call(server: ReturnType<typeof open>): Promise<void> {
  const { statusCode } = await server.inject({ url: '/books/1', headers: { authorization } });
  if (statusCode !== 200) throw new Error(`the service answered ${statusCode}`);
}

/** Of the processor, one call after the other. */
async function microseconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  for (let repetition = 0; repetition < repetitions; repetition++) await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / repetitions;
}
