import { disputeChangedSignal } from '../../workflows/dispute/messages.ts';
import type { Escalation } from '../../workflows/kit/contract.ts';
import type { Person, Scenario } from './scenario.ts';
import { usual } from './scenario.ts';

/** The provider's id of what is done there in the trial with this id: it has no dashes. */
export const providerIdOf = (kind: 're' | 'dp', trialId: string): string => `${kind}_${trialId.replaceAll('-', '')}`;

/** The bank decides, and a webhook tells of it. */
const decides =
  (decision: 'won' | 'lost'): Person =>
  async (status, handle, { payments }) => {
    const open = payments.disputes.find((dispute) => dispute.state === 'open');
    if ((status.state as string) !== 'open' || !open) return;
    payments.decideDispute(open.disputeId, decision);
    await handle.signal(disputeChangedSignal);
  };

/** That a dispute is open is shown to an operator, who can only wait for the bank. */
const isOpenDispute = ({ what, message }: Escalation) =>
  what === 'answer the dispute' && message.includes('are disputed');

const dispute: Scenario = {
  ...usual,
  name: 'dispute',
  process: 'dispute',
  people: [decides('lost')],
  isWaitedFor: isOpenDispute,
  roles: { findDispute: 'look', 'findDispute 2': 'until done', rememberFact: 'until done' },
  prepare: ({ payments }, id) => payments.openDispute(providerIdOf('dp', id)),
};

/** What is done at the provider to a completed order, and what has to come of it here. */
export const providerScenarios: readonly Scenario[] = [
  {
    ...usual,
    name: 'refund at the provider',
    process: 'provider refund',
    roles: {
      findProviderRefund: 'look',
      recordProviderRefund: 'record',
      recallOrder: 'until done',
      rememberFact: 'until done',
    },
    prepare: ({ payments }, id) => payments.refundAtProvider(providerIdOf('re', id), 1_000),
  },
  dispute,
  { ...dispute, name: 'dispute, won', people: [decides('won')], rows: [] },
  {
    ...usual,
    name: 'reconciliation',
    process: 'reconciliation',
    rows: ['reconcilePage', 'findUnseen'],
    roles: { reconcilePage: 'comparison', findUnseen: 'comparison' },
    prepare({ payments }, id) {
      payments.lists.pageSize = 1;
      payments.refundAtProvider(providerIdOf('re', id), 1_000);
      payments.refundAtProvider(`${providerIdOf('re', id)}2`, 500);
      payments.openDispute(providerIdOf('dp', id));
      payments.decideDispute(providerIdOf('dp', id), 'lost');
    },
  },
];
