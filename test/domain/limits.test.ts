import { describe, expect, test } from '@jest/globals';
import { largestAmount } from '../../contracts/money.ts';
import { parse } from '../../contracts/validation.ts';
import { mailSinkContract } from '../../doubles/mail-sink/contract.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import type { HttpContract } from '../../platform/http/contract.ts';
import { deadLettersContract } from '../../services/dead-letters/contract.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { ledgerBatchSize } from '../../services/ledger/consumer.ts';
import { ledgerContract } from '../../services/ledger/contract.ts';
import { orderHistoryContract } from '../../services/order-history/contract.ts';
import { ordersContract } from '../../services/orders/contract.ts';
import { providerEnvironment } from '../../services/payments/provider.ts';

/** Lengths that the business relies on, as numbers: every other test would pass with any. */

const minute = 60_000;

describe('retry tiers', () => {
  test.each(standardTopology.queues.map((queue) => [queue.work, queue] as const))(
    'of %s wait 5 s, 30 s, 2 and 10 minutes: an outage of a quarter of an hour parks nothing',
    (work, { retry }) => {
      expect(retry).toEqual([
        { name: `${work}.retry.5s`, milliseconds: 5_000 },
        { name: `${work}.retry.30s`, milliseconds: 30_000 },
        { name: `${work}.retry.2m`, milliseconds: 2 * minute },
        { name: `${work}.retry.10m`, milliseconds: 10 * minute },
      ]);
    },
  );
});

/** What an operation takes a field for that its caller leaves out. */
function defaultsOf(contract: HttpContract): Record<string, Record<string, unknown>> {
  const defaults: Record<string, Record<string, unknown>> = {};
  for (const [name, { input }] of Object.entries(contract.operations)) {
    for (const [field, schema] of Object.entries((input as { shape?: Record<string, unknown> }).shape ?? {})) {
      const { def } = schema as { def: { type: string; defaultValue?: unknown } };
      if (def.type === 'default') defaults[name] = { ...defaults[name], [field]: def.defaultValue };
    }
  }
  return defaults;
}

describe('what a call means that leaves a field out', () => {
  const page = { limit: 100 };
  test.each(
    (
      [
        // A review may last a day, and what a customer was promised is theirs until then.
        [inventoryContract, { reserve: { expiresInSeconds: 7 * 86_400 }, listActiveReservations: page }],
        [ordersContract, { listOrders: page, listUnfinishedOrders: page, listUnfinishedRefunds: page }],
        [orderHistoryContract, { listOrders: { limit: 50 } }],
        [mailSinkContract, { listMails: page }],
        [
          ledgerContract,
          {
            ...{ accountStatement: page, listJournals: page },
            ...{ listSubjectBalances: { limit: 1_000 }, verifyChain: { after: 0, limit: 1_000 } },
          },
        ],
        [
          deadLettersContract,
          {
            listDeadLetters: page,
            replayDeadLetter: { force: false },
            replayMatching: { dryRun: false, limit: 1_000 },
            discardMatching: { dryRun: false, limit: 1_000 },
          },
        ],
      ] as const
    ).map(([contract, expected]) => [contract.name, contract as HttpContract, expected] as const),
  )('at %s is told by its contract', (_, contract, expected) => {
    expect(defaultsOf(contract)).toEqual(expected);
  });

  test('is what is parsed', () => {
    const { input } = inventoryContract.operations.reserve;
    const lines = [{ sku: 'lamp', quantity: 1 }];
    expect(parse(input, { reservationId: 'r', lines })).toMatchObject({ expiresInSeconds: 604_800 });
  });
});

describe('the payments service', () => {
  const settings = providerEnvironment.parse({ PAYMENT_PROVIDER_URL: 'http://127.0.0.1:1' });

  test('waits 6 s for the provider, in which an authorization of two calls fits into the 14 s of its caller', () => {
    expect(settings.PAYMENT_PROVIDER_TIMEOUT_MILLISECONDS).toBe(6_000);
  });

  test('takes up to eight digits of minor units, as the provider does', () => {
    expect(largestAmount).toBe(99_999_999);
  });
});

test('the ledger posts 200 events in one transaction', () => {
  expect(ledgerBatchSize).toBe(200);
});
