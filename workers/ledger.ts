import { ledgerBatchSize, ledgerConsumer } from '../services/ledger/consumer.ts';
import { consumerRole } from './consumer-role.ts';

export const role = consumerRole({
  schema: 'ledger',
  migrations: new URL('../services/ledger/migrations', import.meta.url),
  open: () => ({ definitions: [ledgerConsumer], batchSize: ledgerBatchSize, keepsInbox: true }),
});
