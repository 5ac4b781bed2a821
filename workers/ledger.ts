import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { connectToBroker } from '../events/connection.ts';
import { Consumer } from '../events/consumer.ts';
import { consumerEnvironment } from '../events/consumer-environment.ts';
import { Publisher } from '../events/publisher.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { migrate, openDatabase } from '../platform/database.ts';
import { runProcess } from '../platform/process.ts';
import { ledgerConsumer } from '../services/ledger/consumer.ts';
import type { LedgerTables } from '../services/ledger/store.ts';

await runProcess('ledger-consumer', async (logger) => {
  const { DATABASE_URL, AMQP_URL } = readConfiguration(consumerEnvironment);
  const database = openDatabase<LedgerTables>({ url: DATABASE_URL, schema: 'ledger', connections: 3 });
  const migrations = fileURLToPath(new URL('../services/ledger/migrations', import.meta.url));
  await migrate(database as Kysely<unknown>, 'ledger', migrations);
  const connection = await connectToBroker({
    url: AMQP_URL,
    name: 'ledger-consumer',
    logger,
    onFatal: () => process.exit(1),
  });
  const publisher = new Publisher(connection);
  const consumer = new Consumer({ connection, publisher, definition: ledgerConsumer, database, logger });
  // Without a broker the process is ready all the same: it consumes as soon as the broker is there.
  if (connection.status === 'connected') await consumer.ready;
  return {
    address: connection.address,
    async stop() {
      await consumer.stop();
      await publisher.close();
      await connection.close();
      await database.destroy();
    },
  };
});
