import { randomInt } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { wholeNumber } from '../../client/command-line/option-values.ts';
import { callers } from '../../contracts/access.ts';
import { RoleError } from '../../ops/system/role-runner.ts';
import { startSystem } from '../../ops/system/system.ts';
import { PartError } from '../../parts/index.ts';
import { LocalIssuer } from '../../platform/access/local-issuer.ts';
import { describeScript } from '../../platform/script.ts';
import { type RoleName, roleNames, roleOf } from '../../roles/roles.ts';
import { fuzzService, schemathesisPython } from './schemathesis.ts';

interface Options {
  readonly url?: string[];
  readonly tokenFile?: string;
  readonly seed?: number;
  readonly examples: number;
}

const options = describeScript(
  'npm run fuzz --',
  'Sends every operation of every HTTP service what its OpenAPI document allows and what it does not (schemathesis), and checks that each answer is a documented one, with a token and without.',
)
  .option('--url <address...>', 'fuzz the running services at these addresses; a fresh system is started by default')
  .option(
    '--token-file <file>',
    'with --url: the token of who may call them; without it every call is one of a stranger',
  )
  .option('--seed <number>', 'decides what is sent; drawn by default', wholeNumber(0, 999_999_999))
  .option('--examples <number>', 'cases of each operation at most', wholeNumber(1, 100_000), 50)
  .addHelpText(
    'after',
    '\nIt needs Python 3.10 or newer; schemathesis itself is installed into the cache. Never at a system of production.',
  )
  .parse()
  .opts<Options>();

/** Standard output is for the result. */
const report = (line: string) => process.stderr.write(`${line}\n`);

try {
  process.exitCode = await run();
} catch (error) {
  process.exitCode = 1;
  if (error instanceof PartError || error instanceof RoleError) report(error.message);
  else throw error;
}

async function run(): Promise<number> {
  const python = await schemathesisPython(report);
  if (options.url) {
    const { tokenFile } = options;
    return fuzzAll(python, options.url, tokenFile && (await readFile(tokenFile, 'utf8')).trim());
  }
  const names = roleNames.filter((name) => roleOf(name).speaksHttp && roleOf(name).kind !== 'consumer');
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'durable-checkout-fuzz-'));
  const system = await startSystem({
    dataDirectory,
    temporary: true,
    roles: names,
    environment: { LOG_LEVEL: 'error' },
    report,
  });
  try {
    const issuer = await LocalIssuer.open(path.join(dataDirectory, 'access'));
    return await fuzzAll(
      python,
      names.map((name) => addressOf(name, system.addresses)),
      await issuer.issue('fuzz', callers),
    );
  } finally {
    await system.stop();
  }
}

function addressOf(name: RoleName, addresses: Readonly<Record<string, string>>): string {
  const variable = roleOf(name).address;
  return String(variable && addresses[variable]);
}

async function fuzzAll(python: string, urls: readonly string[], token: string | undefined): Promise<number> {
  const seed = options.seed ?? randomInt(1_000_000);
  report(`seed ${seed}`);
  let unwell = 0;
  for (const url of urls) {
    const name = await describedAt(url);
    if (name === undefined) {
      report(`${url} describes no operations; it is left out`);
      continue;
    }
    const { examples } = options;
    for (const [whose, carried] of Object.entries({
      ...(token && { 'with a token': token }),
      'without a token': undefined,
    })) {
      const lines: string[] = [];
      const isWell = await fuzzService(python, url, { seed, examples, token: carried }, (line) => lines.push(line));
      if (!isWell) unwell++;
      const result = isWell ? 'every answer is a documented one' : `FAILED\n${lines.join('\n')}`;
      process.stdout.write(`${name} ${whose}: ${result}\n`);
    }
  }
  return unwell === 0 ? 0 : 1;
}

/** The name of the service that describes itself there; `undefined` where none does. */
async function describedAt(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/openapi.json`).catch((error: unknown) => {
    throw new PartError('schemathesis', {
      reason: 'unreachable',
      happened: `Nothing answers at ${url}.`,
      remedy: 'Give the address of a running service, or leave --url out.',
      cause: error,
    });
  });
  if (!answer.ok) return undefined;
  const { info, paths } = (await answer.json()) as { info?: { title?: string }; paths?: object };
  return Object.keys(paths ?? {}).length > 0 ? info?.title : undefined;
}
