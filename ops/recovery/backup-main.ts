import path from 'node:path';
import { describeScript } from '../../platform/script.ts';
import { administratorAddresses } from './administrator.ts';
import { backUp } from './base-backup.ts';
import { requiredOption, runScript } from './run-script.ts';

const to = requiredOption(
  describeScript(
    'npm run backup --',
    'Copies the data of the PostgreSQL of this machine while it serves, for restore-ledger. In production the database has backups of its own.',
  ).option('--to <folder>', 'a folder that does not exist yet'),
  'to',
);

await runScript(async () => {
  const folder = path.resolve(to);
  const begunAt = await backUp(String(administratorAddresses()['DATABASE_URL']), folder);
  process.stdout.write(`${folder}: as it was a moment after ${begunAt}\n`);
  return 0;
});
