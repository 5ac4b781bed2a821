import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServiceClients } from '../../client/services.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
import { describeScript } from '../../platform/script.ts';
import { table } from '../../platform/table.ts';
import { startSystem } from '../system/system.ts';
import { whyAllowed, whySalaryAllowed } from './allowed.ts';
import { type Found, scanDatabase } from './database.ts';
import { scanFiles } from './files.ts';
import { leaveSalaries, markedEmployee, needlesOf } from './salaries.ts';
import { leaveTraces, markedPerson } from './work.ts';

describeScript(
  'npm run leak-scan --',
  'Lets people buy and be paid, stops the system and searches all that it has kept for their names and salaries; and again for customers after they were erased.',
).parse();

const say = (line: string) => process.stdout.write(`${line}\n`);
const dataDirectory = await mkdtemp(path.join(tmpdir(), 'durable-checkout-leaks-'));
const people = ['Ottilie', 'Balthasar'].map(markedPerson);
const names = people.flatMap(({ name, email }) => [name, email]);
const employees = ['Adelgunde', 'Kunibert', 'Walburga'].map(markedEmployee);
const ofSalaries = employees.flatMap(needlesOf);
/** Tokens and keys are where only their user may read them; the database's own files are searched by SQL. */
const notSearched = ['access', 'postgres'];

let leaks = 0;
try {
  const before = await searched(false, async (addresses) => {
    await leaveTraces(addresses, people);
    await leaveSalaries(addresses, employees);
  });
  const isOfSalaries = ({ needle }: Found) => ofSalaries.includes(needle);
  const others = before.filter((found) => !isOfSalaries(found));
  report('While the people are customers', others, (place) => whyAllowed(place, false));
  report('Of employees and what they earn', before.filter(isOfSalaries), whySalaryAllowed);
  const after = await searched(true, async (addresses) => {
    const { customers } = createServiceClients(addresses);
    for (const { customerId } of people) await customers.eraseCustomer({ customerId });
  });
  report('After they were erased, and a restart', after, (place) => whyAllowed(place, true));
} finally {
  await rm(dataDirectory, { recursive: true, force: true });
}
say(leaks === 0 ? '\nNobody is named where they may not be.' : `\n${leaks} leaks.`);
process.exit(leaks === 0 ? 0 : 1);

/** Starts the system, has something done, and searches: the database while it runs, the files once it has stopped. */
async function searched(
  isErased: boolean,
  work: (addresses: Readonly<Record<string, string>>) => Promise<void>,
): Promise<Found[]> {
  const environment = { OTEL_TRACES_FILE: path.join(dataDirectory, 'traces.jsonl'), LOG_LEVEL: 'debug' };
  const system = await startSystem({ dataDirectory, report: say, alone: [], environment });
  let inTables: Found[];
  try {
    await work(system.addresses);
    const database = openDatabase<unknown>({
      url: String(system.addresses['DATABASE_URL']),
      schema: 'public',
      connections: 1,
    });
    const scan = () => scanDatabase(database, needles());
    const isDone = async () => !isErased || (await scan()).every(({ place }) => whyAllowed(place, true));
    await waitUntil(isDone, { within: 30_000, every: 500 });
    inTables = await scan();
    await database.destroy();
  } finally {
    await system.stop();
  }
  return [...inTables, ...(await scanFiles(dataDirectory, [...needles(), ...keys()], notSearched))];

  /** Employees are not erased, and what they earn is searched for once. */
  function needles(): string[] {
    return [...names, ...secrets(), ...(isErased ? [] : ofSalaries)];
  }
}

/** Tokens as they are sent. */
function secrets(): string[] {
  const folder = path.join(dataDirectory, 'access');
  const files = readdirSync(folder).filter((file) => file.endsWith('.token'));
  return files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
}

/** Keys, as they are written down and as bytes. */
function keys(): (string | Buffer)[] {
  const read = (file: string) => JSON.parse(readFileSync(path.join(dataDirectory, 'access', file), 'utf8'));
  const rings = ['payload-keys.json', 'payroll-payload-keys.json', 'event-keys.json'];
  const ring = rings.flatMap((file) => Object.values<string>(read(file).keys));
  return [read('key.json').d as string, ...ring, ...ring.map((key) => Buffer.from(key, 'base64'))];
}

function report(title: string, found: readonly Found[], whyAt: (place: string) => string | undefined): void {
  const byPlace = Map.groupBy(found, ({ place }) => place.replace(/^(rabbitmq)\/.*/, '$1/…'));
  const rows = [...byPlace].map(([place, all]) => {
    const why = whyAt(place);
    if (why === undefined) leaks++;
    return [
      why === undefined ? '✗' : '✓',
      place,
      String(all.length),
      why ??
        all
          .map(({ needle }) => needle)
          .join(', ')
          .slice(0, 80),
    ];
  });
  say(
    `\n${title}\n${rows.length > 0 ? table(['', 'where', 'found', 'why it may be there'], rows) : 'nothing was found'}`,
  );
}
