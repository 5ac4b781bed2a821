import { ledgerBatchSize, ledgerConsumer } from '../services/ledger/consumer.ts';
import { runConsumerProcess } from './consumer-process.ts';

await runConsumerProcess({
  name: 'ledger-consumer',
  schema: 'ledger',
  migrations: new URL('../services/ledger/migrations', import.meta.url),
  open: () => ({ definitions: [ledgerConsumer], batchSize: ledgerBatchSize }),
});
