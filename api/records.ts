import type { ServiceClients } from '../client/services.ts';
import type { ApiHandlers } from './caller.ts';
import type { recordOperations } from './records-contract.ts';

/** Each is a call of the service behind in the name of who calls, whom the service verifies and keeps as the actor. */
export const recordHandlers = ({
  ledger,
  deadLetters,
}: Pick<ServiceClients, 'ledger' | 'deadLetters'>): ApiHandlers<typeof recordOperations> => ({
  readTrialBalance: (input, { call }) => ledger.trialBalance(input, call),
  listJournals: (input, { call }) => ledger.listJournals(input, call),
  readAccount: (input, { call }) => ledger.accountStatement(input, call),
  readCompleteness: (input, { call }) => ledger.completeness(input, call),
  verifyChain: (input, { call }) => ledger.verifyChain(input, call),
  listDeadLetters: (input, { call }) => deadLetters.listDeadLetters(input, call),
  readDeadLetter: (input, { call }) => deadLetters.findDeadLetter(input, call),
  replayDeadLetter: (input, { call }) => deadLetters.replayDeadLetter(input, call),
  discardDeadLetter: (input, { call }) => deadLetters.discardDeadLetter(input, call),
  replayDeadLetters: (input, { call }) => deadLetters.replayMatching(input, call),
  discardDeadLetters: (input, { call }) => deadLetters.discardMatching(input, call),
});
