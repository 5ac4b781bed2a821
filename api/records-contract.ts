import type { HttpOperation } from '../platform/http/contract.ts';
import { deadLettersContract } from '../services/dead-letters/contract.ts';
import { ledgerContract } from '../services/ledger/contract.ts';

const ledger = ledgerContract.operations;
const letters = deadLettersContract.operations;

const exampleAccount = { account: '1050', currency: 'USD', name: 'Cash at the provider' };
const exampleLetter = {
  ...{ deadLetterId: 7, state: 'parked', queue: 'ledger', exchange: 'events', routingKey: 'checkout.order.placed.v1' },
  ...{ messageId: 'e-1', type: 'checkout.order.placed.v1', subject: 'c-1', correlationId: 'c-1', attempts: 1 },
  ...{ deadReason: 'invalid', errorType: null, errorMessage: null, firstFailedAt: null, replayOf: null },
  archivedAt: '2026-01-31T12:00:00.000Z',
};

const exampleOutcome = { dryRun: false, matched: 1, deadLetterIds: [7], failed: [] };

/** The books, and the messages that could not be handled: what the services behind tell those whom they know. */
export const recordOperations = {
  readTrialBalance: {
    ...ledger.trialBalance,
    path: '/v1/ledger/trial-balance',
    example: {
      input: { currency: 'USD' },
      output: {
        accounts: [{ ...exampleAccount, type: 'asset', debits: 5998, credits: 0, balance: 5998 }],
        totals: [{ currency: 'USD', debits: 5998, credits: 5998 }],
      },
    },
  },
  listJournals: {
    ...ledger.listJournals,
    path: '/v1/ledger/journals',
    example: { input: { subject: 'order/c-1', limit: 100 }, output: { journals: [] } },
  },
  readAccount: {
    ...ledger.accountStatement,
    path: '/v1/ledger/accounts/:account/statement',
    example: {
      input: { account: '1050', currency: 'USD', limit: 100 },
      output: { ...exampleAccount, type: 'asset', balance: 5998, entries: [] },
    },
  },
  readCompleteness: {
    ...ledger.completeness,
    path: '/v1/ledger/completeness',
    example: {
      input: {},
      output: { complete: true, events: 3, journals: 3, eventsWithoutJournal: [], journalsWithoutEvent: [] },
    },
  },
  verifyChain: {
    ...ledger.verifyChain,
    path: '/v1/ledger/chain',
    example: { input: { after: 0, limit: 1_000 }, output: { verified: 3, end: { position: 3, hash: 'a'.repeat(64) } } },
  },
  listDeadLetters: {
    ...letters.listDeadLetters,
    path: '/v1/dead-letters',
    example: { input: { state: 'parked', limit: 100 }, output: { deadLetters: [exampleLetter] } },
  },
  readDeadLetter: {
    ...letters.findDeadLetter,
    path: '/v1/dead-letters/:deadLetterId',
    example: {
      input: { deadLetterId: 7 },
      output: {
        ...{ ...exampleLetter, errorStack: null, traceparent: null, properties: {}, bodySize: 2 },
        ...{ body: { encoding: 'json', content: {} }, actions: [], failedAgainAs: [] },
      },
    },
  },
  replayDeadLetter: {
    ...letters.replayDeadLetter,
    path: '/v1/dead-letters/:deadLetterId/replay',
    example: {
      input: { deadLetterId: 7, reason: 'the consumer was fixed' },
      output: { ...exampleLetter, state: 'replayed' },
    },
  },
  discardDeadLetter: {
    ...letters.discardDeadLetter,
    path: '/v1/dead-letters/:deadLetterId/discard',
    example: { input: { deadLetterId: 7, reason: 'a test' }, output: { ...exampleLetter, state: 'discarded' } },
  },
  replayDeadLetters: {
    ...letters.replayMatching,
    path: '/v1/dead-letters/replay',
    example: { input: { queue: 'ledger', reason: 'the consumer was fixed' }, output: exampleOutcome },
  },
  discardDeadLetters: {
    ...letters.discardMatching,
    path: '/v1/dead-letters/discard',
    example: { input: { queue: 'ledger', reason: 'a test', limit: 10 }, output: exampleOutcome },
  },
} as const satisfies Record<string, HttpOperation>;
