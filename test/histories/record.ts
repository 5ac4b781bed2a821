import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describeScript } from '../../platform/script.ts';
import setUp, { tearDown } from '../setup/workflows.ts';
import { CheckoutEnvironment } from '../workflows/environment.ts';
import { endings } from './endings.ts';

const { only } = describeScript(
  'npm run record-histories --',
  'Records a history of every ending of every workflow, into the folder of this release. Those of earlier releases stay: they are the past that new code has to replay.',
)
  .option('--only <beginning>', 'only of endings whose names begin so', '')
  .parse()
  .opts<{ only: string }>();

const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const folder = new URL(`${version.split('.').slice(0, 2).join('.')}/`, import.meta.url);

await mkdir(folder, { recursive: true });
await setUp();
const environment = await CheckoutEnvironment.create({ withBackOffice: true });
try {
  for (const [name, ending] of Object.entries(endings)) {
    if (!name.startsWith(only)) continue;
    const handle = await ending(environment);
    // The names of processes and files of the machine say nothing that a replay needs.
    const json = JSON.parse(historyToJSON(await handle.fetchHistory()), (key, value: unknown) =>
      ['identity', 'stackTrace'].includes(key) ? undefined : value,
    );
    await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(json)}\n`);
    process.stdout.write(`${name}\n`);
  }
} finally {
  await environment.close();
  await tearDown();
}
