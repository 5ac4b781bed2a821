import { InvalidArgumentError } from 'commander';
import { instantSchema } from '../../contracts/instants.ts';
import { brokerOf } from '../../events/role-connection.ts';
import { connectToBroker } from '../../messaging/connection/connection.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { openDatabase } from '../../platform/database.ts';
import { createLogger } from '../../platform/logging.ts';
import { readDataConverter } from '../../platform/payloads/data-converter.ts';
import { describeScript } from '../../platform/script.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { administratorAddresses } from './administrator.ts';
import { recoverLedger } from './recover-ledger.ts';
import { report, requiredOption, runScript } from './run-script.ts';

const since = requiredOption(
  describeScript(
    'npm run recover-ledger --',
    'Sends the ledger the events again that moved money since a time, from the histories of workflows and the outboxes of services; what it has, it drops.',
  ).option('--since <time>', 'when the backup was begun, or earlier: 2026-11-26T19:00:00Z', readTime),
  'since',
);

await runScript(async () => {
  const addresses = administratorAddresses();
  const { client, connection } = await connectTemporalClient(addresses);
  const database = openDatabase<unknown>({ url: String(addresses['DATABASE_URL']), schema: 'public', connections: 1 });
  const context = { name: 'recover-ledger', environment: addresses, logger: createLogger('recover-ledger') };
  const broker = await connectToBroker(brokerOf(context));
  const publisher = new Publisher(broker);
  await publisher.ready;
  const dataConverter = readDataConverter(addresses);
  const recovery = await recoverLedger({ client, dataConverter, database, publisher, since });
  await publisher.close();
  await broker.close();
  await database.destroy();
  await connection.close();
  const { replayed, sent, unread, unreadable } = recovery;
  process.stdout.write(
    `${replayed} workflows replayed; sent to the ledger: ${sent.workflows} events of them, ${sent.outboxes} of outboxes. ` +
      'What it has already, it drops. Next: npm run audit\n',
  );
  for (const line of unread) report(`not replayed, so that its later events are missing: ${line}`);
  for (const schema of unreadable) report(`the outbox of ${schema} may not be read: use the login of an administrator`);
  return unread.length + unreadable.length > 0 ? 1 : 0;
});

function readTime(text: string): string {
  const time = instantSchema.safeParse(text);
  if (time.success) return time.data;
  throw new InvalidArgumentError('It is a time in ISO 8601: 2026-11-26T19:00:00Z.');
}
