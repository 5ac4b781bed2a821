import {
  allHandlersFinished,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { PersonRole } from '../../../contracts/access.ts';
import type { ApprovalMatter, Decider } from '../../../contracts/approvals.ts';
import type { Asked, Asking } from '../../../workflows/kit/approval-askings.ts';
import { Approvals } from '../../../workflows/kit/approvals.ts';
import type { ApprovalOutcome, ApprovalStatus } from '../../../workflows/kit/approvals-contract.ts';
import type { Decision, ProcessStatus } from '../../../workflows/kit/contract.ts';
import { Operator } from '../../../workflows/kit/operator.ts';
import { Progress } from '../../../workflows/kit/progress.ts';

/** What the smallest process that needs approvals calls. */
export interface ApprovedActivities {
  findPerson(personId: string): Promise<Decider>;
  ask(asking: Asking): Promise<Asked>;
  /** What a process does before a change takes effect: reserve a budget. */
  change(by: string): Promise<void>;
}

export interface ApprovedResult {
  readonly outcome: ApprovalOutcome;
  readonly status: ApprovalStatus;
  readonly decisions: readonly Decision[];
}

interface Amendment {
  readonly by: string;
  readonly required: readonly PersonRole[];
}

export const amendUpdate = defineUpdate<ApprovalStatus, [Amendment]>('amend');
export const closeUpdate = defineUpdate<void>('close');
/** It ends when it is told to: what comes at the last moment is answered by the rules, not by the server. */
export const finishSignal = defineSignal('finish');
export const progressQuery = defineQuery<ProcessStatus<string>>('status');

const { findPerson, ask, change } = proxyActivities<ApprovedActivities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 hour' },
});

/** The smallest process that needs approvals. */
export async function approved(first: ApprovalMatter): Promise<ApprovedResult> {
  const progress = new Progress<string, object>({ state: 'running' });
  const approvals = new Approvals({
    progress,
    operator: new Operator(progress),
    state: 'awaiting-approval',
    what: () => 'the order o-1',
    findPerson,
    ask,
  });
  let matter = first;
  setHandler(progressQuery, () => progress.status());
  const amend = async ({ by, required }: Amendment): Promise<ApprovalStatus> =>
    approvals.change(async () => {
      await change(by);
      approvals.requireOpen();
      const authors = [...new Set([...matter.authors, by])];
      matter = { version: Number(matter.version) + 1, required, authors };
      approvals.request(matter);
      return approvals.status as ApprovalStatus;
    });
  setHandler(amendUpdate, amend, { validator: (_amendment) => approvals.requireOpen() });
  setHandler(closeUpdate, () => approvals.close());
  let isFinished = false;
  setHandler(finishSignal, () => {
    isFinished = true;
  });
  approvals.request(matter);
  const outcome = await approvals.wait();
  await condition(() => isFinished && allHandlersFinished());
  return { outcome, status: approvals.status as ApprovalStatus, decisions: progress.status().decisions };
}
