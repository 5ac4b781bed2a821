import { readSealedTexts } from '../platform/payloads/sealed-texts.ts';
import { createLedgerConsumer, ledgerBatchSize } from '../services/ledger/consumer.ts';
import { consumerRole } from './consumer-role.ts';

export const role = consumerRole({
  schema: 'ledger',
  migrations: new URL('../services/ledger/migrations', import.meta.url),
  open: ({ environment }) => ({
    definitions: [createLedgerConsumer(readSealedTexts(environment))],
    batchSize: ledgerBatchSize,
    keepsInbox: true,
  }),
});
