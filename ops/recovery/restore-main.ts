import path from 'node:path';
import { describeScript } from '../../platform/script.ts';
import { administratorAddresses } from './administrator.ts';
import { begunAtOf } from './base-backup.ts';
import { restoreLedger } from './restore-ledger.ts';
import { report, requiredOption, runScript } from './run-script.ts';

const from = requiredOption(
  describeScript(
    'npm run restore-ledger --',
    'Puts the ledger back to what it was in a backup, and leaves everything else as it is; recover-ledger brings back what came since.',
  ).option('--from <folder>', 'what npm run backup has made'),
  'from',
);

await runScript(async () => {
  const backup = path.resolve(from);
  const since = await begunAtOf(backup).catch(() => '<when the backup was begun>');
  await restoreLedger({ url: String(administratorAddresses()['DATABASE_URL']), backup, report });
  process.stdout.write(`the ledger is that of the backup; next: npm run recover-ledger -- --since ${since}\n`);
  return 0;
});
