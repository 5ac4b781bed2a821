import { disputeChangedSignal, disputeWorkflow, disputeWorkflowId } from '../../../workflows/dispute/messages.ts';
import type { Escalation } from '../../../workflows/kit/contract.ts';
import { type Person, type TriedProcess, usual } from '../scenario.ts';
import { providerIdOf } from './provider-id.ts';

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

const lost: TriedProcess['scenarios'][number] = {
  ...usual,
  name: 'dispute',
  people: [decides('lost')],
  isWaitedFor: isOpenDispute,
  roles: { findDispute: 'look', 'findDispute 2': 'until done', rememberFact: 'until done' },
  prepare: ({ payments }, id) => payments.openDispute(providerIdOf('dp', id)),
};

export const dispute: TriedProcess = {
  name: 'dispute',
  subject: 'order',
  scenarios: [lost, { ...lost, name: 'dispute, won', people: [decides('won')], rows: [] }],
  isAboutOrder: true,
  cancellation: 'none',
  followsProvider: true,
  start({ environment, services, id }, options) {
    const disputeId = providerIdOf('dp', id);
    const workflowId = disputeWorkflowId(disputeId);
    return environment.startProviderProcess(services, disputeWorkflow, workflowId, { disputeId }, options);
  },
};
